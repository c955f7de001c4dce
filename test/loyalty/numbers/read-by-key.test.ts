import { beforeAll, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import type { Tx } from '../../../app/db/tx.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { readActivity } from '../../../app/loyalty/numbers/read-activity.ts'
import { latestOrderThatCame } from '../../../app/loyalty/numbers/read-figures.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { useDatabase } from '../../database.ts'
import { buy, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { makeShop } from '../../support/shop.ts'

/**
 * What is asked for one member, or for a page, reads so many rows as it shows, not as many as the shop has: also behind
 * row-level security, which keeps an index from values that were reckoned in the join.
 */
const database = useDatabase()
const MARA = '6901'
const CROWD = 5_000
let shop: Shop

beforeAll(async () => {
  const owner = database.owner()
  const { domain } = await makeShop(owner, { program: testProgram() })
  shop = (await shopByDomain(domain)) as Shop
  const { shopId } = shop
  await buy(shopId, { id: 7901, customer: MARA, lines: [{ price: '700.00' }] })
  const now = Date.now()
  await redeemCode({
    shop,
    customerId: MARA,
    rewardId: 'five-off',
    price: 500,
    requestKey: 'by-key-1',
    now,
  })
  const adjustment = { shop, customerId: MARA, points: 5, reason: 'Kulanz', actor: 'staff:1', now }
  await adjustPoints({ ...adjustment, key: 'by-key-adjust' }, silentAdmin)
  // A crowd of others, each with an order, its posting, an adjustment and a code.
  await owner.query(
    `WITH a AS (INSERT INTO account (shop_id, customer_id) SELECT $1, 1000000 + i FROM generate_series(1, ${CROWD}) i RETURNING *),
          b AS (INSERT INTO balance (shop_id, account_id) SELECT shop_id, account_id FROM a),
          o AS (INSERT INTO order_state (shop_id, order_id, account_id, name, updated_at, placed_at, facts, digest, status_steps, worth)
                SELECT shop_id, 100 + account_id, account_id, '#x', now(), now(), '{}', 0, '[]', 1 FROM a),
          p AS (INSERT INTO posting (shop_id, account_id, kind, source_id, part, version, event_at, actor, reason, digest)
                SELECT shop_id, account_id, kind, kind || account_id, 'points', 1, now(), 's', 'r', 0
                  FROM a, unnest(ARRAY['order', 'adjustment', 'reinstatement']) AS kind RETURNING *),
          e AS (INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after, event_at)
                SELECT shop_id, account_id, posting_id, 'issued', 'available', 1, 1, 0, now() FROM p),
          h AS (INSERT INTO hold (shop_id, account_id, amount, expires_at) SELECT shop_id, account_id, 5, now() FROM a RETURNING *)
     INSERT INTO redemption (shop_id, account_id, request_key, program_version, reward_id, reward, cost, hold_id, code, ends_at)
     SELECT shop_id, account_id, 'k', 1, 'r', '{"name":{"de":"x"}}', 5, hold_id, 'C' || hold_id, now() FROM h`,
    [shopId],
  )
  await owner.query('ANALYZE')
})

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: Plan[]
}

/** The most rows that one step of any of the statements looked at. */
async function mostRows(ask: (tx: Tx) => Promise<unknown>): Promise<number> {
  let most = 0
  const look = (plan: Plan) => {
    const { 'Actual Rows': rows, 'Actual Loops': loops } = plan
    const removed = (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Join Filter'] ?? 0)
    most = Math.max(most, (rows + removed) * loops)
    plan.Plans?.forEach(look)
  }
  await withShop(shop.shopId, async (tx) => {
    const explained = {
      query: async (sql: string, values: unknown[]) => {
        const { rows } = await tx.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, values)
        look(rows[0]['QUERY PLAN'][0].Plan)
        return tx.query(sql, values)
      },
    }
    await ask(explained as Tx)
  })
  return most
}

test.each([
  [
    'a page of a history',
    async (tx: Tx) => {
      const member = await readMember(tx, shop.shopId, MARA)
      const page = await readHistory(tx, { shopId: shop.shopId, accountId: member?.accountId ?? 0 })
      expect(page.lines.map(({ kind }) => kind)).toEqual(['adjustment', 'redemption', 'order'])
    },
  ],
  ['the latest activity', (tx: Tx) => readActivity(tx, shop.shopId)],
  ['the latest order that earned points', (tx: Tx) => latestOrderThatCame(tx, shop.shopId)],
])('%s is read by its keys, however many orders the shop has', async (_, ask) => {
  expect(await mostRows(ask)).toBeLessThan(100)
})
