import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { bundleWorker } from '../scripts/start/bundle-worker.ts'
import { type Lab, openLab, orderBody } from './batch-lab.ts'
import { fillPast } from './past.ts'
import type { Figure } from './support.ts'
import { answerForShopify, startRealWorker } from './worker-process.ts'

const SHOPS = 2
const CUSTOMERS = 4_000
const POSTINGS = Number(process.env.BENCH_BESIDE_POSTINGS ?? 100_000)
const EXPORTS_MB = Number(process.env.BENCH_BESIDE_MB ?? 50)
const EXPORTS = 20
const LARGE_HISTORY = 4_000
/** The lab's customers. */
const FIRST_CUSTOMER = 1_000_000
const REDACTIONS = 2
const PAUSE_MS = 30
const LOOK_EVERY_MS = 5
const GIVE_UP_MS = 60_000

/** What is under way meanwhile; each answers whether it still is. */
type Deed = [name: string, begin: (lab: Lab) => Promise<() => Promise<boolean>>]

const DEEDS: Deed[] = [
  ['nothing', async () => async () => false],
  [
    'two redactions',
    (lab) =>
      tell(
        lab,
        Array.from({ length: REDACTIONS }, (_, i) => redaction(FIRST_CUSTOMER + 100 + 2 * i)),
      ),
  ],
  [
    'a request for data',
    (lab) =>
      tell(lab, [
        [
          'customers/data_request',
          1,
          { customer: customer(FIRST_CUSTOMER + 200), data_request: { id: 900 } },
        ],
      ]),
  ],
  [
    'a merge of a large history',
    (lab) =>
      tell(lab, [
        [
          'customers/merge',
          1,
          {
            admin_graphql_api_customer_kept_id: `gid://shopify/Customer/${FIRST_CUSTOMER + 300}`,
            admin_graphql_api_customer_deleted_id: `gid://shopify/Customer/${FIRST_CUSTOMER + 302}`,
            status: 'completed',
          },
        ],
      ]),
  ],
  ['the audit', (lab) => queue(lab, 'audit-shop', { shopId: 1, kind: 'manual' })],
  ['tidying', (lab) => queue(lab, 'tidy-up', {})],
  ['the expiry sweep', (lab) => queue(lab, 'expire-points', {})],
  ['the round of tiers', (lab) => queue(lab, 'renew-tiers', { shopId: 1 })],
  ['orders judged again', (lab) => queue(lab, 'settle-again', { shopId: 1 })],
  [
    'the erasure of another shop',
    async (lab) => {
      await lab.owner.query(`UPDATE shop SET uninstalled_at = now() - interval '3 days' WHERE shop_id = 2`)
      return tell(lab, [['shop/redact', 2, {}]])
    },
  ],
]

const customer = (id: number) => ({ id, email: `c${id}@kunden.example`, phone: `+49 170 ${1_000_000 + id}` })
const redaction = (id: number): Told => ['customers/redact', 1, { customer: customer(id) }]

/**
 * How long an order of a stranger waits while the same shop, or another one, has much to be read: from lying in the inbox
 * until its points are in the book, the longest of those that come one after the other; and the longest transaction.
 */
export async function besideBench(): Promise<Figure[]> {
  await bundleWorker()
  const lab = await openLab({ shops: SHOPS, customers: CUSTOMERS })
  await fill(lab.owner)
  const shopify = await answerForShopify()
  const worker = await startRealWorker(lab.url, shopify.url)
  try {
    const only = process.env.BENCH_BESIDE_ONLY?.split(',')
    const figures: Figure[] = []
    for (const [name, begin] of DEEDS) {
      if (only && !only.includes(name)) continue
      await measure(lab, async () => async () => false)
      const started = performance.now()
      const { longest, transaction } = await measure(lab, begin)
      const seconds = ((performance.now() - started) / 1_000).toFixed(1)
      console.error(
        `  ${name}: ${longest.toFixed()} ms, ${transaction.toFixed()} ms, all done after ${seconds} s`,
      )
      const figure = { unit: 'ms', target: null, must: null, lessIsBetter: true as const }
      figures.push({ ...figure, name: `order beside ${name}`, value: longest, must: 1_000 })
      figures.push({ ...figure, name: `longest transaction beside ${name}`, value: transaction, must: 5_000 })
    }
    return figures
  } finally {
    await worker.stop()
    await shopify.stop()
    await lab.close()
  }
}

/** Two shops with a past each; in the first exports, stored messages, and one member who bought very often. */
async function fill(owner: pg.Pool): Promise<void> {
  await fillPast(owner, 3 * SHOPS * POSTINGS)
  const body = Math.round((EXPORTS_MB * 2 ** 20) / EXPORTS / 500)
  await owner.query(
    `INSERT INTO data_request (shop_id, request_id, account_id, export, asked_at)
     SELECT 1, n, NULL, json_build_object('customer', 'x', 'entries', '[]'::json, 'lines', '[]'::json, 'orders', '[]'::json,
              'messages', (SELECT json_agg(json_build_object('topic', 'orders/updated', 'body', $2 || n || m || $3))
                             FROM generate_series(1, 500) m)), now() FROM generate_series(1, $1::int) n`,
    [
      EXPORTS,
      '{"note": "',
      ` an anna@post.example, +49 170 998877 \\u0026 ${JSON.stringify(orderBody(1, 1))}`
        .repeat(20)
        .slice(0, body),
    ],
  )
  await owner.query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     SELECT 1, 'past-' || n, 'orders/updated', 'bench-1.myshopify.com', $1 || n FROM generate_series(1, 5000) n`,
    [JSON.stringify(orderBody(2, 2))],
  )
  await owner.query('TRUNCATE inbox')
  const client = await owner.connect()
  await client.query(`BEGIN; SET LOCAL session_replication_role = replica;
    CREATE TEMP TABLE mine ON COMMIT DROP AS
      SELECT o.order_id, a.account_id FROM order_state o, account a
       WHERE o.shop_id = 1 AND a.shop_id = 1 AND a.customer_id = ${FIRST_CUSTOMER + 302} ORDER BY o.order_id LIMIT ${LARGE_HISTORY};
    CREATE INDEX ON mine (order_id); ANALYZE mine;
    UPDATE order_state o SET account_id = m.account_id FROM mine m WHERE o.shop_id = 1 AND o.order_id = m.order_id;
    UPDATE lot o SET account_id = m.account_id FROM mine m WHERE o.shop_id = 1 AND o.order_id = m.order_id;
    UPDATE entry e SET account_id = m.account_id FROM mine m JOIN posting p ON p.source_id = m.order_id::text
     WHERE p.shop_id = 1 AND e.shop_id = 1 AND e.posting_id = p.posting_id;
    UPDATE posting p SET account_id = m.account_id FROM mine m WHERE p.shop_id = 1 AND p.source_id = m.order_id::text;
    UPDATE balance b SET available = coalesce(l.points, 0)
      FROM account a LEFT JOIN (SELECT account_id, sum(remaining) AS points FROM lot WHERE shop_id = 1 GROUP BY 1) l USING (account_id)
     WHERE b.shop_id = 1 AND a.shop_id = 1 AND a.account_id = b.account_id;
    COMMIT; ANALYZE`)
  client.release()
}

type Told = [topic: string, shop: number, payload: object]

async function store(owner: pg.Pool, [topic, shop, payload]: Told): Promise<number> {
  const domain = `bench-${shop}.myshopify.com`
  const { rows } = await owner.query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, triggered_at, body)
     VALUES ($1, gen_random_uuid(), $2, $3, now(), $4) RETURNING delivery_id::int AS id`,
    [shop, topic, domain, JSON.stringify({ shop_domain: domain, ...payload })],
  )
  return rows[0].id
}

async function tell({ owner }: Lab, told: Told[]): Promise<() => Promise<boolean>> {
  const ids: number[] = []
  for (const one of told) ids.push(await store(owner, one))
  return async () => {
    // What was done leaves no outcome; anything else has measured nothing.
    const { rows } = await owner.query('SELECT reason FROM delivery_outcome WHERE delivery_id = ANY($1)', [
      ids,
    ])
    if (rows.length > 0) throw new Error(`A request did nothing: ${rows[0].reason}`)
    return (await owner.query('SELECT FROM inbox WHERE delivery_id = ANY($1)', [ids])).rowCount !== 0
  }
}

async function queue({ owner }: Lab, name: string, payload: object): Promise<() => Promise<boolean>> {
  const { rows } = await owner.query('SELECT id::text FROM graphile_worker.add_job($1, $2::json)', [
    name,
    JSON.stringify(payload),
  ])
  return async () =>
    (
      await owner.query('SELECT FROM graphile_worker._private_jobs WHERE id = $1 AND attempts < 2', [
        rows[0].id,
      ])
    ).rowCount !== 0
}

let nextOrder = 80_000_000

/** Strangers order while it is under way, and at least three times. */
async function measure(lab: Lab, begin: Deed[1]): Promise<{ longest: number; transaction: number }> {
  const started = performance.now()
  const isUnderWay = await begin(lab)
  let [longest, transaction] = [0, 0]
  for (let orders = 0; orders < 3 || (await isUnderWay()); orders++) {
    const id = nextOrder++
    const told = performance.now()
    await store(lab.owner, ['orders/create', 1, orderBody(id, 2_000 + 2 * (id % 500))])
    for (let posted = false; !posted; ) {
      const { rows } = await lab.owner.query(
        `SELECT EXISTS (SELECT FROM order_state WHERE shop_id = 1 AND order_id = $1 AND postings > 0) AS posted,
                (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 * 1000 FROM pg_stat_activity
                  WHERE application_name LIKE 'stammgast%' AND state IN ('active', 'idle in transaction')) AS transaction`,
        [id],
      )
      posted = rows[0].posted
      transaction = Math.max(transaction, rows[0].transaction)
      if (performance.now() - started > GIVE_UP_MS) throw new Error(await whatWaits(lab.owner))
      if (!posted) await pause(LOOK_EVERY_MS)
    }
    longest = Math.max(longest, performance.now() - told)
    await pause(PAUSE_MS)
  }
  return { longest, transaction }
}

async function whatWaits(owner: pg.Pool): Promise<string> {
  const { rows } = await owner.query(
    `SELECT topic, attempts, apart, reason, (SELECT count(*) FROM inbox)::int AS all FROM inbox JOIN delivery USING (shop_id, delivery_id) LIMIT 5`,
  )
  return `It has not come to an end: ${JSON.stringify(rows)}`
}
