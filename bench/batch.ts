import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { type RunningPostgres, startEmbeddedPostgres } from '../scripts/embedded-postgres.ts'
import { migrate } from '../scripts/migrate.ts'
import { type Figure, median } from './support.ts'

/**
 * The batch path against L. L is what PostgreSQL itself does on this machine with one event per transaction: store the
 * delivery, write the posting, change two balances; 32 clients of pgbench; the better of several statements and one
 * CTE. The batch path is the product's own, on the same server: stored deliveries → facts, rules with 20 campaigns,
 * tiers, lots, double entry, balances, sync marks.
 */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const EVENTS_A_ROUND = Number(process.env.BENCH_EVENTS ?? 20_000)
const PGBENCH_SECONDS = 4
const CUSTOMERS = 50_000
const SHOPS = 20
const LOOPS = 2

export async function batchBench(): Promise<Figure[]> {
  const pgbench = findPgbench()
  if (!pgbench) {
    console.error('batch: pgbench is not on this machine (postgresql-contrib); L cannot be measured')
    return []
  }
  const home = await mkdtemp(path.join(tmpdir(), 'stammgast-bench-'))
  const server = await startEmbeddedPostgres({
    dataDir: path.join(home, 'postgres'),
    password: 'bench',
    temporary: true,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
  })
  try {
    return await measure(server, pgbench, home)
  } finally {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
}

async function measure(server: RunningPostgres, pgbench: string, home: string): Promise<Figure[]> {
  const url = server.url('stammgast')
  await migrate(url)
  Object.assign(process.env, {
    DATABASE_URL: url,
    LOG_LEVEL: 'error',
    SHOPIFY_API_KEY: 'bench',
    SHOPIFY_API_SECRET: 'bench',
    SHOPIFY_APP_URL: 'http://127.0.0.1:1',
  })
  const { closePools } = await import('../app/db.server.ts')
  const { processDeliveries } = await import('../app/loyalty/process-deliveries.ts')
  const owner = new pg.Pool({ connectionString: url, max: 2 })
  owner.on('error', () => {}) // the server goes first when the benchmark fails
  await prepareProduct(owner)
  await prepareL(owner)
  const scripts = await writeScripts(home)
  const rates: Record<'several' | 'cte' | 'batch' | 'single', number[]> = {
    several: [],
    cte: [],
    batch: [],
    single: [],
  }
  for (let round = 0; round <= ROUNDS; round++) {
    const rate = {
      several: await runPgbench(pgbench, server, scripts.several),
      cte: await runPgbench(pgbench, server, scripts.cte),
      batch: await runBatch(owner, processDeliveries, round, EVENTS_A_ROUND, 500),
      single: await runBatch(owner, processDeliveries, round + 1_000, Math.ceil(EVENTS_A_ROUND / 40), 1),
    }
    if (round > 0)
      for (const key of ['several', 'cte', 'batch', 'single'] as const) rates[key].push(rate[key])
  }
  await closePools()
  await owner.end()
  const l = Math.max(median(rates.several), median(rates.cte))
  const batch = median(rates.batch)
  return [
    { name: 'L: pgbench, one event per transaction', value: l, unit: 'events/s', must: null, target: null },
    { name: 'batch path, full', value: batch, unit: 'events/s', must: null, target: null },
    { name: 'batch path ÷ L', value: batch / l, unit: '×', must: 1, target: 2 },
    {
      name: 'batch path ÷ own single-event path',
      value: batch / median(rates.single),
      unit: '×',
      must: 5,
      target: 10,
    },
  ]
}

/** Deliveries as the door stores them, then the time until the inbox is empty. */
async function runBatch(
  owner: pg.Pool,
  processDeliveries: (now: () => number, most: number) => Promise<number>,
  round: number,
  events: number,
  most: number,
): Promise<number> {
  await fillInbox(owner, round, events)
  const start = performance.now()
  const drain = async () => {
    while ((await processDeliveries(Date.now, most)) > 0);
  }
  await Promise.all(Array.from({ length: LOOPS }, drain))
  const seconds = (performance.now() - start) / 1_000
  const { rows } = await owner.query(`SELECT count(*)::int AS n FROM delivery_status WHERE status <> 'done'`)
  if (rows[0].n > 0) throw new Error(`${rows[0].n} deliveries of the benchmark did not end as done`)
  await owner.query('TRUNCATE delivery, inbox')
  await owner.query('DELETE FROM member_to_sync')
  await owner.query('VACUUM ANALYZE')
  return events / seconds
}

async function fillInbox(owner: pg.Pool, round: number, events: number): Promise<void> {
  const CHUNK = 2_000
  for (let from = 0; from < events; from += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, events - from) }, (_, i) => {
      const orderId = (round + 1) * 10_000_000 + from + i
      return { shop: 1 + (orderId % SHOPS), id: `w${orderId}`, body: JSON.stringify(payload(orderId)) }
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
function payload(orderId: number) {
  const set = (amount: string) => ({
    shop_money: { amount, currency_code: 'EUR' },
    presentment_money: { amount, currency_code: 'EUR' },
  })
  const customer = 1_000_000 + ((orderId * 7_919) % CUSTOMERS)
  const line = (n: number, price: string) => ({
    id: orderId * 10 + n,
    admin_graphql_api_id: `gid://shopify/LineItem/${orderId * 10 + n}`,
    product_id: 5_000 + ((orderId + n) % 400),
    variant_id: 6_000 + ((orderId + n) % 400),
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
    customer: { id: customer, admin_graphql_api_id: `gid://shopify/Customer/${customer}` },
    line_items: [line(0, '49.90'), line(1, '12.50')],
    shipping_lines: [{ price: '4.90', price_set: set('4.90'), discounted_price: '4.90', tax_lines: [] }],
    refunds: [],
    discount_codes: [],
  }
}

async function prepareProduct(owner: pg.Pool): Promise<void> {
  const { starterProgram } = await import('../app/domain/program-template.ts')
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
  for (let shop = 1; shop <= SHOPS; shop++) {
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
                SELECT 1 + s, 1000000 + c FROM generate_series(0, ${CUSTOMERS - 1}) c, generate_series(0, ${SHOPS - 1}) s
                 WHERE c % ${SHOPS} = s RETURNING shop_id, account_id)
     INSERT INTO balance (shop_id, account_id) SELECT shop_id, account_id FROM a`,
  )
}

async function prepareL(owner: pg.Pool): Promise<void> {
  await owner.query(`
    CREATE SCHEMA l;
    CREATE TABLE l.inbox (id bigint GENERATED ALWAYS AS IDENTITY, shop int, webhook_id text, body text, PRIMARY KEY (shop, webhook_id));
    CREATE TABLE l.posting (id bigint GENERATED ALWAYS AS IDENTITY, shop int, source_id text, account int, amount int,
                            at timestamptz DEFAULT now(), PRIMARY KEY (shop, id), UNIQUE (shop, source_id));
    CREATE TABLE l.balance (shop int, account int, unit int, amount bigint DEFAULT 0, PRIMARY KEY (shop, account, unit)) WITH (fillfactor = 80);
    INSERT INTO l.balance (shop, account, unit) SELECT 1 + c % ${SHOPS}, c, u FROM generate_series(1, ${CUSTOMERS}) c, generate_series(1, 2) u;
    CREATE SEQUENCE l.event;
    ANALYZE;`)
}

async function writeScripts(home: string): Promise<{ several: string; cte: string }> {
  // As long as a real body; a colon would be a variable to pgbench.
  const body = JSON.stringify(payload(1)).replaceAll(/[^a-z0-9]/gi, ' ')
  const draw = `\\set c random(1, ${CUSTOMERS})\n\\set s 1 + :c % ${SHOPS}\n\\set e random(1, 9000000000000000000)\n`
  const several = `${draw}BEGIN;
INSERT INTO l.inbox (shop, webhook_id, body) VALUES (:s, :e, '${body}') ON CONFLICT DO NOTHING;
INSERT INTO l.posting (shop, source_id, account, amount) VALUES (:s, :e, :c, 62);
UPDATE l.balance SET amount = amount + 62 WHERE shop = :s AND account = :c AND unit = 1;
UPDATE l.balance SET amount = amount + 62 WHERE shop = :s AND account = :c AND unit = 2;
COMMIT;
`
  const cte = `${draw}WITH i AS (INSERT INTO l.inbox (shop, webhook_id, body) VALUES (:s, :e, '${body}') ON CONFLICT DO NOTHING RETURNING 1), p AS (INSERT INTO l.posting (shop, source_id, account, amount) SELECT :s, :e, :c, 62 FROM i) UPDATE l.balance SET amount = amount + 62 WHERE shop = :s AND account = :c AND unit IN (1, 2);
`
  const files = { several: path.join(home, 'several.sql'), cte: path.join(home, 'cte.sql') }
  await writeFile(files.several, several)
  await writeFile(files.cte, cte)
  return files
}

async function runPgbench(pgbench: string, server: RunningPostgres, script: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    pgbench,
    [
      '-n',
      '-M',
      'prepared',
      '-c',
      '32',
      '-j',
      '2',
      '-T',
      String(PGBENCH_SECONDS),
      '-f',
      script,
      server.url('stammgast'),
    ],
    { maxBuffer: 1 << 22 },
  )
  const rate = /tps = ([\d.]+)/.exec(stdout)?.[1]
  if (!rate) throw new Error(`pgbench did not say its rate:\n${stdout}`)
  return Number(rate)
}

function findPgbench(): string | null {
  const roots = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']
  const candidates = roots
    .filter(existsSync)
    .flatMap((root) => readdirSync(root).map((version) => path.join(root, version, 'bin/pgbench')))
  return [...candidates.reverse(), '/usr/bin/pgbench'].find(existsSync) ?? null
}
