import type pg from 'pg'
import { evaluateOrder, statusSteps } from '../app/domain/earning/evaluate-order.ts'
import type { OrderFacts } from '../app/domain/orders/order-facts.ts'
import { compileProgram } from '../app/domain/program/compiled-program.ts'
import { storeFacts } from '../app/loyalty/orders/stored-facts.ts'

/** So often a member has ordered. Who orders in the benchmark has, and so have the members who come no more. */
const ORDERS_A_MEMBER = 12
/** Over years in which no campaign of the lab runs, thinly enough that nobody climbs a tier. */
const FIRST = Date.parse('2021-01-01T00:00:00Z')
const LAST = Date.parse('2024-06-01T00:00:00Z')
const SLICE = 200_000

/**
 * Fills a lab's book with a past as its own path would have written it: of each order a posting with its reason, an
 * entry, a lot, and the order's state; and the balances that follow. The audit finds nothing wrong with it.
 * @param ledgerRows postings, entries and lots together
 */
export async function fillPast(owner: pg.Pool, ledgerRows: number): Promise<void> {
  const orders = Math.ceil(ledgerRows / 3)
  const members = await addMembers(owner, Math.ceil(orders / ORDERS_A_MEMBER))
  const { points, why, facts, steps } = await sampleOrder(owner)
  const between = (LAST - FIRST) / orders
  for (let from = 0; from < orders; from += SLICE) {
    await owner.query(
      `WITH a AS MATERIALIZED (SELECT account_id, shop_id, customer_id, row_number() OVER (ORDER BY account_id) - 1 AS n FROM account),
            e AS MATERIALIZED (
              SELECT a.shop_id, a.account_id, a.customer_id, 1000000000 + s AS order_id, nextval('posting_id_seq') AS posting_id,
                     (s / $9::bigint + 1) * $3::bigint AS after, floor($4::float8 + s * $5::float8)::bigint AS ms,
                     to_timestamp(floor($4::float8 + s * $5::float8) / 1000) AS at
                FROM generate_series($1::bigint, $2::bigint) s JOIN a ON a.n = s % $9::bigint ORDER BY s),
            p AS (INSERT INTO posting (shop_id, posting_id, account_id, kind, source_id, part, version, program_version, event_at, actor, why, digest)
                  SELECT shop_id, posting_id, account_id, 'order', order_id::text, 'worth', 1, 1, at, 'system', $6::json, 1 FROM e),
            t AS (INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after, event_at)
                  SELECT shop_id, account_id, posting_id, 'issued', 'available', $3, after, 0, at FROM e),
            l AS (INSERT INTO lot (shop_id, account_id, order_id, earned_at, earned, remaining)
                  SELECT shop_id, account_id, order_id, at, $3, $3 FROM e)
       INSERT INTO order_state (shop_id, order_id, account_id, name, updated_at, placed_at, program_version, tier_id, facts,
                                digest, status_steps, worth, posted_available, postings)
       SELECT shop_id, order_id, account_id, '#' || order_id, at, at, 1, 'bronze',
              replace(replace(replace($7, 'ORDER', order_id::text), 'CUSTOMER', customer_id::text), '${FIRST}', ms::text)::json,
              1, replace($8, '${FIRST}', ms::text)::json, $3, $3, 1 FROM e`,
      [
        from,
        Math.min(from + SLICE, orders) - 1,
        points,
        FIRST,
        between,
        JSON.stringify(why),
        JSON.stringify(facts),
        JSON.stringify(steps),
        members,
      ],
    )
  }
  await owner.query(
    `UPDATE balance b SET available = e.points, tier_id = 'bronze'
       FROM (SELECT shop_id, account_id, sum(amount) AS points FROM entry GROUP BY 1, 2) e
      WHERE b.shop_id = e.shop_id AND b.account_id = e.account_id`,
  )
  await owner.query('VACUUM ANALYZE')
}

/** Members who come no more, until there are so many. @returns how many there are */
async function addMembers(owner: pg.Pool, wanted: number): Promise<number> {
  await owner.query(
    `WITH a AS (INSERT INTO account (shop_id, customer_id)
                SELECT 1 + c % (SELECT count(*) FROM shop), 5000000 + c
                  FROM generate_series((SELECT count(*) FROM account), $1::bigint - 1) c
                RETURNING shop_id, account_id)
     INSERT INTO balance (shop_id, account_id) SELECT shop_id, account_id FROM a`,
    [wanted],
  )
  const { rows } = await owner.query('SELECT count(*)::int AS members FROM account')
  return rows[0].members
}

/** An order of 50.00, judged by the lab's own program. */
async function sampleOrder(owner: pg.Pool) {
  const facts: OrderFacts = {
    orderId: 'ORDER',
    name: '#ORDER',
    customerId: 'CUSTOMER',
    guestHash: null,
    currency: 'EUR',
    updatedAt: FIRST,
    placedAt: FIRST,
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
        title: 'Kaffeebohnen aus Lindental, 500 g',
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
    dutiesTax: 0,
    tips: 0,
    cashRounding: 0,
    refunds: [],
    discountCodes: [],
  }
  const { rows } = await owner.query('SELECT document FROM program WHERE shop_id = 1')
  const program = compileProgram(rows[0].document, { currency: 'EUR', timeZone: 'Europe/Berlin' }, 1)
  const { points, why } = evaluateOrder(program, facts, { tierId: 'bronze' })
  return { points, why, facts: storeFacts(facts), steps: statusSteps(program, facts) }
}
