import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { databaseLine } from '../support/line.ts'
import {
  APP_SECRET,
  type AppProcess,
  stammgast,
  startServer,
  startWorker,
  until,
} from '../support/processes.ts'
import { type Random, seeded } from '../support/random.ts'
import { differences, inboxCounts, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { type Line, makeDeliveries } from './deliveries.ts'
import { holdTable } from './stop-at-lock.ts'

/**
 * Kills the app's processes and its database over and over while deliveries come in, at random moments and at named
 * steps. A sender that behaves like Shopify tells again what was not answered with 200. In the end nothing that was
 * acknowledged may be missing, nothing may count twice, and the book must be that of a clean run.
 */
export interface Storm {
  clean: pg.Pool
  /** Address of the fresh database on the server itself. */
  databaseUrl: string
  kills: number
  seed: number
  /** Ends the database server at once and starts it again; resolves with its new port. Absent: it is left alone. */
  crashPostgres?: () => Promise<number>
  tell?: (words: string) => void
}

export interface StormReport {
  kills: Record<string, number>
  deliveries: number
  /** Acknowledged deliveries that are not in the database. */
  lost: number
  /** Where the book differs from a clean run's: doubled or missing points. */
  differences: string[]
  inbox: Record<string, number>
  audit: { code: number; words: string }
  /** From a kill until everything that was delivered meanwhile had ended, milliseconds. */
  recovery: { median: number; longest: number }
}

/** Deliveries that come in around each kill. */
const PER_KILL = 16
const RECOVERY_MS = 60_000

/**
 * Steps of a worker's transaction, in their order, by the table whose lock stops it there. The lock lets the
 * statements before it through: they only read, or lock rows.
 */
const WORKER_STEPS: Record<string, string> = {
  'makes accounts': 'account',
  'writes the orders': 'order_state',
  'writes the postings': 'posting',
  'writes the entries': 'entry',
  'writes the balances': 'balance',
  'writes the lots': 'lot',
  'marks the members for sync': 'member_to_sync',
  'puts jobs into the queue': 'graphile_worker._private_jobs',
  'notes why it did nothing': 'delivery_outcome',
  'takes them out of the inbox': 'inbox',
}

interface Scene {
  storm: Storm
  random: Random
  shop: { shopId: number; domain: string }
  line: Awaited<ReturnType<typeof databaseLine>>
  owner: pg.Pool
  server: AppProcess & { port: number }
  worker: AppProcess
  acknowledged: Set<string>
}

export async function killStorm(storm: Storm): Promise<StormReport> {
  const random = seeded(storm.seed)
  const setting = SETTINGS[random.below(SETTINGS.length)] as Setting
  const lines = makeDeliveries(storm.kills * PER_KILL, storm.seed)
  const cleanShop = await makeFaultShop(storm.clean, setting)
  const owner = openPool(storm.databaseUrl)
  const shop = await makeFaultShop(owner, setting)
  const line = await databaseLine(storm.databaseUrl)
  const [server, worker] = await Promise.all([startServer(line.url), startWorker(line.url)])
  const scene: Scene = { storm, random, shop, line, owner, server, worker, acknowledged: new Set() }
  const kills: Record<string, number> = {}
  const recovery: number[] = []
  try {
    const deeds = deedsOf(storm)
    for (let k = 0; k < storm.kills; k++) {
      const [name, deed] = deeds[k % deeds.length] as (typeof deeds)[number]
      const some = lines.garbled.slice(k * PER_KILL, (k + 1) * PER_KILL)
      const { reached, at } = await deed(scene, some)
      const what = reached ? name : 'at random (the step was not reached)'
      kills[what] = (kills[what] ?? 0) + 1
      await until(`everything has ended after: ${name}`, RECOVERY_MS, () => hasEnded(scene))
      recovery.push(performance.now() - at)
      if ((k + 1) % 25 === 0)
        storm.tell?.(`${k + 1} kills, longest recovery ${Math.round(Math.max(...recovery))} ms`)
    }
    const audit = await stammgast(line.url, scene.server.port, 'audit', '--shop', shop.domain)
    await runCleanly(storm.clean, cleanShop, lines.clean)
    const books = [
      await readBook(scene.owner, shop.shopId),
      await readBook(storm.clean, cleanShop.shopId),
    ] as const
    return {
      kills,
      deliveries: lines.garbled.length,
      lost: await countLost(scene),
      differences: differences(...books),
      inbox: await inboxCounts(scene.owner),
      audit,
      recovery: {
        median: recovery.toSorted((a, b) => a - b)[Math.floor(recovery.length / 2)] ?? 0,
        longest: Math.max(...recovery),
      },
    }
  } finally {
    await Promise.all([scene.worker.kill(), scene.server.kill()])
    await Promise.all([line.close(), scene.owner.end()])
  }
}

type Deed = (scene: Scene, lines: Line[]) => Promise<{ reached: boolean; at: number }>

/** One after the other, again and again; the database is crashed now and then. */
function deedsOf({ crashPostgres }: Storm): [string, Deed][] {
  const steps = Object.entries(WORKER_STEPS).map(([step, table]): [string, Deed] => [
    `worker, as it ${step}`,
    (scene, lines) => killAtLock(scene, lines, table, killWorker),
  ])
  const mixed: [string, Deed][] = steps.flatMap((step, i) => [
    step,
    i % 3 === 2 ? ['server, at random', atRandom(killServer)] : ['worker, at random', atRandom(killWorker)],
  ])
  const more: [string, Deed][] = [
    ['server, as it stores deliveries', (scene, lines) => killAtLock(scene, lines, 'delivery', killServer)],
    ['both, at random', atRandom((scene) => Promise.all([killWorker(scene), killServer(scene)]))],
    ['connections cut for a while', atRandom(cutLine)],
  ]
  if (crashPostgres) more.push(['PostgreSQL stopped at once', atRandom(crash)])
  return [...mixed, ...more]
}

function atRandom(kill: (scene: Scene) => Promise<unknown>): Deed {
  return async (scene, lines) => {
    const sending = sendAll(scene, lines)
    await pause(scene.random.below(120))
    const at = performance.now()
    await kill(scene)
    await sending
    return { reached: true, at }
  }
}

/** Holds a table so that the process stops at the statement that changes it, and kills it there. */
async function killAtLock(
  scene: Scene,
  lines: Line[],
  table: string,
  kill: (scene: Scene) => Promise<unknown>,
): Promise<{ reached: boolean; at: number }> {
  const held = await holdTable(scene.owner, table)
  const sending = sendAll(scene, lines)
  const reached = await held.reached(1_500).then(
    () => true,
    () => false,
  )
  const at = performance.now()
  const killing = kill(scene) // its replacement may stop at the same lock
  await pause(5)
  await held.release()
  await killing
  await sending
  return { reached, at }
}

async function killWorker(scene: Scene): Promise<void> {
  await scene.worker.kill()
  scene.worker = await startWorker(scene.line.url)
}

async function killServer(scene: Scene): Promise<void> {
  await scene.server.kill()
  scene.server = await startServer(scene.line.url, scene.server.port)
}

async function cutLine(scene: Scene): Promise<void> {
  await scene.line.cut()
  await pause(scene.random.below(800))
  await scene.line.mend()
  await reviveWorker(scene)
}

async function crash(scene: Scene): Promise<void> {
  const port = await scene.storm.crashPostgres?.()
  if (port === undefined) return
  scene.line.leadTo(port)
  void scene.owner.end()
  const url = new URL(scene.storm.databaseUrl)
  url.port = String(port)
  scene.owner = openPool(url.href)
  await reviveWorker(scene)
}

/** As a supervisor does: a worker that gave up is started again. */
async function reviveWorker(scene: Scene): Promise<void> {
  await pause(300)
  if (!scene.worker.alive()) scene.worker = await startWorker(scene.line.url)
}

async function hasEnded(scene: Scene): Promise<boolean> {
  if (!scene.worker.alive()) scene.worker = await startWorker(scene.line.url)
  const { waiting = 0 } = await inboxCounts(scene.owner)
  return waiting === 0
}

/** Delivers as Shopify does: what is not answered with 200 comes again, under the same id. */
async function sendAll(scene: Scene, lines: Line[]): Promise<void> {
  await Promise.all(
    lines.map(async ({ topic, payload }) => {
      const body = JSON.stringify(payload)
      const id = randomUUID()
      const headers = {
        'content-type': 'application/json',
        'x-shopify-topic': topic,
        'x-shopify-shop-domain': scene.shop.domain,
        'x-shopify-webhook-id': id,
        'x-shopify-api-version': '2026-10',
        'x-shopify-hmac-sha256': createHmac('sha256', APP_SECRET).update(body).digest('base64'),
      }
      const url = `http://127.0.0.1:${scene.server.port}/webhooks`
      await until('a delivery is acknowledged', RECOVERY_MS, async () => {
        const signal = AbortSignal.timeout(5_000)
        const answer = await fetch(url, { method: 'POST', body, headers, signal }).catch(() => null)
        return answer?.status === 200
      })
      scene.acknowledged.add(id)
    }),
  )
}

async function countLost({ owner, acknowledged }: Scene): Promise<number> {
  const { rows } = await owner.query('SELECT webhook_id AS id FROM delivery')
  const stored = new Set(rows.map(({ id }) => id))
  return [...acknowledged].filter((id) => !stored.has(id)).length
}

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}
