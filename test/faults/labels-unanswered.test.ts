import { expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { connectShop } from '../support/connected-shop.ts'
import { orderPayload } from '../support/order-payload.ts'
import { openPracticeShop } from '../support/practice-shop.ts'
import { startWorker, until } from '../support/processes.ts'
import { testProgram } from '../support/program.ts'
import { seeded } from '../support/random.ts'
import { shakyLine } from '../support/shaky-line.ts'
import { makeShop } from '../support/shop.ts'

/** A real worker asks an Admin API that takes the question and does not answer. */

const database = useDatabase()
const CUSTOMER = 6101
/** More than the inbox has loops. */
const UNANSWERED = 6

test('an Admin API that does not answer delays neither other shops nor orders whose products are known', {
  timeout: 180_000,
}, async () => {
  const practice = await openPracticeShop('http://127.0.0.1:9')
  const line = await shakyLine(practice.url, seeded(1))
  const products = practice.context.store.products.all().filter(({ tags }) => tags.includes('bio'))
  expect(products.length).toBeGreaterThanOrEqual(2)
  const known = products[0]?.id ?? 0
  const unknown = products[1]?.id ?? 0
  const asking = await connectShop(practice, database.owner(), testProgram({ campaigns: [DOUBLE_FOR_BIO] }))
  const plain = await makeShop(database.owner(), { program: testProgram() })
  line.shake(1, ['answer too late'])
  const worker = await startWorker(database.url(), { storeUrl: line.url })
  try {
    await database
      .owner()
      .query(
        `INSERT INTO product_label (shop_id, product_id, collections, tags) VALUES ($1, $2, '{}', '{bio}')`,
        [asking, known],
      )
    const waiting: number[] = []
    for (let id = 1; id <= UNANSWERED; id++) {
      waiting.push(await deliver(asking, { id, product: unknown }))
      // Each in a batch of its own.
      await until('it was taken once', 20_000, async () => (await attemptsOf(waiting.at(-1) ?? 0)) > 0)
    }
    await until('Shopify was asked', 20_000, async () => (line.counts.get('answer too late') ?? 0) > 0)

    const began = performance.now()
    const others = [
      await deliver(plain.shopId, { id: 101, product: unknown }),
      await deliver(asking, { id: 102, product: known }),
    ]
    await until(
      'the others have their points',
      15_000,
      async () => (await statusesOf(others)) === 'done,done',
    )
    console.log(`others' orders: ${(performance.now() - began).toFixed(0)} ms while Shopify does not answer`)
    expect(await statusesOf(waiting)).toBe(waiting.map(() => 'waiting').join())
    expect(await openTransactions()).toBe(0)

    line.shake(0)
    line.setClock(1) // lets go whoever hangs: the connection breaks, and the job is tried again
    await until('the orders have their points, too', 90_000, async () =>
      (await statusesOf(waiting)).split(',').every((status) => status === 'done'),
    )
    expect(await pointsOf(asking)).toBe((UNANSWERED + 1) * 20)
  } finally {
    await worker.kill()
    await line.close()
    await practice.close()
  }
})

const DOUBLE_FOR_BIO = {
  id: 'bio',
  name: { en: 'Organic weeks' },
  multiplier: '2',
  scope: { kind: 'tags' as const, tags: ['bio'] },
  tiers: [],
  window: { start: null, end: null, timeZone: 'Europe/Berlin' },
}

/** @returns the delivery's id */
async function deliver(shopId: number, { id, product }: { id: number; product: number }): Promise<number> {
  const payload = orderPayload({ id, customer: CUSTOMER, lines: [{ price: '10.00', product }] })
  const { rows } = await database.owner().query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     VALUES ($1, gen_random_uuid()::text, 'orders/updated', 'x', $2) RETURNING delivery_id::int AS id`,
    [shopId, JSON.stringify(payload)],
  )
  return rows[0].id
}

async function statusesOf(ids: number[]): Promise<string> {
  const { rows } = await database
    .owner()
    .query('SELECT status FROM delivery_status WHERE delivery_id = ANY($1) ORDER BY delivery_id', [ids])
  return rows.map(({ status }) => status).join()
}

async function attemptsOf(id: number): Promise<number> {
  const { rows } = await database.owner().query('SELECT attempts FROM inbox WHERE delivery_id = $1', [id])
  return rows[0]?.attempts ?? 0
}

/** Transactions of the app that stand still. */
async function openTransactions(): Promise<number> {
  const { rowCount } = await database.owner().query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'stammgast_%'
          AND state LIKE 'idle in transaction%' AND state_change < now() - interval '1 second'`,
  )
  return rowCount ?? 0
}

async function pointsOf(shopId: number): Promise<number> {
  const { rows } = await database
    .owner()
    .query('SELECT sum(pending + available)::int AS points FROM balance WHERE shop_id = $1', [shopId])
  return rows[0].points
}
