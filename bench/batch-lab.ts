import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../scripts/embedded-postgres.ts'
import { migrate } from '../scripts/migrate.ts'
import { WORKER } from '../scripts/start/worker-program.ts'
import { helper, SECRET } from './support.ts'

/**
 * A database of shops and members on a server of its own, with the product's own path over it: stored deliveries →
 * facts, rules with 20 campaigns, tiers, lots, double entry, balances, sync marks.
 */
export interface Lab {
  url: string
  owner: pg.Pool
  /** Stores so many deliveries of new orders, then settles them: events a second, the storing not counted. */
  settle(events: number, batch?: number): Promise<number>
  close(): Promise<void>
}

/** As a server of two cores has it. */
const WORKERS = 2
const CHUNK = 2_000

export async function openLab(options: {
  shops: number
  customers: number
  /** A program that starts the server in its own place. */
  launcher?: string[]
}): Promise<Lab> {
  const home = await mkdtemp(path.join(tmpdir(), 'stammgast-bench-'))
  const server = await startEmbeddedPostgres({
    dataDir: path.join(home, 'postgres'),
    password: 'bench-only',
    temporary: true,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
    launcher: options.launcher,
  })
  const url = server.url('bench')
  await migrate(url)
  Object.assign(process.env, {
    DATABASE_URL: url,
    LOG_LEVEL: 'error',
    SHOPIFY_API_KEY: 'bench',
    SHOPIFY_API_SECRET: SECRET,
    SHOPIFY_APP_URL: 'http://127.0.0.1:1',
  })
  const owner = new pg.Pool({ connectionString: url, max: 2 })
  owner.on('error', () => {}) // the server goes first when a benchmark fails
  await makeShops(owner, options)
  // In processes of their own, started with the worker's settings: what the orders here cost is not their concern.
  const settling = Array.from({ length: WORKERS }, () => helper('drain-process.ts', WORKER.env, WORKER.flags))
  let nextOrder = 10_000_000
  return {
    url,
    owner,
    settle: async (events, batch = 500) => {
      await storeDeliveries(owner, options, nextOrder, events)
      nextOrder += events
      const start = performance.now()
      await Promise.all(settling.map((worker) => worker.ask({ drain: batch })))
      const rate = events / ((performance.now() - start) / 1_000)
      await checkAllDone(owner)
      return rate
    },
    close: async () => {
      for (const worker of settling) worker.stop()
      await owner.end()
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function checkAllDone(owner: pg.Pool): Promise<void> {
  const { rows } = await owner.query(`SELECT count(*)::int AS n FROM delivery_status WHERE status <> 'done'`)
  if (rows[0].n > 0) throw new Error(`${rows[0].n} deliveries of the benchmark did not end as done`)
  await owner.query('TRUNCATE delivery, inbox')
  await owner.query('DELETE FROM member_to_sync')
  await owner.query('VACUUM ANALYZE')
}

async function storeDeliveries(
  owner: pg.Pool,
  { shops, customers }: { shops: number; customers: number },
  firstOrder: number,
  events: number,
): Promise<void> {
  for (let from = 0; from < events; from += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, events - from) }, (_, i) => {
      const orderId = firstOrder + from + i
      const customer = (orderId * 7_919) % customers
      return {
        shop: 1 + (customer % shops),
        id: `w${orderId}`,
        body: JSON.stringify(orderBody(orderId, customer)),
      }
    })
    await owner.query(
      `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
       SELECT s, w, 'orders/create', 'bench-' || s || '.myshopify.com', b
         FROM unnest($1::bigint[], $2::text[], $3::text[]) AS r(s, w, b)`,
      [rows.map((row) => row.shop), rows.map((row) => row.id), rows.map((row) => row.body)],
    )
  }
}

/** A slim order of two lines, as the subscription's `include_fields` leave it. */
export function orderBody(orderId: number, customer: number) {
  const set = (amount: string) => ({
    shop_money: { amount, currency_code: 'EUR' },
    presentment_money: { amount, currency_code: 'EUR' },
  })
  const customerId = 1_000_000 + customer
  const line = (n: number, price: string) => ({
    id: orderId * 10 + n,
    admin_graphql_api_id: `gid://shopify/LineItem/${orderId * 10 + n}`,
    product_id: 5_000 + ((orderId + n) % 400),
    title: 'Kaffeebohnen aus Lindental, 500 g',
    quantity: 1 + n,
    current_quantity: 1 + n,
    price,
    price_set: set(price),
    gift_card: false,
    discount_allocations: [],
    tax_lines: [{ price: '1.00', price_set: set('1.00'), rate: 0.19, title: 'MwSt' }],
  })
  const placed = new Date(Date.UTC(2026, 0, 1) + (orderId % 25_000_000) * 1_000).toISOString()
  return {
    id: orderId,
    admin_graphql_api_id: `gid://shopify/Order/${orderId}`,
    name: `#${orderId}`,
    email: null,
    created_at: placed,
    processed_at: placed,
    updated_at: placed,
    cancelled_at: null,
    test: false,
    currency: 'EUR',
    taxes_included: true,
    financial_status: 'paid',
    source_name: 'web',
    customer: { id: customerId, admin_graphql_api_id: `gid://shopify/Customer/${customerId}` },
    line_items: [line(0, '49.90'), line(1, '12.50')],
    shipping_lines: [
      {
        price: '4.90',
        price_set: set('4.90'),
        discounted_price: '4.90',
        discounted_price_set: set('4.90'),
        is_removed: false,
        tax_lines: [],
      },
    ],
    refunds: [],
    discount_codes: [],
  }
}

async function makeShops(
  owner: pg.Pool,
  { shops, customers }: { shops: number; customers: number },
): Promise<void> {
  const { starterProgram } = await import('../app/domain/templates/program-template.ts')
  const program = starterProgram('EUR', 'Europe/Berlin')
  program.returnWindowDays = 0
  program.campaigns = Array.from({ length: 20 }, (_, i) => ({
    id: `campaign-${i}`,
    name: { en: `Campaign ${i}` },
    multiplier: '2',
    scope: {
      kind: 'products' as const,
      ids: Array.from({ length: 10 }, (_, n) => String(5_000 + i * 10 + n)),
    },
    tiers: [],
    window: { start: '2026-01-01T00:00', end: null, timeZone: 'Europe/Berlin' },
  }))
  for (let shop = 1; shop <= shops; shop++) {
    await owner.query(
      `INSERT INTO shop (domain, name, currency, time_zone, taxes_included, locale)
       VALUES ($1, 'Bench', 'EUR', 'Europe/Berlin', true, 'de')`,
      [`bench-${shop}.myshopify.com`],
    )
    await owner.query(
      `INSERT INTO program (shop_id, version, document, effective_from, published_by) VALUES ($1, 1, $2, '2020-01-01', 'bench')`,
      [shop, program],
    )
  }
  await owner.query(
    `WITH a AS (INSERT INTO account (shop_id, customer_id)
                SELECT 1 + c % ${shops}, 1000000 + c FROM generate_series(0, ${customers - 1}) c
                RETURNING shop_id, account_id)
     INSERT INTO balance (shop_id, account_id) SELECT shop_id, account_id FROM a`,
  )
}
