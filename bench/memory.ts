import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { bundleWorker } from '../scripts/start/bundle-worker.ts'
import { openLab, orderBody } from './batch-lab.ts'
import type { Figure } from './support.ts'
import { answerForShopify, type RealWorker, startRealWorker } from './worker-process.ts'

const EVENTS = Number(process.env.BENCH_MEMORY_EVENTS ?? 1_000_000)
const SHOPS = 20
const CUSTOMERS = 50_000
/** So many are stored at once, the next ones when half of them are settled: the worker never rests. */
const SLICE = 10_000
const LOOK_EVERY_MS = 200

/** The worker's memory at one moment, in megabytes (10^6 bytes). */
type Look = Awaited<ReturnType<RealWorker['memory']>>

/**
 * Memory of a real worker process that settles a million events, writes members' metafields meanwhile (a stand-in
 * answers for Shopify) and does what its clock asks for. Deliveries are stored from this process.
 */
export async function memoryBench(): Promise<Figure[]> {
  await bundleWorker()
  const lab = await openLab({ shops: SHOPS, customers: CUSTOMERS })
  const shopify = await answerForShopify()
  const worker = await startRealWorker(lab.url, shopify.url)
  try {
    await lab.owner.query(
      `INSERT INTO "Session" (id, shop, state, "accessToken") SELECT 'offline_' || domain, domain, '', 'bench' FROM shop`,
    )
    const looks = await watch(lab.owner, worker)
    if (shopify.asked() === 0) throw new Error(`No member was written to Shopify. ${worker.words()}`)
    return figures(looks, await worker.highestResident())
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${worker.words()}`, { cause: error })
  } finally {
    await worker.stop()
    await shopify.stop()
    await lab.close()
  }
}

function figures(looks: Look[], everHighest: number | null): Figure[] {
  const tenth = Math.max(1, Math.floor(looks.length / 10))
  const highest = (part: Look[]) => Math.max(...part.map(({ resident }) => resident))
  const own = looks.map((look) => look.own).filter((value) => value !== null)
  const informs = { must: null, target: null }
  return [
    {
      name: 'worker: highest resident memory',
      value: Math.max(highest(looks), everHighest ?? 0),
      unit: 'MB',
      must: 160,
      target: 128,
      lessIsBetter: true,
    },
    // What it has in common with other processes (the program file of Node, say) counts by its share.
    ...(own.length > 0
      ? [{ name: 'worker: highest proportional share', value: Math.max(...own), unit: 'MB', ...informs }]
      : []),
    {
      name: 'worker: last tenth ÷ second tenth',
      value: highest(looks.slice(-tenth)) / highest(looks.slice(tenth, 2 * tenth)),
      unit: '×',
      ...informs,
    },
  ]
}

/** Keeps deliveries waiting until all events are settled, and looks at the worker all the while. */
async function watch(owner: pg.Pool, worker: RealWorker): Promise<Look[]> {
  const looks: Look[] = []
  let stored = 0
  for (;;) {
    const waiting = await countWaiting(owner)
    looks.push(await worker.memory())
    if (waiting === 0 && stored >= EVENTS) return looks
    if (waiting <= SLICE / 2 && stored < EVENTS) {
      const count = Math.min(SLICE, EVENTS - stored)
      await storeDeliveries(owner, stored, count)
      stored += count
      await forgetSettled(owner)
    }
    await pause(LOOK_EVERY_MS)
  }
}

async function countWaiting(owner: pg.Pool): Promise<number> {
  const { rows } = await owner.query(
    `SELECT (SELECT count(*)::int FROM inbox) AS waiting,
            (SELECT coalesce(min(reason), (SELECT min(reason) FROM inbox)) FROM delivery_outcome) AS fault`,
  )
  if (rows[0].fault) throw new Error(`A delivery of the benchmark did not end as done: ${rows[0].fault}`)
  return rows[0].waiting
}

async function storeDeliveries(owner: pg.Pool, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, i) => {
    const orderId = 10_000_000 + from + i
    const customer = (orderId * 7_919) % CUSTOMERS
    return { shop: 1 + (customer % SHOPS), orderId, body: JSON.stringify(orderBody(orderId, customer)) }
  })
  await owner.query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     SELECT s, 'w' || o, 'orders/create', 'bench-' || s || '.myshopify.com', b
       FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r(s, o, b)`,
    [rows.map(({ shop }) => shop), rows.map(({ orderId }) => orderId), rows.map(({ body }) => body)],
  )
}

/** The disk is not what is measured. */
async function forgetSettled(owner: pg.Pool): Promise<void> {
  await owner.query('DELETE FROM delivery WHERE delivery_id < (SELECT min(delivery_id) FROM inbox)')
}
