import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { bundleWorker } from '../scripts/start/bundle-worker.ts'
import { openLab, orderBody } from './batch-lab.ts'
import { cpuOf, parentOf } from './cpu.ts'
import { type Figure, helper, median, SECRET } from './support.ts'
import { answerForShopify, startRealWorker } from './worker-process.ts'

const SHOPS = 20
const CUSTOMERS = 10_000
const ORDERS = Number(process.env.BENCH_SPARSE_ORDERS ?? 400)
/** Orders come when they come; the worker has long been resting. */
const LONGEST_PAUSE_MS = 400
const LOOK_EVERY_MS = 1
const GIVE_UP_MS = 10_000
const LOOK = {
  name: 'look',
  text: 'SELECT FROM order_state WHERE shop_id = $1 AND order_id = $2 AND postings > 0',
}

/**
 * A shop in which now and then somebody orders: how long it takes from telling the door of an order until its points
 * stand in the book, and what the door, the worker and PostgreSQL spend on it, by one client after another and by
 * sixteen at once. The worker writes the members' metafields meanwhile (a stand-in answers for Shopify).
 */
export async function sparseBench(): Promise<Figure[]> {
  await bundleWorker()
  const lab = await openLab({ shops: SHOPS, customers: CUSTOMERS })
  await lab.owner.query(
    `INSERT INTO "Session" (id, shop, state, "accessToken") SELECT 'offline_' || domain, domain, '', 'bench' FROM shop`,
  )
  const shopify = await answerForShopify()
  const door = helper('door-server.ts')
  const worker = await startRealWorker(lab.url, shopify.url)
  const eye = new pg.Client({ connectionString: lab.url })
  await eye.connect()
  try {
    const { port, pid } = await door.ask<{ port: number; pid: number }>({})
    const see = await pidOf(eye)
    const pids = [pid, worker.pid(), await parentOf(see)]
    const cpu = () => cpuOf(pids, [see])
    const client = clientOf(port, eye)
    for (let i = 0; i < 50; i++) await client()

    const waits: number[] = []
    for (let i = 0; i < ORDERS / 4; i++) {
      await pause(Math.random() * LONGEST_PAUSE_MS)
      waits.push(await client())
    }
    const one = await costOf(cpu, ORDERS, 1, client)
    const sixteen = await costOf(cpu, ORDERS * 4, 16, client)
    return [
      {
        name: 'told to visible, one order now and then',
        value: median(waits),
        unit: 'ms',
        must: 100,
        target: 30,
        lessIsBetter: true,
      },
      { name: 'CPU an order, one client', value: one, unit: 'ms', must: 8.3, target: 4, lessIsBetter: true },
      { name: 'CPU an order, sixteen clients', value: sixteen, unit: 'ms', must: null, target: null },
    ]
  } finally {
    await eye.end()
    await worker.stop()
    door.stop()
    await shopify.stop()
    await lab.close()
  }
}

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid as number
}

/** Milliseconds of CPU an order; each client tells the next one when its last one is in the book. */
async function costOf(
  cpu: () => Promise<number>,
  orders: number,
  clients: number,
  client: () => Promise<number>,
): Promise<number> {
  const before = await cpu()
  let left = orders
  const work = async () => {
    while (left-- > 0) await client()
  }
  await Promise.all(Array.from({ length: clients }, work))
  return ((await cpu()) - before) / orders
}

/** @returns tells the door of one order and resolves with the milliseconds until its points are in the book */
function clientOf(port: number, eye: pg.Client): () => Promise<number> {
  let next = 90_000_000
  let turn: Promise<unknown> = Promise.resolve()
  const inTheBook = (shop: number, orderId: number) => {
    const look = turn.then(() => eye.query({ ...LOOK, values: [shop, orderId] }))
    turn = look.catch(() => {})
    return look.then(({ rowCount }) => rowCount === 1)
  }
  return async () => {
    const orderId = next++
    const customer = (orderId * 7_919) % CUSTOMERS
    const body = JSON.stringify(orderBody(orderId, customer))
    const shop = 1 + (customer % SHOPS)
    const started = performance.now()
    const { status } = await fetch(`http://127.0.0.1:${port}/grouped`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-shopify-topic': 'orders/create',
        'x-shopify-shop-domain': `bench-${shop}.myshopify.com`,
        'x-shopify-api-version': '2026-10',
        'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(body).digest('base64'),
        'x-shopify-webhook-id': `sparse-${orderId}`,
      },
    })
    if (status !== 200) throw new Error(`The door answered ${status}`)
    while (performance.now() - started < GIVE_UP_MS) {
      if (await inTheBook(shop, orderId)) return performance.now() - started
      await pause(LOOK_EVERY_MS)
    }
    throw new Error(`Order ${orderId} was not in the book after ${GIVE_UP_MS} ms`)
  }
}
