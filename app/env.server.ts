import { isIP } from 'node:net'
import { z } from 'zod'
import { faultOfClientSecret } from './client-secret.ts'
import { faultOfDatabaseUrl, POSTGRES_URL } from './db/address.ts'
import { wholeNumber } from './domain/money/whole-number.ts'
import { isHost, isWebAddress } from './web-address.ts'

const KEY = 'must be the client id of your Shopify app'

/** Shopify's are 32 hexadecimal digits. A secret in its place would be sent to every browser. */
const CLIENT_ID = /^(?!shp[a-z]{2}_)[\w-]+$/

const SECRETS = {
  SHOPIFY_API_SECRET: 'must be the client secret of your Shopify app',
  SHOPIFY_API_SECRET_PREVIOUS: 'must be the client secret before this one, or not be set',
} as const

const APP_URL =
  'must be the https address of this app and no more, like "https://loyalty.example.com" (http on this machine alone)'

const BRIDGE_URL =
  'must be the https address of a script, like "https://cdn.shopify.com/shopifycloud/app-bridge.js" (http on this machine alone), or not be set'

const LISTENS_AT = 'must be an address to listen at, like "0.0.0.0" or "127.0.0.1"'

/** Also all addresses of the machine, and IPv6 as it is written without brackets. */
const canListenAt = (host: string) => isIP(host) > 0 || isHost(host)

const whole = (min: number, max: number) =>
  z.string().transform((value, context) => {
    const number = wholeNumber(value, { min, max })
    if (number === null) context.addIssue(`must be a whole number from ${min} to ${max}, like "${max}"`)
    return number ?? min
  })

/** The environment, read and checked once. A wrong variable stops the program with its name in the message. */
const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  DATABASE_URL: z.string(`must be ${POSTGRES_URL}`).superRefine((value, context) => {
    const fault = faultOfDatabaseUrl(value)
    if (fault !== null) context.addIssue(fault)
  }),
  SHOPIFY_API_KEY: z.string(KEY).regex(CLIENT_ID, `${KEY}, as its dashboard shows it, and not its secret`),
  SHOPIFY_API_SECRET: z.string(SECRETS.SHOPIFY_API_SECRET),
  /** While a secret is being rotated, deliveries signed with the one before are taken too. */
  SHOPIFY_API_SECRET_PREVIOUS: z.string().optional(),
  SHOPIFY_APP_URL: z.string(APP_URL).refine((text) => isWebAddress(text, { path: false }), APP_URL),
  /** Where the admin loads App Bridge from; Shopify's own address when absent. */
  APP_BRIDGE_URL: z
    .string()
    .refine((text) => isWebAddress(text, { path: true }), BRIDGE_URL)
    .optional(),
  HOST: z.string().refine(canListenAt, LISTENS_AT).default('0.0.0.0'),
  PORT: whole(0, 65_535).default(3000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /**
   * Batches of deliveries that a worker settles at once. More than one keep a database on another machine busy; on the
   * same machine a second worker does it better.
   */
  INBOX_LOOPS: whole(1, 8).default(1),
  DATABASE_POOL: whole(2, 200).default(10),
})
export type Env = z.infer<typeof schema>

/** @throws Error that lists every missing or wrong variable and what is allowed. */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  const parsed = schema.safeParse(source)
  const lines = (parsed.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0])
    return source[name] === undefined
      ? `  ${name} is not set: ${issue.message}`
      : `  ${name}: ${issue.message}`
  })
  lines.push(...faultsOfSecrets(source))
  if (parsed.success && lines.length === 0) return parsed.data
  throw new Error(`The environment is not complete:\n${lines.join('\n')}`)
}

/** What is not set at all, has been said where it must be. */
function faultsOfSecrets(source: NodeJS.ProcessEnv): string[] {
  return Object.entries(SECRETS).flatMap(([name, meaning]) => {
    const text = source[name]
    const fault = text === undefined ? null : faultOfClientSecret(text, source.SHOPIFY_API_KEY ?? '')
    return fault === null ? [] : [`  ${name}: ${meaning}: ${fault}`]
  })
}

let known: Env | undefined
export function env(): Env {
  known ??= readEnv(process.env)
  return known
}
