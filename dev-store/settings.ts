/** Settings of the practice store from the environment, checked once. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
  const port = Number(environment.PRACTICE_STORE_PORT ?? '4000')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    faults.push(`PRACTICE_STORE_PORT is "${environment.PRACTICE_STORE_PORT}"; expected a port number`)
  }
  const pastOrders = Number(environment.PRACTICE_STORE_ORDERS ?? '2500')
  if (!Number.isInteger(pastOrders) || pastOrders < 0 || pastOrders > MOST_PAST_ORDERS) {
    faults.push(
      `PRACTICE_STORE_ORDERS is "${environment.PRACTICE_STORE_ORDERS}"; expected 0 to ${MOST_PAST_ORDERS} orders`,
    )
  }
  const projectRoot = environment.PRACTICE_STORE_PROJECT ?? dirname(dirname(fileURLToPath(import.meta.url)))
  const settings = {
    port,
    origin: (environment.PRACTICE_STORE_URL ?? `http://localhost:${port}`).replace(/\/$/, ''),
    appUrl: needed('APP_URL').replace(/\/$/, ''),
    apiKey: needed('SHOPIFY_API_KEY'),
    apiSecret: needed('SHOPIFY_API_SECRET'),
    projectRoot,
    dataDirectory: environment.PRACTICE_STORE_DATA ?? join(projectRoot, '.stammgast', 'practice-store'),
    pastOrders,
  }
  if (settings.appUrl !== '' && !URL.canParse(settings.appUrl)) {
    faults.push(`APP_URL is "${settings.appUrl}"; expected an address such as http://localhost:3000`)
  }
  if (faults.length > 0) throw new Error(`The practice store cannot start: ${faults.join('; ')}`)
  return settings
}
