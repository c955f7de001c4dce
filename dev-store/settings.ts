/** Settings of the practice store from the environment, checked once. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isOrigin } from './address.ts'
import type { Settings } from './context.ts'

const MOST_PAST_ORDERS = 100_000

/** Throws an Error that names every missing or malformed variable. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const faults: string[] = []
  const needed = (name: string): string => {
    const value = environment[name]
    if (!value) faults.push(`${name} is not set`)
    return value ?? ''
  }
  const whole = (name: string, otherwise: string, [least, most]: [number, number]): number => {
    const text = environment[name] ?? otherwise
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most))
      faults.push(`${name} is "${text}"; expected a whole number from ${least} to ${most}`)
    return value
  }
  const origin = (name: string, text: string): string => {
    if (text !== '' && !isOrigin(text))
      faults.push(`${name} is "${text}"; expected an address such as http://localhost:3000`)
    return text.replace(/\/+$/, '')
  }
  const folder = (name: string): string | undefined => {
    if (environment[name]?.trim() === '') faults.push(`${name} is empty; expected a folder`)
    return environment[name]
  }
  const port = whole('PRACTICE_STORE_PORT', '4000', [1, 65_535])
  const pastOrders = whole('PRACTICE_STORE_ORDERS', '2500', [0, MOST_PAST_ORDERS])
  const projectRoot = folder('PRACTICE_STORE_PROJECT') ?? dirname(dirname(fileURLToPath(import.meta.url)))
  const settings = {
    port,
    origin: origin('PRACTICE_STORE_URL', environment.PRACTICE_STORE_URL || `http://localhost:${port}`),
    appUrl: origin('APP_URL', needed('APP_URL')),
    apiKey: needed('SHOPIFY_API_KEY'),
    apiSecret: needed('SHOPIFY_API_SECRET'),
    projectRoot,
    dataDirectory: folder('PRACTICE_STORE_DATA') ?? join(projectRoot, '.stammgast', 'practice-store'),
    pastOrders,
  }
  if (faults.length > 0) throw new Error(`The practice store cannot start: ${faults.join('; ')}`)
  return settings
}
