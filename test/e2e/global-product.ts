import { spawn } from 'node:child_process'
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort, removeCluster } from '../../scripts/embedded-postgres.ts'
import { buildIfChanged } from '../../scripts/start/build.ts'

const root = path.resolve(import.meta.dirname, '../..')
/** A short past: about a dozen customers, which is enough to have tiers, refunds and pending points. */
const PAST_ORDERS = '80'
const START_MS = 240_000

/**
 * A freshly started product for each process of the room: its files move the shop's clock, publish its program and lose
 * its deliveries, one after the other.
 */
export default async function setup(project: TestProject) {
  const { config, vitest } = project
  const processes = Math.min(config.maxWorkers, vitest.state.getPaths().length)
  // Once, and not by each product at the same time into the same folder.
  await buildIfChanged(console.error)
  const names = Array.from({ length: processes }, (_, i) => `shop-${i + 1}`)
  const started = await Promise.allSettled(names.map((name) => startProduct(name, PAST_ORDERS)))
  const shops = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = () => Promise.all(shops.map((shop) => shop.stop()))
  const failed = started.find((one) => one.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  project.provide(
    'products',
    shops.map(({ product }) => product),
  )
  return stop
}

export interface RunningProduct {
  product: Product
  stop(): Promise<void>
}

/**
 * `npm start`'s own program with a folder and ports of its own.
 * @param name of the folder in .cache/e2e/logs that keeps what it said
 * @param pastOrders how many orders the practice shop has had before
 */
export async function startProduct(name: string, pastOrders: string): Promise<RunningProduct> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stammgast-e2e-'))
  const [port, storePort] = [await freePort(), await freePort()]
  await chmod(folder, 0o711) // as root, PostgreSQL's own account has to get through
  const env = {
    ...ownEnvironment(),
    STAMMGAST_DATA: folder,
    PORT: String(port),
    PRACTICE_STORE_PORT: String(storePort),
    PRACTICE_STORE_ORDERS: pastOrders,
  }
  const forget = async () => {
    await removeCluster(path.join(folder, 'postgres'))
    await rm(folder, { recursive: true, force: true })
  }
  const end = await start(env).catch(async (error) => {
    await forget()
    throw error
  })
  const stop = async () => {
    await end()
    await cp(path.join(folder, 'logs'), path.join(root, '.cache/e2e/logs', name), { recursive: true })
    await forget()
  }
  return { product: { storeUrl: `http://127.0.0.1:${storePort}`, env }, stop }
}

/** Ours without what would change the product: it must not take a database, keys or a test's settings from it. */
function ownEnvironment(): Record<string, string> {
  const foreign =
    /^(DATABASE_URL|SHOPIFY_|APP_|LOG_LEVEL|NODE_ENV|NODE_OPTIONS|VITEST|TEST$|DEV$|PROD$|MODE$)/
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || foreign.test(name) ? [] : [[name, value]],
    ),
  )
}

/** Resolves once the addresses are printed, with what stops it as Ctrl-C does. */
function start(env: Record<string, string>): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: env as NodeJS.ProcessEnv,
    stdio: 'pipe',
  })
  let words = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGINT')
    const code = await ended
    if (code !== 0) throw new Error(`npm start ended with ${code} when asked to stop:\n${words}`)
  }
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => {
      child.kill('SIGINT')
      reject(new Error(`npm start took longer than ${START_MS / 1000} s:\n${words}`))
    }, START_MS)
    const hear = (chunk: Buffer) => {
      words += chunk
      if (!words.includes('Stammgast is running.')) return
      clearTimeout(patience)
      resolve(stop)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void ended.then((code) => {
      clearTimeout(patience)
      reject(new Error(`npm start ended with ${code}:\n${words}`))
    })
  })
}

export interface Product {
  storeUrl: string
  env: Record<string, string>
}

declare module 'vitest' {
  export interface ProvidedContext {
    products: Product[]
  }
}
