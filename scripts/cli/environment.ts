import { appEnvironment, PRACTICE_SHOP, runningPractice } from '../dev-environment.ts'
import { Failure, UsageError } from './usage.ts'

const NOT_RUNNING =
  'The practice shop is not running: start it with "npm start", or set DATABASE_URL and the other variables of the app.'

/**
 * Completes the environment from the running practice shop unless DATABASE_URL is set. Must be called before a module
 * of the app is loaded.
 * @returns the practice shop's domain when it is the one that is used
 * @throws Failure when there is neither, or a variable is missing or wrong
 */
export async function takeAppEnvironment(): Promise<{ practiceShop: string | undefined }> {
  process.env.LOG_LEVEL ??= 'silent'
  if (process.env.DATABASE_URL) {
    await checkEnvironment()
    return { practiceShop: undefined }
  }
  const running = await runningPractice()
  if (!running) throw new Failure(NOT_RUNNING)
  Object.assign(process.env, appEnvironment(running, running))
  // Tiers, codes and warnings are told as of the practice shop's clock, as the app beside it sees them.
  await import('../../dev-store/practice-clock.ts')
  return { practiceShop: PRACTICE_SHOP }
}

/** @throws Failure that names every variable at fault */
async function checkEnvironment(): Promise<void> {
  const { readEnv } = await import('../../app/env.server.ts')
  try {
    readEnv(process.env)
  } catch (error) {
    throw new Failure((error as Error).message)
  }
}

export interface Target {
  url: string
  secret: string
  shop: string | undefined
}

/**
 * Where deliveries go, and under which secret.
 * @throws Failure when neither the variables are set nor the practice shop runs
 */
export async function deliveryTarget(url: string | undefined, shop: string | undefined): Promise<Target> {
  const { SHOPIFY_API_SECRET: secret, SHOPIFY_APP_URL: appUrl } = process.env
  const practice = secret ? undefined : await runningPractice()
  const chosen = {
    url: url ?? (secret ? appUrl : practice?.appUrl),
    secret: secret ?? practice?.apiSecret,
    shop: shop ?? (practice ? PRACTICE_SHOP : undefined),
  }
  if (!chosen.secret) {
    throw new Failure(
      'The practice shop is not running: start it with "npm start", or set SHOPIFY_API_SECRET and SHOPIFY_APP_URL.',
    )
  }
  if (!chosen.url || !URL.canParse(chosen.url)) {
    throw new UsageError(`the app's address "${chosen.url ?? ''}" is none: give --url or set SHOPIFY_APP_URL`)
  }
  return { url: new URL('/webhooks', chosen.url).href, secret: chosen.secret, shop: chosen.shop }
}

/** Network errors of the database, in a sentence. Other errors are returned as they are. */
export function inWords(error: unknown): unknown {
  const { code = '', message } = error as { code?: string; message?: string }
  const { DATABASE_URL = '' } = process.env
  const at = URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL).host : 'the address in DATABASE_URL'
  if (code === 'UNSAFE_CONNECTION') return new Failure(message ?? '')
  if (code === 'DATABASE_AWAY' || code === 'ECONNRESET')
    return new Failure(`The database at ${at} does not answer.`)
  if (code.startsWith('28')) return new Failure(`The database at ${at} refuses the user or the password.`)
  if (code === '3D000' || code === '42P01')
    return new Failure('The database is not migrated: run "npm run migrate".')
  return error
}
