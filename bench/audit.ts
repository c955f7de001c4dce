import type pg from 'pg'
import { openLab } from './batch-lab.ts'
import { type Figure, median } from './support.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const MEMBERS = Number(process.env.BENCH_MEMBERS ?? 100_000)
const ORDERS_A_MEMBER = 4
const ADJUSTMENTS_A_MEMBER = 2
const POINTS = 50
const GIVEN = 10

/**
 * The audit over a book of a million entries: members with four matured orders and two adjustments each. Every rule,
 * complete: also the worth of each order, reckoned again from its facts. One book that is right, so that nothing is
 * cut short; the audit says itself that it found nothing wrong.
 */
export async function auditBench(): Promise<Figure[]> {
  const lab = await openLab({ shops: 1, customers: MEMBERS })
  try {
    const { rows } = await lab.owner.query<{ id: number }>('SELECT min(shop_id)::int AS id FROM shop')
    const shopId = rows[0]?.id ?? 0
    const entries = await fillBook(lab.owner)
    const { auditLedger } = await import('../app/loyalty/audit/audit-ledger.ts')
    const { runAudit } = await import('../app/loyalty/audit/run-audit.ts')
    if (process.env.BENCH_EACH) await timeEach(shopId)
    const seconds: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const started = performance.now()
      const violations = await runAudit(shopId, 'manual')
      if (violations !== 0) throw new Error(await wordsOf(shopId, auditLedger))
      if (round > 0) seconds.push((performance.now() - started) / 1_000)
    }
    const name = `audit of ${entries.toLocaleString('en')} entries, every rule`
    return [{ name, value: median(seconds), unit: 's', must: null, target: null }]
  } finally {
    await lab.close()
  }
}

type Audit = typeof import('../app/loyalty/audit/audit-ledger.ts')['auditLedger']

async function wordsOf(shopId: number, audit: Audit): Promise<string> {
  const { withShop } = await import('../app/db/db.server.ts')
  const found = (await withShop(shopId, audit)).filter(({ violations }) => violations > 0)
  return `The generated book is wrong: ${JSON.stringify(found)}`
}

/** BENCH_EACH=1: which rule takes how long. */
async function timeEach(shopId: number): Promise<void> {
  const { withShop } = await import('../app/db/db.server.ts')
  const { AUDIT_QUERIES } = await import('../app/loyalty/audit/audit-queries.ts')
  await withShop(shopId, async (tx) => {
    await tx.query(`SET LOCAL work_mem = '96MB'; SET LOCAL jit = off`)
    for (const { invariant, sql } of AUDIT_QUERIES) {
      const started = performance.now()
      await tx.query(`SELECT count(*) FROM (${sql}) broken`)
      console.error(`  rule ${invariant}: ${((performance.now() - started) / 1_000).toFixed(2)} s`)
    }
  })
}

/** @returns how many entries there are */
async function fillBook(owner: pg.Pool): Promise<number> {
  const steps = 2 * ORDERS_A_MEMBER + ADJUSTMENTS_A_MEMBER
  await owner.query('DELETE FROM lot; DELETE FROM order_state')
  const client = await owner.connect()
  try {
    await client.query('BEGIN')
    await client.query(`CREATE TEMP TABLE plan ON COMMIT DROP AS
      SELECT a.shop_id, a.account_id, n, nextval('posting_id_seq') AS posting_id,
             CASE WHEN n > ${2 * ORDERS_A_MEMBER} THEN 'adjustment' WHEN n % 2 = 1 THEN 'order' ELSE 'maturity' END AS kind,
             CASE WHEN n > ${2 * ORDERS_A_MEMBER} THEN 'bench-' || a.account_id || '-' || n
                  ELSE (a.account_id * 10 + (n + 1) / 2)::text END AS source_id
        FROM account a, generate_series(1, ${steps}) n`)
    await client.query(
      `INSERT INTO posting (shop_id, posting_id, account_id, kind, source_id, part, version, event_at, actor, reason, digest)
       SELECT shop_id, posting_id, account_id, kind, source_id, 'worth', 1, now(), 'bench', 'bench', 1 FROM plan`,
    )
    await client.query(
      `INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after, event_at)
       SELECT shop_id, account_id, posting_id,
              CASE kind WHEN 'order' THEN 'issued' WHEN 'maturity' THEN 'pending' ELSE 'adjusted' END::bucket,
              CASE kind WHEN 'order' THEN 'pending' ELSE 'available' END::bucket,
              CASE kind WHEN 'adjustment' THEN ${GIVEN} ELSE ${POINTS} END,
              least(n / 2, ${ORDERS_A_MEMBER}) * ${POINTS} + greatest(n - ${2 * ORDERS_A_MEMBER}, 0) * ${GIVEN},
              CASE kind WHEN 'order' THEN ${POINTS} ELSE 0 END, now()
         FROM plan ORDER BY account_id, n`,
    )
    await client.query(
      `INSERT INTO lot (shop_id, account_id, order_id, earned_at, earned, remaining)
       SELECT shop_id, account_id, CASE WHEN kind = 'maturity' THEN source_id::bigint END, now(),
              CASE kind WHEN 'maturity' THEN ${POINTS} ELSE ${GIVEN} END, CASE kind WHEN 'maturity' THEN ${POINTS} ELSE ${GIVEN} END
         FROM plan WHERE kind <> 'order'`,
    )
    await client.query(
      `INSERT INTO order_state (shop_id, order_id, account_id, name, updated_at, placed_at, program_version, facts, digest,
                                status_steps, worth, posted_available, postings)
       SELECT shop_id, source_id::bigint, account_id, '#' || source_id, now(), now() - interval '60 days', 1,
              replace($1, '"ORDER"', '"' || source_id || '"')::json, 1, '[]', ${POINTS}, ${POINTS}, 1
         FROM plan WHERE kind = 'order'`,
      [JSON.stringify(FACTS)],
    )
    await client.query(
      `UPDATE balance SET available = ${ORDERS_A_MEMBER * POINTS + ADJUSTMENTS_A_MEMBER * GIVEN}, pending = 0 WHERE unit = 'points'`,
    )
    await client.query('COMMIT')
    await client.query('VACUUM ANALYZE')
    const { rows } = await client.query<{ entries: string }>('SELECT count(*) AS entries FROM entry')
    return Number(rows[0]?.entries)
  } finally {
    client.release()
  }
}

/** An order of one article for 50.00: fifty points at one a unit. */
const FACTS = {
  orderId: 'ORDER',
  name: '#ORDER',
  customerId: null,
  guestHash: null,
  currency: 'EUR',
  updatedAt: 0,
  placedAt: 1_600_000_000_000,
  test: false,
  paid: true,
  outstanding: 0,
  cancelledAt: null,
  dispute: 'none',
  taxesIncluded: true,
  source: 'web',
  lines: [
    {
      lineId: '1',
      productId: '7',
      title: 'Ware',
      giftCard: false,
      quantity: 1,
      currentQuantity: 1,
      net: 5000,
      tax: 798,
      collections: [],
      tags: [],
    },
  ],
  shipping: 490,
  shippingTax: 78,
  duties: 0,
  tips: 0,
  cashRounding: 0,
  refunds: [],
  discountCodes: [],
}
