import { describe, expect, test } from 'vitest'
import {
  type Account,
  assertSound,
  awardAvailable,
  awardPending,
  capture,
  deduct,
  expireLot,
  mature,
  mergeInto,
  release,
  reserve,
  reserveOfOrder,
  reverseAvailable,
  reversePending,
  takeBackGift,
  takeBackGiven,
} from '../../../app/domain/account/account.ts'
import { inSpendingOrder, type Lot } from '../../../app/domain/account/lots.ts'
import { emptyAccount } from './empty-account.ts'

const ORIGIN = { orderId: '1', earnedAt: 5, expiresOn: null }

function lot(remaining: number, more: Partial<Lot> = {}): Lot {
  return {
    lotId: 1,
    orderId: null,
    earnedAt: 1,
    expiresOn: null,
    earned: Math.max(remaining, 1),
    remaining,
    held: 0,
    changed: false,
    ...more,
  }
}

/** An account as it is loaded: everything that its lots hold is available or held. */
function holding(...lots: Lot[]): Account {
  const held = lots.reduce((sum, one) => sum + one.held, 0)
  const all = lots.reduce((sum, one) => sum + one.remaining, 0)
  return { ...emptyAccount(), available: all - held, held, lots }
}

const left = (account: Account) => account.lots?.map(({ remaining, held }) => [remaining, held])
const changed = (account: Account) => account.lots?.map((one) => one.changed)
const words = (moves: { from: string; to: string; amount: number }[]) =>
  moves.map(({ from, to, amount }) => `${amount} ${from} → ${to}`)

test('pending points of an order are taken back from those that pend', () => {
  const account = holding(lot(20))
  awardPending(account, 50)
  expect(words(reversePending(account, 30))).toEqual(['30 pending → issued'])
  expect(account).toMatchObject({ pending: 20, available: 20, debt: 0 })
})

test('what is taken back for no order comes from what lapses first, whoever earned it', () => {
  const soon = lot(10, { lotId: 1, orderId: '7', expiresOn: '2026-03-01' })
  const given = lot(10, { lotId: 2, orderId: null, expiresOn: '2027-03-01' })
  const account = holding(soon, given)
  reverseAvailable(account, 4, null)
  expect(left(account)).toEqual([
    [6, 0],
    [10, 0],
  ])
})

test('every move says where the account stands after it', () => {
  const account = holding(lot(20))
  expect(awardPending(account, 7)).toEqual([
    { from: 'issued', to: 'pending', amount: 7, availableAfter: 20, pendingAfter: 7 },
  ])
  expect(reverseAvailable(account, 50, null)).toEqual([
    { from: 'available', to: 'issued', amount: 20, availableAfter: 0, pendingAfter: 7 },
    { from: 'debt', to: 'issued', amount: 30, availableAfter: -30, pendingAfter: 7 },
  ])
})

test('nothing moves nothing', () => {
  const account = holding(lot(5, { held: 5 }))
  const before = structuredClone(account)
  expect(awardPending(account, 0)).toEqual([])
  expect(awardAvailable(account, 0, ORIGIN)).toEqual([])
  expect(mature(account, 0, ORIGIN)).toEqual([])
  expect(reversePending(account, 0)).toEqual([])
  expect(reverseAvailable(account, 0, null)).toEqual([])
  expect(takeBackGiven(account, 9, () => true)).toEqual([])
  expect(expireLot(account, account.lots?.[0] as Lot)).toEqual([])
  expect(reserveOfOrder(account, '1')).toEqual({ moves: [], shares: [] })
  expect(account).toEqual(before)
})

describe('points that come in', () => {
  test.each(['issued', 'adjusted', 'merged', 'redeemed', 'expired'] as const)(
    'say that they were %s',
    (from) => {
      expect(words(awardAvailable(emptyAccount(), 4, ORIGIN, from))).toEqual([`4 ${from} → available`])
    },
  )

  test('make a lot of where they came from, not yet written', () => {
    const account = { ...emptyAccount(), debt: 3, pending: 10 }
    expect(words(mature(account, 10, { orderId: '9', earnedAt: 8, expiresOn: '2027-01-31' }))).toEqual([
      '10 pending → available',
      '3 available → debt',
    ])
    expect(account.newLots).toEqual([
      {
        lotId: null,
        orderId: '9',
        earnedAt: 8,
        expiresOn: '2027-01-31',
        earned: 10,
        remaining: 7,
        held: 0,
        changed: true,
      },
    ])
    expect(words(awardAvailable(emptyAccount(), 4, ORIGIN))).toEqual(['4 issued → available'])
  })
})

describe('points that go out', () => {
  test('change the lots that they are taken from, and no other', () => {
    const account = holding(
      lot(10, { expiresOn: '2027-01-01' }),
      lot(10, { expiresOn: '2027-02-01' }),
      lot(10),
    )
    expect(words(deduct(account, 15))).toEqual(['15 available → adjusted'])
    expect(left(account)).toEqual([
      [0, 0],
      [5, 0],
      [10, 0],
    ])
    expect(changed(account)).toEqual([true, true, false])
  })

  test('by a decision that is undone leave first the lot that it made', () => {
    const account = holding(lot(10, { expiresOn: '2027-01-01' }), lot(10, { lotId: 7 }))
    deduct(account, 12, ({ lotId }) => lotId === 7)
    expect(left(account)).toEqual([
      [8, 0],
      [0, 0],
    ])
  })

  test('given by hand come back as far as they are there, first from their own lots', () => {
    const account = holding(lot(10, { expiresOn: '2027-01-01' }), lot(10, { orderId: 'own' }))
    const own = ({ orderId }: Lot) => orderId === 'own'
    expect(words(takeBackGiven(account, 12, own))).toEqual(['12 available → adjusted'])
    expect(left(account)).toEqual([
      [8, 0],
      [0, 0],
    ])
    expect(words(takeBackGiven(account, 100, own))).toEqual(['8 available → adjusted'])
    expect(takeBackGiven(account, 100, own)).toEqual([])
    expect(account).toMatchObject({ available: 0, debt: 0 })
  })

  test('of a gift come back from its own lots alone, as far as no hold reserves them', () => {
    const account = holding(
      lot(10, { expiresOn: '2027-01-01' }),
      lot(10, { lotId: 7, awardId: 3, held: 4 }),
      lot(5, { lotId: 8, awardId: 4 }),
    )
    expect(words(takeBackGift(account, 3, 2))).toEqual(['2 available → issued'])
    expect(words(takeBackGift(account, 3, 50))).toEqual(['4 available → issued'])
    expect(takeBackGift(account, 3, 50)).toEqual([])
    expect(left(account)).toEqual([
      [10, 0],
      [4, 4],
      [5, 0],
    ])
    assertSound(account)
  })

  test('of a lot that lapses are those that no hold reserves', () => {
    const account = holding(lot(10, { held: 4 }), lot(5))
    expect(words(expireLot(account, account.lots?.[0] as Lot))).toEqual(['6 available → expired'])
    expect(left(account)).toEqual([
      [4, 4],
      [5, 0],
    ])
    expect(changed(account)).toEqual([true, false])
    assertSound(account)
  })

  test('of an order that is taken back are its own first, then what lapses first', () => {
    const account = holding(
      lot(10, { orderId: 'other' }),
      lot(10, { orderId: 'own' }),
      lot(10, { orderId: null, expiresOn: '2027-01-01' }),
    )
    reverseAvailable(account, 12, 'own')
    expect(left(account)?.map(([remaining]) => remaining)).toEqual([10, 0, 8])
    reverseAvailable(account, 9, null)
    expect(left(account)?.map(([remaining]) => remaining)).toEqual([9, 0, 0])
  })
})

describe('a hold', () => {
  test('reserves, captures and releases the very lots', () => {
    const account = holding(lot(10, { expiresOn: '2027-01-01', held: 1 }), lot(10), lot(10))
    const { moves, shares } = reserve(account, 12)
    expect(words(moves)).toEqual(['12 available → held'])
    expect(shares.map(({ amount }) => amount)).toEqual([9, 3])
    expect(left(account)).toEqual([
      [10, 10],
      [10, 3],
      [10, 0],
    ])
    expect(changed(account)).toEqual([true, true, false])
    const [first, second] = shares.map((share) => [share])
    for (const one of account.lots ?? []) one.changed = false
    expect(words(capture(account, first ?? []))).toEqual(['9 held → redeemed'])
    expect(words(release(account, second ?? []))).toEqual(['3 held → available'])
    expect(left(account)).toEqual([
      [1, 1],
      [10, 0],
      [10, 0],
    ])
    expect(changed(account)).toEqual([true, true, false])
    assertSound(account)
  })

  test('that is released repays debt that arose meanwhile', () => {
    const account = holding(lot(10))
    const { shares } = reserve(account, 10)
    reverseAvailable(account, 4, null)
    expect(words(release(account, shares))).toEqual(['10 held → available', '4 available → debt'])
    expect(left(account)).toEqual([[6, 0]])
    assertSound(account)
  })

  test("of a chargeback takes what is left of the order's points, and nothing else", () => {
    const account = holding(
      lot(10, { orderId: '1', held: 4 }),
      lot(8, { orderId: '2' }),
      lot(5, { orderId: '1' }),
      lot(3, { orderId: '1', held: 3 }),
    )
    const { moves, shares } = reserveOfOrder(account, '1')
    expect(words(moves)).toEqual(['11 available → held'])
    expect(shares.map(({ amount }) => amount)).toEqual([6, 5])
    expect(left(account)).toEqual([
      [10, 10],
      [8, 0],
      [5, 5],
      [3, 3],
    ])
    expect(changed(account)).toEqual([true, false, true, false])
    assertSound(account)
  })
})

describe('what is refused names the numbers', () => {
  const refusal = (code: string, message: string, details: object) =>
    expect.objectContaining({ code, message, details })

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('%s points', (amount) => {
    const account = holding(lot(10))
    expect(() => reserve(account, amount)).toThrow(
      refusal('invalid-amount', `${amount} is not a number of points above 0`, { value: amount }),
    )
  })

  test('a debt, and too small a balance; one that just suffices is enough', () => {
    expect(() => deduct({ ...emptyAccount(), debt: 2 }, 1)).toThrow(
      refusal('in-debt', 'The account owes 2 points', { debt: 2 }),
    )
    expect(() => deduct(holding(lot(10)), 11)).toThrow(
      refusal('not-enough-points', '11 points asked, 10 available', { asked: 11, available: 10 }),
    )
    expect(words(deduct(holding(lot(10)), 10))).toEqual(['10 available → adjusted'])
  })

  test('lots that are not loaded, or only some of them', () => {
    const message = 'The lots of the account are not loaded'
    const none = { ...holding(lot(10)), lots: null }
    expect(() => reserve(none, 1)).toThrow(message)
    expect(() => reserveOfOrder(none, '1')).toThrow(message)
    expect(() => reserve({ ...holding(lot(10)), someLots: true }, 1)).toThrow(message)
    const merge = 'The lots of the accounts are not loaded'
    expect(() => mergeInto(none, emptyAccount())).toThrow(merge)
    expect(() => mergeInto(emptyAccount(), none)).toThrow(merge)
  })

  test('lots that do not hold what the balance says', () => {
    expect(() => reserve({ ...holding(lot(4)), available: 10 }, 7)).toThrow(
      'The lots hold 4 of 7 available points',
    )
  })
})

test('lots are spent by their last day, then by their age, then by their number; unwritten ones last', () => {
  const lots = [
    lot(1, { lotId: null, earnedAt: 2 }),
    lot(1, { lotId: 9, earnedAt: 2 }),
    lot(1, { lotId: 8, earnedAt: 2 }),
    lot(1, { lotId: 7, earnedAt: 3 }),
    lot(1, { lotId: 6, earnedAt: 9, expiresOn: '2027-02-01' }),
    lot(1, { lotId: 5, earnedAt: 9, expiresOn: '2027-01-31' }),
    lot(1, { lotId: 4, earnedAt: 1, expiresOn: '2027-02-01' }),
  ]
  const order = [5, 4, 6, 8, 9, null, 7]
  expect(inSpendingOrder(lots).map(({ lotId }) => lotId)).toEqual(order)
  expect(inSpendingOrder(lots.toReversed()).map(({ lotId }) => lotId)).toEqual(order)
  expect(lots[0]?.lotId).toBeNull()
})
