import { beforeEach, describe, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import { ensureAccounts } from '../../../app/ledger/ensure-accounts.ts'
import { listMembers } from '../../../app/loyalty/members/list-members.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { currentProgram } from '../../../app/loyalty/program/programs.ts'
import { settleOrders } from '../../../app/loyalty/settlement/settle-orders.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { membershipMetafield } from '../../../app/loyalty/surfaces/membership-view.ts'
import { renewTiers } from '../../../app/loyalty/tiers/renew-tiers.ts'
import { orderFromWebhook } from '../../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../../app/shopify/payload.ts'
import { useDatabase } from '../../database.ts'
import { berlin, violations } from '../../support/expiry.ts'
import { buy } from '../../support/member.ts'
import { orderPayload } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop, publish } from '../../support/shop.ts'

const database = useDatabase()
const MARA = '6301'
const TILO = '6302'
const YEAR: Program['tiers']['window'] = { kind: 'rolling', months: 12 }
const SILVER_FROM_100 = ladder({ silver: '100.00', gold: '500.00' })
let shop: Shop
let orders = 5000

function ladder(thresholds: Record<string, string>, window = YEAR): Program['tiers'] {
  const levels = Object.entries(thresholds).map(([id, threshold]) => ({
    id,
    name: { de: id, en: id },
    threshold,
    multiplier: '1',
  }))
  return { basis: 'spend', window, levels }
}

async function openShop(tiers = SILVER_FROM_100) {
  // A round goes over all shops: those of the tests before have left.
  await database.owner().query('UPDATE shop SET uninstalled_at = now() WHERE uninstalled_at IS NULL')
  const { domain } = await makeShop(database.owner(), { program: testProgram({ tiers }) })
  shop = (await shopByDomain(domain)) as Shop
}
beforeEach(() => openShop())

const orderOf = (customer: string, price: string, placedAt: string) => ({
  id: ++orders,
  customer,
  lines: [{ price }],
  placedAt: new Date(berlin(placedAt)).toISOString(),
})
/** An order that is settled ten minutes after it was placed. */
const spend = (customer: string, price: string, placedAt: string) =>
  buy(shop.shopId, orderOf(customer, price, placedAt), berlin(placedAt) + 600_000)

async function listed(customerId = MARA): Promise<string | null> {
  const query = {
    shopId: shop.shopId,
    sort: 'tier',
    descending: false,
    tier: null,
    levels: [],
    entryLevel: null,
    limit: 50,
    now: new Date(),
  } as const
  const { members } = await withShop(shop.shopId, (tx) =>
    listMembers(tx, { ...query, customerIds: [customerId] }),
  )
  return members[0]?.tierId ?? null
}

/** What the member's page and the storefront reckon at that moment. */
const shownAt = (at: string, customerId = MARA) =>
  withShop(shop.shopId, async (tx) => {
    const member = await readMember(tx, shop.shopId, customerId)
    if (!member) throw new Error(`${customerId} is no member`)
    return membershipMetafield(await currentProgram(tx, shop), member, berlin(at), new Set())
  })

/** Whose metafields wait to be written; forgets them. */
async function queued(): Promise<string[]> {
  const { rows } = await database.owner().query<{ id: string }>(
    `WITH gone AS (DELETE FROM member_to_sync WHERE shop_id = $1 RETURNING account_id)
     SELECT a.customer_id::text AS id FROM account a JOIN gone USING (account_id) WHERE a.shop_id = $1 ORDER BY 1`,
    [shop.shopId],
  )
  return rows.map(({ id }) => id)
}
const writtenAt = async () => {
  const { rows } = await database
    .owner()
    .query('SELECT xmin::text FROM balance WHERE shop_id = $1 ORDER BY account_id', [shop.shopId])
  return rows.map(({ xmin }) => xmin)
}

describe('a tier that the time takes away', () => {
  test('goes when the order has left the rolling window, and the storefront is told', async () => {
    await spend(MARA, '120.00', '2026-03-15 10:00')
    await spend(TILO, '120.00', '2026-03-17 10:00')
    await renewTiers(berlin('2027-03-15 00:10'))
    await queued()
    expect([await listed(MARA), await listed(TILO)]).toEqual(['silver', 'silver'])

    expect(await renewTiers(berlin('2027-03-16 00:10'))).toBe(1)
    expect([await listed(MARA), await listed(TILO)]).toEqual([null, 'silver'])
    expect(await queued()).toEqual([MARA])
    expect((await shownAt('2027-03-16 00:10')).tier).toBeNull()
    expect((await shownAt('2027-03-16 00:10', TILO)).tier?.id).toBe('silver')
    expect(await violations(shop.shopId)).toEqual([])
  })

  test('goes with the year where the calendar counts', async () => {
    await openShop(ladder({ silver: '100.00', gold: '500.00' }, { kind: 'calendar-year' }))
    await spend(MARA, '620.00', '2026-03-15 10:00')
    await renewTiers(berlin('2026-12-31 23:59'))
    expect(await listed()).toBe('gold')
    await spend(TILO, '120.00', '2027-01-01 00:00')
    expect(await renewTiers(berlin('2027-01-01 00:12'))).toBe(1)
    expect([await listed(MARA), await listed(TILO)]).toEqual([null, 'silver'])
  })

  test('never goes where a lifetime counts', async () => {
    await openShop(ladder({ silver: '100.00' }, { kind: 'lifetime' }))
    await spend(MARA, '120.00', '2021-03-15 10:00')
    await renewTiers(berlin('2021-03-16 00:10'))
    expect(await renewTiers(berlin('2041-03-15 10:00'))).toBe(0)
    expect(await listed()).toBe('silver')
  })

  test('the storefront is told what is missing anew, though the tier stays', async () => {
    await spend(MARA, '120.00', '2026-03-15 10:00')
    await spend(MARA, '110.00', '2026-06-15 10:00')
    await renewTiers(berlin('2027-03-15 00:10'))
    await queued()
    expect(await renewTiers(berlin('2027-03-16 00:10'))).toBe(0)
    expect(await queued()).toEqual([MARA])
    expect(await shownAt('2027-03-16 00:10')).toMatchObject({
      tier: { id: 'silver' },
      nextTier: { missing: { amount: '390.00' } },
    })
  })

  test('a shop whose worker was away for a year catches up at once', async () => {
    await spend(MARA, '620.00', '2026-03-15 10:00')
    await spend(TILO, '620.00', '2026-11-15 10:00')
    await renewTiers(berlin('2026-11-15 12:00'))
    expect(await renewTiers(berlin('2027-11-15 12:00'))).toBe(2)
    expect([await listed(MARA), await listed(TILO)]).toEqual([null, null])
  })

  test('comes back when a clock that ran ahead is set right', async () => {
    await spend(MARA, '120.00', '2026-03-15 10:00')
    await renewTiers(berlin('2027-03-20 00:10'))
    expect(await listed()).toBeNull()
    await renewTiers(berlin('2027-03-10 00:10'))
    expect(await listed()).toBe('silver')
  })
})

describe('a tier that the program changes', () => {
  test('is another one in the list too, though nobody has ordered', async () => {
    await spend(MARA, '120.00', '2026-03-15 10:00')
    await spend(TILO, '80.00', '2026-03-15 10:00')
    await renewTiers(berlin('2026-03-16 00:10'))
    const tiers = ladder({ bronze: '50.00', gold: '100.00' })
    await publish(database.owner(), shop.shopId, 2, testProgram({ tiers }), '2026-03-16T08:00:00Z')
    expect(await renewTiers(berlin('2026-03-16 09:05'))).toBe(2)
    expect([await listed(MARA), await listed(TILO)]).toEqual(['gold', 'bronze'])
  })

  test('a first level that begins at nothing is everybody’s, also without an order', async () => {
    await openShop(ladder({ bronze: '0', gold: '100.00' }))
    await renewTiers(berlin('2026-03-15 00:10'))
    await withShop(shop.shopId, (tx) =>
      ensureAccounts(tx, [{ shopId: shop.shopId, customerId: TILO, guestHash: null, toldAt: Date.now() }]),
    )
    expect(await renewTiers(berlin('2026-03-16 00:10'))).toBe(1)
    expect(await listed(TILO)).toBe('bronze')
  })
})

describe('the round', () => {
  test('looks at a shop once a day, and a second one writes nothing', async () => {
    await spend(MARA, '120.00', '2026-03-15 10:00')
    await renewTiers(berlin('2027-03-16 00:10'))
    await queued()
    const before = await writtenAt()
    expect(await renewTiers(berlin('2027-03-16 00:10'))).toBe(0)
    expect(await renewTiers(berlin('2027-03-16 23:10'))).toBe(0)
    expect(await renewTiers(berlin('2027-03-17 00:10'))).toBe(0)
    expect(await writtenAt()).toEqual(before)
    expect(await queued()).toEqual([])
  })

  test('is left alone by a process whose clock is a little behind', async () => {
    await spend(MARA, '120.00', '2026-03-15 10:00')
    await renewTiers(berlin('2026-03-16 00:00'))
    await publish(database.owner(), shop.shopId, 2, testProgram(), '2026-03-16T22:59:59Z')
    expect(await renewTiers(berlin('2026-03-17 00:00'))).toBe(1)
    expect(await renewTiers(berlin('2026-03-16 23:59'))).toBe(0)
    const { rows } = await database
      .owner()
      .query('SELECT judged_at, program_version FROM tier_round WHERE shop_id = $1', [shop.shopId])
    expect(rows).toEqual([{ judged_at: new Date(berlin('2026-03-17 00:00')), program_version: 2 }])
  })

  test('goes on where it was cut off, and misses nobody', async () => {
    const members = Array.from({ length: 7 }, (_, n) => String(6400 + n))
    for (const member of members) await spend(member, '120.00', '2026-03-15 10:00')
    await renewTiers(berlin('2027-03-15 00:10'))
    await queued()
    // The fifth member cannot be written: as if the process ended there.
    await database.owner().query(
      `CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF OLD.shop_id = ${shop.shopId} AND OLD.account_id = (SELECT account_id FROM account
             WHERE shop_id = ${shop.shopId} AND customer_id = 6404) THEN RAISE EXCEPTION 'cut off'; END IF;
         RETURN NEW; END $$;
       CREATE TRIGGER cut_off BEFORE UPDATE ON balance FOR EACH ROW EXECUTE FUNCTION cut_off()`,
    )
    await expect(renewTiers(berlin('2027-03-16 00:10'), { slice: 2 })).rejects.toThrow('cut off')
    const before = (await writtenAt()).slice(0, 4)
    expect(await queued()).toEqual(members.slice(0, 4))
    await database.owner().query('DROP TRIGGER cut_off ON balance; DROP FUNCTION cut_off()')
    expect(await renewTiers(berlin('2027-03-16 01:10'), { slice: 2 })).toBe(3)
    expect((await writtenAt()).slice(0, 4)).toEqual(before)
    expect(await queued()).toEqual(members.slice(4))
    for (const member of members) expect(await listed(member)).toBeNull()
  })

  test('does not take a tier away from who earns it anew at that moment', async () => {
    await spend(MARA, '120.00', '2026-03-15 10:00')
    await renewTiers(berlin('2027-03-15 00:10'))
    const began = berlin('2027-03-16 00:10')
    // While the round runs: its own moment lies behind the order's.
    const payload = JSON.stringify(orderPayload(orderOf(MARA, '130.00', '2027-03-16 00:12')))
    const facts = orderFromWebhook(parseBody(payload), shop.shopId)
    let renewal: Promise<number> | undefined
    await withShop(shop.shopId, async (tx) => {
      const settledAt = berlin('2027-03-16 00:13')
      await settleOrders(tx, [{ shopId: shop.shopId, facts, origin: 'delivery' }], settledAt)
      renewal = renewTiers(began)
      await expect.poll(waiting, { timeout: 20_000 }).toBe(1)
    })
    expect(await renewal).toBe(0)
    expect(await listed()).toBe('silver')
  })

  test('does not miss an order that was settled by a clock a little behind', async () => {
    await spend(MARA, '120.00', '2026-03-15 00:05')
    await renewTiers(berlin('2027-03-15 00:30'))
    // Written after that round, by a process that does not know yet that the first order has left the window.
    await buy(shop.shopId, orderOf(MARA, '1.00', '2027-03-15 00:01'), berlin('2027-03-15 00:02'))
    expect(await listed()).toBe('silver')
    expect(await renewTiers(berlin('2027-03-16 00:30'))).toBe(1)
    expect(await listed()).toBeNull()
  })

  test('two processes at once share one round', async () => {
    for (let n = 0; n < 9; n++) await spend(String(6500 + n), '120.00', '2026-03-15 10:00')
    await renewTiers(berlin('2027-03-15 00:10'))
    const at = berlin('2027-03-16 00:10')
    const changed = await Promise.all([renewTiers(at, { slice: 2 }), renewTiers(at, { slice: 2 })])
    expect(changed[0] + changed[1]).toBe(9)
  })
})

/** How many transactions wait for somebody's lock. */
async function waiting(): Promise<number> {
  const { rows } = await database.owner().query(
    `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rows[0].n
}
