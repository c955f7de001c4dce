import { beforeEach, describe, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { type Adjustment, adjustPoints, undoAdjustment } from '../../../app/loyalty/members/adjust-points.ts'
import { findMember, readMember } from '../../../app/loyalty/members/read-member.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { useDatabase } from '../../database.ts'
import { buy, meet, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()
const MARA = '6301'
const TILO = '6302'
let shop: Shop
let keys = 0

beforeEach(async () => {
  const { domain } = await makeShop(database.owner(), { program: testProgram() })
  shop = (await shopByDomain(domain)) as Shop
  await meet(shop.shopId, MARA, TILO)
})

const adjust = (points: number, more: Partial<Adjustment> = {}) =>
  adjustPoints(
    {
      shop,
      customerId: MARA,
      points,
      reason: 'Kulanz nach Beratung',
      actor: 'staff:42',
      key: `form-key-${++keys}`,
      now: Date.now(),
      ...more,
    },
    silentAdmin,
  )
const undo = (postingId: number | string, customerId = MARA) =>
  undoAdjustment({ shop, customerId, postingId: String(postingId), actor: 'staff:43', now: Date.now() })
const member = () => withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, MARA))
const history = () =>
  withShop(shop.shopId, async (tx) => {
    const found = await findMember(tx, shop.shopId, MARA)
    return (
      await readHistory(tx, { shopId: shop.shopId, accountId: found?.accountId ?? 0, bookkeeping: true })
    ).lines
  })
const sound = async () => {
  const found = await withShop(shop.shopId, (tx) => auditLedger(tx))
  expect(found.filter(({ violations }) => violations > 0)).toEqual([])
}

describe('adjusting by hand (invariant 19: actor and reason)', () => {
  test('gives points to a customer who never had any, and tells the storefront', async () => {
    await adjust(250)
    expect(await member()).toMatchObject({
      balance: { available: 250, pending: 0, held: 0, debt: 0 },
      earned: 0,
    })
    expect((await history())[0]).toMatchObject({
      kind: 'adjustment',
      points: 250,
      actor: 'staff:42',
      reason: 'Kulanz nach Beratung',
      after: { available: 250, pending: 0 },
    })
    const { rows } = await database
      .owner()
      .query('SELECT 1 FROM member_to_sync WHERE shop_id = $1', [shop.shopId])
    expect(rows).toHaveLength(1)
    await sound()
  })

  test('takes points away, never more than there are', async () => {
    await adjust(250)
    await adjust(-100)
    expect((await member())?.balance.available).toBe(150)
    await expect(adjust(-151)).rejects.toMatchObject({ code: 'not-enough-points' })
    expect((await member())?.balance.available).toBe(150)
    await sound()
  })

  test('posts once however often the form is sent, also at the same moment', async () => {
    const key = 'same-form-key'
    await Promise.all([adjust(40, { key }), adjust(40, { key }), adjust(40, { key })])
    await adjust(40, { key })
    expect((await member())?.balance.available).toBe(40)
  })

  test('refuses the same form with other content', async () => {
    await adjust(40, { key: 'other-content' })
    await expect(adjust(50, { key: 'other-content' })).rejects.toMatchObject({ code: 'key-conflict' })
    await expect(adjust(40, { key: 'other-content', customerId: TILO })).rejects.toMatchObject({
      code: 'key-conflict',
    })
  })

  test('W1: the same key with another reason is an error, and the same content books once', async () => {
    await adjust(40, { key: 'sent-again' })
    await adjust(40, { key: 'sent-again' })
    await expect(adjust(40, { key: 'sent-again', reason: 'Ein anderer Grund' })).rejects.toMatchObject({
      code: 'key-conflict',
    })
    expect((await member())?.balance.available).toBe(40)
  })

  test.each([0, 1.5, Number.NaN, 1_000_001, -1_000_001, Number.POSITIVE_INFINITY])(
    'refuses %d points',
    async (points) => {
      await expect(adjust(points)).rejects.toMatchObject({ code: 'invalid-amount' })
    },
  )

  test('refuses whom neither the shop nor Shopify knows, and keeps no trace of the number', async () => {
    const customerId = '6399'
    const neighbour = await makeShop(database.owner(), { program: testProgram() })
    await meet(neighbour.shopId, customerId)
    await expect(adjust(5, { customerId })).rejects.toMatchObject({
      code: 'member-unknown',
      message: expect.stringContaining(customerId),
    })
    expect(await withShop(shop.shopId, (tx) => findMember(tx, shop.shopId, customerId))).toBeNull()
  })

  test('refuses a missing reason', async () => {
    for (const reason of ['  a  ', '\u200b\u200b\u200b', 'a\u2060\u3164b'])
      await expect(adjust(5, { reason })).rejects.toMatchObject({ code: 'reason-missing' })
  })

  test('repays debt first and gives no debtor’s points away', async () => {
    await buy(shop.shopId, { id: 7301, customer: MARA, lines: [{ price: '100.00' }] })
    await adjust(-80)
    const cancelledAt = new Date().toISOString()
    await buy(shop.shopId, {
      id: 7301,
      customer: MARA,
      lines: [{ price: '100.00' }],
      cancelledAt,
      updatedAt: cancelledAt,
    })
    expect((await member())?.balance).toMatchObject({ available: 0, debt: 80 })
    await expect(adjust(-1)).rejects.toMatchObject({ code: 'in-debt' })
    await adjust(100)
    expect((await member())?.balance).toMatchObject({ available: 20, debt: 0 })
    const [latest] = await history()
    expect(latest).toMatchObject({ points: 100, repaid: 80, after: { available: 20 } })
    await sound()
  })
})

describe('undoing', () => {
  test('posts the opposite once, and both lines stay', async () => {
    await adjust(250)
    const [line] = await history()
    await undo(line?.postingId ?? 0)
    await undo(line?.postingId ?? 0)
    expect((await member())?.balance.available).toBe(0)
    expect(await history()).toMatchObject([
      { points: -250, undoes: String(line?.postingId), actor: 'staff:43' },
      { points: 250, undone: true },
    ])
    await sound()
  })

  test('gives back what was taken away', async () => {
    await adjust(250)
    await adjust(-100)
    await undo((await history())[0]?.postingId ?? 0)
    expect((await member())?.balance.available).toBe(250)
  })

  test('is refused when the points are spent, and for what is no adjustment of this member', async () => {
    await adjust(250)
    const given = (await history())[0]?.postingId ?? 0
    await adjust(-200)
    await expect(undo(given)).rejects.toMatchObject({ code: 'not-enough-points' })
    await expect(undo(given, TILO)).rejects.toMatchObject({ code: 'invalid-payload' })
    await expect(undo('1 OR true')).rejects.toMatchObject({ code: 'invalid-payload' })
    await undo((await history())[0]?.postingId ?? 0)
    const undoing = (await history())[0]?.postingId ?? 0
    await expect(undo(undoing)).rejects.toMatchObject({ code: 'invalid-payload' })
  })
})
