import { link, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { wholeNumber } from '../../app/domain/money/whole-number.ts'
import {
  appEnvironment,
  ensureSecrets,
  isAlive,
  places,
  type RunInfo,
  runningPractice,
  type Secrets,
  writeJson,
} from '../dev-environment.ts'
import { type RunningPostgres, removeCluster, startEmbeddedPostgres } from '../embedded-postgres.ts'
import { ensureShopifySchemas } from '../fetch-shopify-schema.ts'
import { migrate } from '../migrate.ts'
import { buildIfChanged } from './build.ts'
import { prepareShop } from './first-time.ts'
import { type Started, startProgram, untilReady, wordsOf } from './processes.ts'
import { WORKER } from './worker-program.ts'

export interface Running {
  /** Rejects when it cannot go on. */
  failed: Promise<never>
  stop(): Promise<void>
}

interface Options {
  /** Throw away what is there. */
  fresh: boolean
  /** Ends a start that is still under way. */
  signal: AbortSignal
}

const say = (words: string) => console.log(words)

/**
 * Starts a shop to practise in: PostgreSQL, the app, its worker and the practice store, all on this machine.
 * @throws Error with a sentence for people
 */
export async function startPractice({ fresh, signal }: Options): Promise<Running> {
  await refuseSecondRun()
  await claimFolder()
  const parts = new Parts(signal)
  try {
    return await startParts(parts, fresh)
  } catch (error) {
    await parts.stop()
    throw error
  }
}

async function startParts(parts: Parts, fresh: boolean): Promise<Running> {
  const ports = { PORT: readPort('PORT', 3000), PRACTICE_STORE_PORT: readPort('PRACTICE_STORE_PORT', 4000) }
  for (const [name, port] of Object.entries(ports)) await refuseTakenPort(name, port)
  if (fresh) await forget()

  const secrets = await ensureSecrets()
  const [postgres] = await Promise.all([startDatabase(secrets), ensureShopifySchemas(), buildIfChanged(say)])
  parts.postgres = postgres
  const run: RunInfo = {
    pid: process.pid,
    appUrl: `http://127.0.0.1:${ports.PORT}`,
    storeUrl: `http://127.0.0.1:${ports.PRACTICE_STORE_PORT}`,
    databaseUrl: postgres.url('stammgast'),
  }
  const env = appEnvironment(run, secrets)
  await startPrograms(parts, run, env)
  await writeJson(places.run, run)
  await Promise.race([prepareShop(run, env, say), parts.failed()])
  say(addresses(run))
  return { failed: parts.failed(), stop: () => parts.stop() }
}

async function startDatabase(secrets: Secrets): Promise<RunningPostgres> {
  say('Starting PostgreSQL …')
  const postgres = await startEmbeddedPostgres({
    dataDir: places.postgres,
    password: secrets.databasePassword,
  })
  try {
    await migrate(postgres.url('stammgast'))
  } catch (error) {
    await postgres.stop()
    const refused = (error as { code?: string }).code === '28P01'
    throw refused
      ? new Error('The data in .stammgast have another password: begin anew with "npm start -- --fresh".')
      : error
  }
  return postgres
}

async function startPrograms(parts: Parts, run: RunInfo, env: Record<string, string>): Promise<void> {
  say('Starting the app, its worker and the practice store …')
  const app = { ...env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: new URL(run.appUrl).port }
  const preload = ['--import', './dev-store/route-shopify.ts', '--import', './dev-store/practice-clock.ts']
  const store = {
    APP_URL: run.appUrl,
    PRACTICE_STORE_URL: run.storeUrl,
    PRACTICE_STORE_PORT: new URL(run.storeUrl).port,
    PRACTICE_STORE_DATA: places.practiceStore,
    SHOPIFY_API_KEY: env.SHOPIFY_API_KEY,
    SHOPIFY_API_SECRET: env.SHOPIFY_API_SECRET,
  }
  const web = parts.add({ name: 'web process', log: 'web', args: [...preload, 'server.ts'], env: app })
  parts.add({
    name: 'worker',
    log: 'worker',
    args: [...preload, ...WORKER.args],
    env: { ...app, ...WORKER.env },
  })
  const shop = parts.add({
    name: 'practice store',
    log: 'practice-store',
    args: ['dev-store/main.ts'],
    env: store,
  })
  await Promise.race([
    Promise.all([
      untilReady(web, `${run.appUrl}/readyz`),
      untilReady(shop, `${run.storeUrl}/practice/status`),
    ]),
    parts.failed(),
  ])
}

/** What runs, and the order in which it stops: first whoever uses the database, the database last. */
class Parts {
  postgres: RunningPostgres | undefined
  #programs: Started[] = []
  #stopping = false
  #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  add(program: Parameters<typeof startProgram>[0]): Started {
    const started = startProgram(program)
    this.#programs.push(started)
    return started
  }

  /** Rejects when a part ends by itself, or the start is to be given up. */
  failed(): Promise<never> {
    return new Promise((_resolve, reject) => {
      if (this.#signal.aborted) reject(this.#signal.reason)
      this.#signal.addEventListener('abort', () => reject(this.#signal.reason))
      const fail = (words: string) => this.#stopping || reject(new Error(words))
      for (const program of this.#programs) void program.ended.then((code) => fail(wordsOf(program, code)))
      void this.postgres?.died.then((words) => fail(`PostgreSQL ended. Its last words:\n${words}`))
    })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await rm(places.run, { force: true })
    await Promise.all(this.#programs.map((program) => program.stop()))
    await this.postgres?.stop()
    await leaveFolder()
  }
}

async function refuseSecondRun(): Promise<void> {
  const running = await runningPractice()
  if (running && running.pid !== process.pid)
    throw new Error(`Stammgast runs already (process ${running.pid}): ${running.storeUrl}/admin`)
}

/**
 * Two starts that begin together both see that nothing runs: the second would stop the database of the first, which it
 * takes for the leftover of a start that was killed.
 * @throws Error with a sentence for people when the folder is another start's
 */
export async function claimFolder(place = places.start): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true })
  await claim(place)
}

async function claim(place: string): Promise<void> {
  const mine = `${place}.${process.pid}`
  await writeFile(mine, String(process.pid))
  try {
    for (let tries = 0; tries < 10; tries++) {
      if (await isPut(mine, place)) return
      const found = await readClaim(place)
      if (found === null) continue
      const { holder } = found
      if (holder && holder !== process.pid && isAlive(holder))
        throw new Error(`Stammgast is being started already (process ${holder}).`)
      if (await takesOver(place, found, mine)) return
    }
  } finally {
    await rm(mine, { force: true })
  }
  throw new Error(`Another process is starting Stammgast. If there is none, remove ${place}.`)
}

/** A link is there with what stands in it, or not at all: nobody reads a claim that is half written. */
async function isPut(mine: string, place: string): Promise<boolean> {
  try {
    await link(mine, place)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

interface Claim {
  /** Of its process; 0: it does not say. */
  holder: number
  /** No other claim at the same place has it. */
  id: string
}

async function readClaim(place: string): Promise<Claim | null> {
  const file = await open(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null) return null
  try {
    const { ino, mtimeNs } = await file.stat({ bigint: true })
    return { holder: Number(await file.readFile('utf8')) || 0, id: `${ino}-${mtimeNs}` }
  } finally {
    await file.close()
  }
}

/**
 * Puts our claim over one whose process is gone. Whoever removed it might remove a younger one, which another start has
 * put there since it was read. So the right to replace this very claim is claimed first, and the claim looked at again:
 * nobody else may replace it now.
 * @returns false when somebody has replaced it already
 */
async function takesOver(place: string, dead: Claim, mine: string): Promise<boolean> {
  const right = `${place}.after-${dead.id}`
  await claim(right)
  try {
    if ((await readClaim(place))?.id !== dead.id) return false
    await rename(mine, place)
    return true
  } finally {
    await rm(right, { force: true })
  }
}

const leaveFolder = () => rm(places.start, { force: true })

async function forget(): Promise<void> {
  say('Beginning anew …')
  await removeCluster(places.postgres)
  for (const place of [places.practiceStore, places.secrets, places.logs])
    await rm(place, { recursive: true, force: true })
}

function readPort(name: string, fallback: number): number {
  const text = process.env[name]
  const port = text === undefined ? fallback : wholeNumber(text, { min: 1, max: 65_535 })
  if (port !== null) return port
  throw new Error(`The variable ${name} is "${text}"; it must be a port from 1 to 65535.`)
}

function refuseTakenPort(name: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const words = error.code === 'EACCES' ? 'may not be used' : 'is taken'
      reject(new Error(`Port ${port} ${words}. Choose another one with the variable ${name}.`))
    })
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
  })
}

function addresses({ storeUrl }: RunInfo): string {
  const lines = [
    'Stammgast is running.',
    '',
    `Merchant's admin   ${storeUrl}/admin`,
    `Storefront         ${storeUrl}/`,
    `Till               ${storeUrl}/till`,
    '',
    'Ctrl-C stops everything.',
  ]
  const width = Math.max(...lines.map((line) => line.length))
  const edge = '─'.repeat(width + 4)
  return [`┌${edge}┐`, ...lines.map((line) => `│  ${line.padEnd(width)}  │`), `└${edge}┘`].join('\n')
}
