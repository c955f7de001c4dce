import { beforeEach, describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../../app/db/db.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { adjustPoints, undoAdjustment } from '../../../app/loyalty/members/adjust-points.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import type { HistoryLine } from '../../../app/loyalty/surfaces/entries.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { openMemberPage, readMemberHistory } from '../../../app/loyalty/surfaces/read-member-page.ts'
import { readPanel, readPanelHistory } from '../../../app/loyalty/surfaces/read-panel.ts'
import { useDatabase } from '../../database.ts'
import { buy, meet, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()
const KEPT = '6701'
const GONE = '6702'
let shop: Shop
let keys = 0

beforeEach(async () => {
  const { domain } = await makeShop(database.owner(), { program: testProgram() })
  shop = (await shopByDomain(domain)) as Shop
})

const order = (id: number, customer: string, price: string) =>
  buy(shop.shopId, { id, customer, lines: [{ price }] })
async function give(customerId: string, points: number) {
  await meet(shop.shopId, customerId)
  const key = `merged-${++keys}`
  const gift = { shop, customerId, points, reason: 'Kulanz', actor: 'staff:1', key, now: Date.now() }
  await adjustPoints(gift, silentAdmin)
}
const merge = () =>
  acrossShops((tx) =>
    mergeMembers(tx, shop.shopId, { keptId: KEPT, deletedId: GONE }, Date.now(), Date.now()),
  )
const lines = (more: { after?: string | null; limit?: number; bookkeeping?: boolean } = {}) =>
  withShop(shop.shopId, async (tx) => {
    const member = await readMember(tx, shop.shopId, KEPT)
    const page = await readHistory(tx, { shopId: shop.shopId, accountId: member?.accountId ?? 0, ...more })
    return { member, ...page }
  })
const sum = (page: { lines: HistoryLine[] }) => page.lines.reduce((total, { points }) => total + points, 0)
const noAdmin = (async () => {
  throw new Error('Shopify is away')
}) as never

/** The accounts take turns, so that their lines alternate. */
async function twoLives() {
  await order(7801, GONE, '10.00')
  await order(7802, KEPT, '20.00')
  await give(GONE, 5)
  await order(7803, KEPT, '40.00')
  await merge()
  await order(7804, KEPT, '80.00')
}

describe('the history of a merged member', () => {
  test('tells the lines of both accounts in the order of the book, the earlier ones marked', async () => {
    await twoLives()
    const page = await lines()
    expect(
      page.lines.map(({ kind, points, earlier, order }) => [order?.name ?? kind, points, earlier]),
    ).toEqual([
      ['#7804', 80, false],
      ['merge', 15, false],
      ['merge', -15, true],
      ['#7803', 40, false],
      ['adjustment', 5, true],
      ['#7802', 20, false],
      ['#7801', 10, true],
    ])
    expect(sum(page)).toBe(155)
    expect(page.member?.balance.available).toBe(155)
  })

  test.each([1, 2, 3])('loses and repeats nothing on pages of %d lines', async (limit) => {
    await twoLives()
    const all = (await lines({ limit: 100, bookkeeping: true })).lines
    const told: HistoryLine[] = []
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof lines>> = await lines({ after, limit, bookkeeping: true })
      told.push(...page.lines)
      after = page.next
      if (after === null) break
    }
    expect(told).toEqual(all)
  })

  test('tells a posting whole whose entries alternate in the sequence with those of another account', async () => {
    await order(7801, GONE, '10.00')
    await order(7802, KEPT, '20.00')
    await merge()
    const owner = database.owner()
    const { rows } = await owner.query(
      `SELECT account_id AS id FROM account WHERE shop_id = $1 ORDER BY customer_id = ${KEPT}`,
      [shop.shopId],
    )
    // As two transactions at the same time may draw their numbers: one's around the other's.
    for (const [n, account, entries] of [
      [1, rows[0].id, [900_001, 900_004]],
      [2, rows[1].id, [900_002, 900_003]],
    ])
      await owner.query(
        `WITH p AS (INSERT INTO posting (shop_id, account_id, kind, source_id, part, version, event_at, actor, reason, digest)
                    VALUES ($1, $2, 'adjustment', 'alternating-' || $3, 'points', 1, now(), 'test', 'test', 0)
                    RETURNING posting_id)
         INSERT INTO entry (shop_id, account_id, entry_id, posting_id, source, destination, amount, available_after,
                            pending_after, event_at) OVERRIDING SYSTEM VALUE
         SELECT $1, $2, e, posting_id, 'adjusted', 'available', 100, 0, 0, now() FROM p, unnest($4::bigint[]) AS e`,
        [shop.shopId, account, n, entries],
      )
    const first = await lines({ limit: 1 })
    const second = await lines({ limit: 1, after: first.next })
    expect([...first.lines, ...second.lines].map(({ sourceId, points }) => [sourceId, points])).toEqual([
      ['alternating-2', 200],
      ['alternating-1', 200],
    ])
  })

  test('is marked in words on the page and in the panel, in both languages', async () => {
    await twoLives()
    const page = await openMemberPage(shop, noAdmin, KEPT, 'de', Date.now())
    const [first] = (page?.member.history ?? []).slice(-1)
    expect(first).toMatchObject({
      title: 'Bestellung #7801 (früheres Konto)',
      points: 10,
      detail: expect.arrayContaining(['Vor der Zusammenführung, auf dem früheren Konto gebucht.']),
    })
    const older = await readMemberHistory(shop, GONE, 'en', null)
    expect(older.history.map(({ title }) => title)).toContain('Order #7801 (earlier account)')
    const shopper = { shop, customerId: KEPT, locale: 'en' as const, now: Date.now() }
    const panel = await readPanel(shopper)
    const told = 'history' in panel ? panel.history : []
    expect(told.map(({ text, points }) => [text, points]).at(-1)).toEqual([
      'Order #7801 (earlier account)',
      10,
    ])
    expect(told.reduce((total, { points }) => total + points, 0)).toBe(155)
    const { history } = await readPanelHistory(shopper, null)
    expect(history).toEqual(told)
  })

  test('an adjustment of the earlier account can still be taken back, once', async () => {
    await twoLives()
    const { lines: all } = await lines()
    const credit = all.find(({ kind }) => kind === 'adjustment')
    const wish = {
      shop,
      customerId: KEPT,
      postingId: String(credit?.postingId),
      actor: 'staff:2',
      now: Date.now(),
    }
    await undoAdjustment(wish)
    await undoAdjustment(wish)
    expect((await lines()).member?.balance.available).toBe(150)
    expect((await withShop(shop.shopId, auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
  })
})
