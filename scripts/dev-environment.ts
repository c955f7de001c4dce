import { randomBytes, randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Where the practice shop keeps its things, and how another process finds the running one. */

export const projectRoot = path.resolve(import.meta.dirname, '..')
/** All that the practice shop keeps; STAMMGAST_DATA names another folder, for a second shop beside the first. */
export const dataRoot = path.resolve(projectRoot, process.env.STAMMGAST_DATA || '.stammgast')
export const PRACTICE_SHOP = 'kontor-lindental.myshopify.com'

export const places = {
  postgres: path.join(dataRoot, 'postgres'),
  practiceStore: path.join(dataRoot, 'practice-store'),
  logs: path.join(dataRoot, 'logs'),
  secrets: path.join(dataRoot, 'secrets.json'),
  run: path.join(dataRoot, 'run.json'),
  /** Whose start it is, from its beginning on. */
  start: path.join(dataRoot, 'start.pid'),
}

/** Made once for this data directory; nobody else knows them. */
export interface Secrets {
  apiKey: string
  apiSecret: string
  databasePassword: string
}

/** What a running practice environment tells the command line. */
export interface RunInfo {
  /** Process id of `npm start`. */
  pid: number
  appUrl: string
  storeUrl: string
  databaseUrl: string
}

export async function readJson<T>(file: string): Promise<T | undefined> {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return undefined // a file that a kill cut off counts as absent
  }
}

/** Readable by this user alone, and never half written. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}.${randomInt(1e9)}`
  await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  await rename(unfinished, file)
}

export async function ensureSecrets(): Promise<Secrets> {
  const known = await readJson<Secrets>(places.secrets)
  if (known?.apiKey && known.apiSecret && known.databasePassword) return known
  const secrets: Secrets = {
    apiKey: randomBytes(16).toString('hex'),
    apiSecret: randomBytes(32).toString('hex'),
    databasePassword: randomBytes(18).toString('base64url'),
  }
  await writeJson(places.secrets, secrets)
  return secrets
}

/** The practice environment that runs at this moment, or undefined. */
export async function runningPractice(): Promise<(RunInfo & Secrets) | undefined> {
  const [run, secrets] = await Promise.all([readJson<RunInfo>(places.run), readJson<Secrets>(places.secrets)])
  return run && secrets && isAlive(run.pid) ? { ...run, ...secrets } : undefined
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // somebody else's, but there
  }
}

/** The environment of the app's processes in the practice shop. */
export function appEnvironment(run: Omit<RunInfo, 'pid'>, secrets: Secrets): Record<string, string> {
  return {
    DATABASE_URL: run.databaseUrl,
    SHOPIFY_API_KEY: secrets.apiKey,
    SHOPIFY_API_SECRET: secrets.apiSecret,
    SHOPIFY_APP_URL: run.appUrl,
    APP_BRIDGE_URL: `${run.storeUrl}/shopifycloud/app-bridge.js`,
    PRACTICE_STORE_URL: run.storeUrl,
  }
}
