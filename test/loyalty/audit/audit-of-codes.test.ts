import { beforeAll, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../../app/db/db.server.ts'
import { type AuditFinding, auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { markGone } from '../../../app/loyalty/settlement/mark-gone.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../../database.ts'
import { settle } from '../../support/member.ts'
import type { OrderOptions } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { makeShop } from '../../support/shop.ts'

/**
 * A book with codes in every standing that a code can have, about which the audit has nothing to say; then one row is
 * changed by hand, and the audit says which.
 */
const database = useDatabase()
const NOW = Date.now()
let shopId: number
let customers = 0

interface Code {
  id: number
  code: string
  customer: number
  /** The order that is told of with this code. */
  order: number
}
const codes: Record<string, Code> = {}

const tell = (one: OrderOptions) =>
  withShop(shopId, (tx) => settle(tx, shopId, { lines: [{ price: '9.00' }], ...one }, NOW))

async function redeem(customer: number): Promise<Code> {
  const wish = {
    customerId: String(customer),
    rewardId: 'five-off',
    price: 500,
    requestKey: `a-wish-${++customers}`,
  }
  const { redemptionId: id, code } = await redeemCode({ shop: { shopId } as Shop, ...wish, now: NOW })
  await database.owner().query(`UPDATE redemption SET status = 'ready' WHERE redemption_id = $1`, [id])
  return { id, code, customer, order: id * 1_000 }
}

/** A member with the points of one code and not of two, the code, and the states that an order with it goes through. */
async function make(name: string, ...states: Partial<OrderOptions>[]): Promise<Code> {
  const customer = ++customers
  await tell({ id: customer, customer, lines: [{ price: '700.00' }] })
  const code = await redeem(customer)
  codes[name] = code
  for (const [i, state] of states.entries()) await next(code, i, state)
  return code
}

const next = ({ order: id, code, customer }: Code, step: number, state: Partial<OrderOptions>) =>
  tell({
    id,
    customer,
    codes: [code],
    placedAt: new Date(NOW).toISOString(),
    updatedAt: new Date(NOW + 1_000 * step).toISOString(),
    ...state,
  })

const cancelled = { cancelledAt: new Date(NOW).toISOString() }

beforeAll(async () => {
  const shop = await makeShop(database.owner(), { program: testProgram() })
  shopId = shop.shopId
  await make('free')
  await make('unpaid', { status: 'pending' })
  await make('used', {})
  await make('returned', {}, cancelled)
  await make('ending', { status: 'pending' }, { status: 'pending', ...cancelled })
  await make('again', {}, cancelled, {})
  const gone = await make('gone', {})
  await withShop(shopId, (tx) => markGone(tx, shopId, String(gone.order), NOW))
  const uncovered = await make('uncovered', {}, cancelled)
  codes.second = await redeem(uncovered.customer)
  await next(uncovered, 2, {})
})

class Undo extends Error {}

/** What the audit says of the book with this change in it, which is taken back. */
async function audited(change: string, name: string, at: number): Promise<AuditFinding[]> {
  let found: AuditFinding[] = []
  const { id, order } = codes[name] as Code
  await acrossShops(async (tx) => {
    for (const statement of change.split(';').filter((one) => one.trim() !== ''))
      await tx.query(statement.replaceAll(':id', `${id}`).replaceAll(':order', `${order}`))
    found = await auditLedger(tx, at)
    throw new Undo()
  }).catch((error) => {
    if (!(error instanceof Undo)) throw error
  })
  return found.filter(({ violations }) => violations > 0)
}

test('of codes in every standing the audit has nothing to say', async () => {
  const { rows } = await database.owner().query(
    `SELECT redemption_id::int AS id, status, ending, order_id IS NOT NULL AS bound, uncovered_at IS NOT NULL AS uncovered,
              cardinality(former_holds) AS former FROM redemption`,
  )
  const standing = Object.fromEntries(
    Object.entries(codes).map(([name, { id }]) => {
      const { status, ending, bound, uncovered, former } = rows.find((row) => row.id === id)
      return [
        name,
        [status, ending, bound && 'bound', uncovered && 'uncovered', former || ''].filter(Boolean).join(' '),
      ]
    }),
  )
  expect(standing).toEqual({
    free: 'ready',
    unpaid: 'ready bound',
    used: 'used bound',
    returned: 'returned bound',
    ending: 'ready order-cancelled',
    again: 'used bound 1',
    gone: 'used bound',
    uncovered: 'returned bound uncovered',
    second: 'ready',
  })
  expect(await audited('', 'free', NOW)).toEqual([])
})

const facts = (change: string) =>
  `UPDATE order_state SET facts = (facts::jsonb ${change})::json WHERE order_id = :order`
const redemption = (change: string) => `UPDATE redemption SET ${change} WHERE redemption_id = :id`
const over = (hours: number) => `ends_at = to_timestamp(${NOW / 1000}) - interval '${hours} hours'`
const ago = (column: string, hours: number) =>
  `${column} = to_timestamp(${NOW / 1000}) - interval '${hours} hours'`
const posting = (part: string) =>
  `INSERT INTO posting (shop_id, account_id, kind, source_id, part, version, digest, event_at, actor)
   SELECT shop_id, account_id, 'redemption', redemption_id::text, '${part}', 1, 0, now(), 'by hand' FROM redemption WHERE redemption_id = :id`
const hold = (outcome: string) =>
  `UPDATE hold SET outcome = '${outcome}', ended_at = now() WHERE hold_id = (SELECT hold_id FROM redemption WHERE redemption_id = :id)`

type Case = [what: string, name: string, change: string, invariant: number, says: RegExp]

test.each<Case>([
  ['points that came back twice', 'returned', posting('release'), 9, /redemption :id/],
  ['points that came back twice in a former round', 'again', posting('release'), 9, /redemption :id/],
  ['a hold past the end of its code', 'free', redemption(over(26)), 10, /its code ended at/],
  [
    'a hold past its end, on an order that Shopify was never asked for',
    'unpaid',
    redemption(`${over(200)}, ${ago('changed_at', 73)}`),
    10,
    /its code ended/,
  ],
  [
    'a hold past its end, on an order that Shopify is asked for no more',
    'unpaid',
    redemption(`${over(200)}, ${ago('looked_at', 73)}`),
    10,
    /its code ended/,
  ],
  ['a hold that ended without a posting', 'free', hold('released'), 10, /^hold \d+$/],
  ['a hold that ended otherwise than its posting says', 'used', hold('released'), 10, /^hold \d+$/],
  [
    'a hold of a former round that nothing leads to',
    'again',
    redemption(`former_holds = '{}'`),
    10,
    /of no redemption/,
  ],
  ['a usable code whose points are free', 'free', hold('released'), 11, /ready, hold released/],
  [
    'a used code on an order that is not paid',
    'unpaid',
    redemption(`status = 'used'`),
    11,
    /used, order \d+, but it is on unpaid/,
  ],
  ['a used code whose points are held', 'unpaid', redemption(`status = 'used'`), 11, /used, hold open/],
  [
    'a code bound to an order that was deleted unpaid',
    'unpaid',
    'UPDATE order_state SET gone_at = now() WHERE order_id = :order',
    11,
    /on dead order/,
  ],
  [
    'a code bound to an order that was cancelled',
    'unpaid',
    facts(`|| '{"cancelledAt": 1}'`),
    11,
    /on dead order/,
  ],
  ['a code bound to a test order', 'unpaid', facts(`|| '{"test": true}'`), 11, /on dead order/],
  ['a code bound to an order without it', 'unpaid', facts(`- 'discountCodes'`), 11, /on dead order/],
  [
    'a code bound to an order from which it took nothing off',
    'unpaid',
    facts(`|| jsonb_build_object('idleCodes', facts -> 'discountCodes')`),
    11,
    /on dead order/,
  ],
  [
    'a code bound to an order that does not carry it any more',
    'unpaid',
    'DELETE FROM redemption_order WHERE redemption_id = :id',
    11,
    /on no order/,
  ],
  [
    'a code on an order that was not taken down',
    'unpaid',
    'DELETE FROM redemption_order WHERE redemption_id = :id',
    11,
    /not taken down/,
  ],
  [
    'a code that is free beside its unpaid order',
    'unpaid',
    redemption('order_id = NULL'),
    11,
    /on unpaid order/,
  ],
  ['a code that is open beside its paid order', 'unpaid', facts(`- 'paid'`), 11, /on paid order/],
  [
    'a code that was let go while its order is dead',
    'ending',
    redemption('ending = NULL'),
    11,
    /on dead order/,
  ],
  [
    'a used code whose order was cancelled',
    'used',
    facts(`|| '{"cancelledAt": 1}'`),
    11,
    /used, order \d+, but it is on dead/,
  ],
  [
    'a used code whose order was wholly given back',
    'used',
    facts(
      `|| jsonb_build_object('kept', 0, 'refunds', '[{"at": 1, "lines": [], "paidBack": 900}]'::jsonb,
                             'lines', jsonb_build_array(jsonb_set(facts::jsonb #> '{lines,0}', '{4}', '0')))`,
    ),
    11,
    /used, order \d+, but it is on dead/,
  ],
  [
    'a used code of another order',
    'used',
    redemption('order_id = order_id + 1'),
    11,
    /used, order \d+, but it is on paid/,
  ],
  [
    'points given back beside a paid order',
    'uncovered',
    redemption('uncovered_at = NULL'),
    11,
    /returned.* on paid order/,
  ],
  [
    'points given back, missing for no order',
    'returned',
    redemption('uncovered_at = now()'),
    11,
    /returned.* on dead order/,
  ],
  [
    'a code that was to be ended and is not',
    'ending',
    redemption(ago('changed_at', 25)),
    11,
    /was to be ended/,
  ],
  [
    'a code whose points are back and that Shopify still has',
    'returned',
    redemption(ago('changed_at', 25)),
    11,
    /was to be ended/,
  ],
  [
    'more of a reward than there were',
    'second',
    `UPDATE redemption SET reward = (reward::jsonb || '{"limits":{"stock":2}}')::json WHERE redemption_id = :id`,
    22,
    /redemption :id is number \d+ of 2/,
  ],
  [
    'more of a reward than a member may take',
    'second',
    `UPDATE redemption SET reward = (reward::jsonb || '{"limits":{"perMember":{"times":0,"per":"month"}}}')::json WHERE redemption_id = :id`,
    22,
    /redemption :id is number 1 of 0/,
  ],
])('R1: the audit finds %s', async (_, name, change, invariant, says) => {
  const found = (await audited(change, name, NOW)).find((one) => one.invariant === invariant)
  const { id } = codes[name] as Code
  const expected = new RegExp(says.source.replace(':id', `${id}`))
  expect(found?.examples.filter((example) => expected.test(example))).toHaveLength(1)
})

test.each<[string, string, string]>([
  ['a code whose day has just ended', 'free', redemption(over(24))],
  [
    'a code past its end on an unpaid order that Shopify was asked for',
    'unpaid',
    redemption(`${over(200)}, ${ago('looked_at', 71)}`),
  ],
  [
    'a code whose points were taken again after its end, for an order that Shopify will be asked for',
    'unpaid',
    redemption(`${over(200)}, ${ago('changed_at', 1)}`),
  ],
  ['a code that is being ended', 'ending', redemption(ago('changed_at', 23))],
  [
    'a code whose points are back and that was ended',
    'returned',
    redemption(`${ago('changed_at', 25)}, closed_at = now()`),
  ],
  [
    'a code whose points are back and whose day is over',
    'returned',
    redemption(`${ago('changed_at', 60)}, ${over(25)}`),
  ],
  [
    'a code that cannot be ended, since the app was removed',
    'ending',
    `${redemption(ago('changed_at', 60))}; UPDATE shop SET uninstalled_at = now()`,
  ],
  ['a paid order that was deleted', 'used', 'UPDATE order_state SET gone_at = now() WHERE order_id = :order'],
  [
    'a code in other letters',
    'unpaid',
    facts(`|| jsonb_build_object('discountCodes', jsonb_build_array(lower(facts -> 'discountCodes' ->> 0)))`),
  ],
])('R1: the audit is silent about %s', async (_, name, change) => {
  expect(await audited(change, name, NOW)).toEqual([])
})
