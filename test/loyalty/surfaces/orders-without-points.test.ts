import { beforeEach, describe, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { markGone } from '../../../app/loyalty/settlement/mark-gone.ts'
import { recordDispute } from '../../../app/loyalty/settlement/record-dispute.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { openMemberPage } from '../../../app/loyalty/surfaces/read-member-page.ts'
import { useDatabase } from '../../database.ts'
import { buy, silentAdmin } from '../../support/member.ts'
import { disputePayload, type OrderOptions } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()
const CUSTOMER = '6801'
let shop: Shop

beforeEach(async () => {
  const { domain } = await makeShop(database.owner(), {
    program: testProgram(),
    from: '2026-01-01T00:00:00Z',
  })
  shop = (await shopByDomain(domain)) as Shop
})

const order = (id: number, more: Partial<OrderOptions> = {}) =>
  buy(shop.shopId, { id, customer: CUSTOMER, placedAt: '2026-11-01T10:00:00Z', ...more })
const without = async (language: 'de' | 'en' = 'de', customer = CUSTOMER) =>
  (await openMemberPage(shop, silentAdmin, customer, language, Date.now()))?.member.withoutPoints
const words = (reasons: string[] | undefined) => reasons?.map((text) => text.replaceAll('\u00a0', ' '))

const CASES: [string, Partial<OrderOptions>, string[], string[]][] = [
  [
    'not paid',
    { status: 'pending' },
    ['Die Bestellung ist noch nicht bezahlt.'],
    ['The order is not paid yet.'],
  ],
  [
    'cancelled before it was paid',
    { status: 'pending', cancelledAt: '2026-11-02T10:00:00Z' },
    ['Die Bestellung wurde storniert oder nicht bezahlt.'],
    ['The order was cancelled or not paid.'],
  ],
  ['a test', { test: true }, ['Testbestellungen zählen nicht.'], ['Test orders do not count.']],
  [
    'only a gift card',
    { lines: [{ price: '50.00', giftCard: true }] },
    ['Geschenkgutscheine zählen nicht (50,00 €).'],
    ['Gift cards do not count (€50.00).'],
  ],
  [
    'too small',
    { lines: [{ price: '0.40' }] },
    ['0,40 € × 1 Punkt je 1 € = 0,4 → abgerundet 0 Punkte'],
    ['€0.40 × 1 point per €1 = 0.4 → rounded down to 0 points'],
  ],
  [
    'for nothing',
    { lines: [{ price: '0.00' }] },
    ['Von dieser Bestellung zählt kein Betrag.'],
    ['No amount of this order counts.'],
  ],
  [
    'from before the program',
    { placedAt: '2025-11-01T10:00:00Z' },
    ['Am Tag dieser Bestellung lief noch kein Programm.'],
    ['No program was running on the day of this order.'],
  ],
]

describe('R7c: an order that earned nothing is shown on the page of its member', () => {
  test.each(CASES)('R7c: %s: the reason is told in both languages', async (_, options, de, en) => {
    await order(6901, options)
    const german = await without('de')
    expect(german).toMatchObject({ orders: [{ id: '6901', name: '#6901', gone: false }], more: false })
    expect(words(german?.orders[0]?.reasons)).toEqual(de)
    expect(words((await without('en'))?.orders[0]?.reasons)).toEqual(en)
  })

  test('R7c: while its first payment is disputed, that is the reason', async () => {
    const dispute = disputePayload({ id: 1, order: 6901, status: 'needs_response' })
    await acrossShops((tx) => recordDispute(tx, shop.shopId, dispute as never, Date.now()))
    await order(6901)
    expect((await without())?.orders[0]?.reasons).toEqual(['Die Zahlung wird geprüft.'])
  })

  test('R7c: one that has earned anything has its lines in the history and is not shown here', async () => {
    await order(6901)
    await order(6901, { cancelledAt: '2026-11-02T10:00:00Z', updatedAt: '2026-11-02T10:00:00Z' })
    expect(await without()).toEqual({ orders: [], more: false })
  })

  test('R7c: once it is paid it is shown no more; a deleted one is shown without a link', async () => {
    await order(6901, { status: 'pending' })
    await order(6902, { status: 'pending' })
    await acrossShops((tx) => markGone(tx, shop.shopId, '6902', Date.now()))
    await order(6901, { updatedAt: '2026-11-03T10:00:00Z' })
    expect((await without())?.orders).toMatchObject([{ id: '6902', gone: true }])
  })

  test('R7c: of many the ten newest are shown, those of a merged account among them', async () => {
    for (let n = 0; n < 11; n++)
      await order(6901 + n, {
        status: 'pending',
        customer: n % 2 ? CUSTOMER : '6802',
        placedAt: `2026-11-${String(n + 1).padStart(2, '0')}T10:00:00Z`,
      })
    await acrossShops((tx) =>
      mergeMembers(tx, shop.shopId, { keptId: CUSTOMER, deletedId: '6802' }, Date.now(), Date.now()),
    )
    const { orders = [], more } = (await without()) ?? {}
    expect(orders.map(({ id }) => Number(id))).toEqual(Array.from({ length: 10 }, (_, n) => 6911 - n))
    expect(more).toBe(true)
  })
})
