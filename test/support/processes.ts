import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../scripts/embedded-postgres.ts'
import { APP_SECRET } from './app-secret.ts'

/** The app's real processes, to be killed. */

const root = path.resolve(import.meta.dirname, '../..')

export interface AppProcess {
  pid: number
  /** kill -9: no handler runs, no connection is closed properly. */
  kill(): Promise<void>
  /** Asks it to stop, as an operator does. */
  stop(): Promise<void>
  /** False after it ended by itself. */
  alive(): boolean
  /** What it has said so far. */
  words(): string
}

/** Where the app finds Shopify and the time: the practice store at this address, or what stands in front of it. */
export interface Surroundings {
  storeUrl: string
}

const PRELOADS = ['--import', './dev-store/route-shopify.ts', '--import', './dev-store/practice-clock.ts']

export function appEnv(databaseUrl: string, port: number, around?: Surroundings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(around && { PRACTICE_STORE_URL: around.storeUrl }),
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    DATABASE_URL: databaseUrl,
    SHOPIFY_API_KEY: 'test-key',
    SHOPIFY_API_SECRET: APP_SECRET,
    SHOPIFY_APP_URL: `http://127.0.0.1:${port}`,
    HOST: '127.0.0.1',
    PORT: String(port),
  }
}

/** server.ts with the webhook door. Resolves when it is ready. */
export async function startServer(
  databaseUrl: string,
  port?: number,
  around?: Surroundings,
): Promise<AppProcess & { port: number }> {
  const chosen = port ?? (await freePort())
  const { started, ...app } = launch('server.ts', appEnv(databaseUrl, chosen, around))
  let answer = 'no answer'
  const ready = async () => {
    if (started.exitCode !== null) throw new Error(`server.ts ended:\n${app.words()}`)
    const signal = AbortSignal.timeout(3_000)
    const response = await fetch(`http://127.0.0.1:${chosen}/readyz`, { signal }).catch(() => null)
    answer = response ? `${response.status} ${await response.text()}` : 'no answer'
    return response?.ok === true
  }
  await until('the server is ready', 30_000, ready).catch((error: Error) => {
    throw new Error(`${error.message}: ${answer}\n${app.words()}`)
  })
  return { ...app, port: chosen }
}

/** worker.ts: inbox, jobs, clock. Resolves when it works. */
export async function startWorker(databaseUrl: string, around?: Surroundings): Promise<AppProcess> {
  const { started, ...app } = launch('worker.ts', appEnv(databaseUrl, 3000, around))
  await until('the worker runs', 30_000, async () => {
    if (started.exitCode !== null) throw new Error(`worker.ts ended:\n${app.words()}`)
    return app.words().includes('worker is running')
  })
  return app
}

/** Runs the operator's command line to its end. */
export function stammgast(
  databaseUrl: string,
  port: number,
  ...args: string[]
): Promise<{ code: number; words: string }> {
  const { started, words } = launch('scripts/cli/main.ts', appEnv(databaseUrl, port), args)
  return new Promise((resolve) =>
    started.once('close', (code) => resolve({ code: code ?? 1, words: words() })),
  )
}

function launch(file: string, env: NodeJS.ProcessEnv, args: string[] = []) {
  const preloads = env.PRACTICE_STORE_URL ? PRELOADS : []
  const started: ChildProcess = spawn(process.execPath, [...preloads, path.join(root, file), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [started.stdout, started.stderr])
    stream?.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-200_000)
    })
  const ended = new Promise<void>((resolve) => started.once('exit', () => resolve()))
  const endWithUs = () => void started.kill('SIGKILL')
  process.once('exit', endWithUs)
  void ended.then(() => process.off('exit', endWithUs))
  const alive = () => started.exitCode === null && started.signalCode === null
  const end = async (signal: NodeJS.Signals) => {
    if (alive()) started.kill(signal)
    await ended
  }
  return {
    started,
    pid: started.pid ?? 0,
    alive,
    words: () => said,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

/** Asks again and again. @throws Error naming what did not come true in time */
export async function until(
  what: string,
  ms: number,
  holds: () => Promise<boolean>,
  every = 25,
): Promise<void> {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`)
    await pause(every)
  }
}
