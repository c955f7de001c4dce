import { describe, expect, test } from 'vitest'
import { type Account, assertSound, mergeInto } from '../../../app/domain/account/account.ts'
import type { Lot } from '../../../app/domain/account/lots.ts'
import { emptyAccount } from './empty-account.ts'

function lot(remaining: number, held = 0): Lot {
  return {
    lotId: 1,
    orderId: null,
    earnedAt: 1,
    expiresOn: null,
    earned: remaining,
    remaining,
    held,
    changed: false,
  }
}

const account = (more: Partial<Account>): Account => ({ ...emptyAccount(), ...more })
const fault = (more: Partial<Account>): string | null => {
  try {
    assertSound(account(more))
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('an account is sound', () => {
  test.each<[string, Partial<Account>]>([
    ['empty', {}],
    ['pending only', { pending: 5 }],
    ['in debt with nothing available', { debt: 5 }],
    ['in debt with points that are held', { debt: 5, held: 2, lots: [lot(2, 2)] }],
    ['with lots of what is available and held', { available: 7, held: 3, lots: [lot(6, 3), lot(4)] }],
    ['with lots that are not written yet', { available: 9, lots: [lot(4)], newLots: [lot(5)] }],
    ['with lots that are not loaded', { available: 9, lots: null }],
    ['with some of its lots', { available: 9, held: 3, lots: [lot(4, 3)], someLots: true }],
    ['with all of them called some', { available: 9, held: 3, lots: [lot(12, 3)], someLots: true }],
    ['with none of them', { available: 9, held: 3, lots: [], someLots: true }],
  ])('%s', (_, more) => {
    expect(fault(more)).toBeNull()
  })
})

describe('an account is unsound, and says how', () => {
  test.each<[Partial<Account>, string]>([
    [{ pending: -1 }, 'pending -1, available 0, held 0, debt 0'],
    [{ available: 0.5 }, 'pending 0, available 0.5, held 0, debt 0'],
    [{ held: Number.NaN }, 'pending 0, available 0, held NaN, debt 0'],
    [{ debt: 2 ** 53 }, 'pending 0, available 0, held 0, debt 9007199254740992'],
    [{ debt: 1, available: 1, lots: null }, 'debt 1 beside available 1'],
    [{ available: 8, lots: [lot(7)] }, 'lots hold 7 (0 held), balance 8 + 0'],
    [{ available: 8, lots: [lot(9)] }, 'lots hold 9 (0 held), balance 8 + 0'],
    [{ available: 8, lots: [lot(8)], newLots: [lot(1)] }, 'lots hold 9 (0 held), balance 8 + 0'],
    [{ available: 5, held: 3, lots: [lot(8, 2)] }, 'lots hold 8 (2 held), balance 5 + 3'],
    [{ available: 5, held: 3, lots: [lot(8, 4)] }, 'lots hold 8 (4 held), balance 5 + 3'],
    [
      { available: 5, held: 3, lots: [lot(9, 3)], someLots: true },
      'some lots hold 9 (3 held), balance 5 + 3',
    ],
    [
      { available: 5, held: 3, lots: [lot(4, 4)], someLots: true },
      'some lots hold 4 (4 held), balance 5 + 3',
    ],
  ])('%j', (more, message) => {
    expect(fault(more)).toBe(`Unsound account: ${message}`)
  })
})

describe('a merge', () => {
  const words = (moves: { from: string; to: string; amount: number }[]) =>
    moves.map(({ from, to, amount }) => `${amount} ${from} → ${to}`)

  test('lets leave what arrives, place by place, and the lots with it', () => {
    const kept = account({ pending: 1, available: 4, held: 2, lots: [lot(6, 2)] })
    const gone = account({ pending: 3, available: 5, held: 7, lots: [lot(5), lot(7, 7)] })
    const lots = [...(kept.lots ?? []), ...(gone.lots ?? [])]
    const { out, into } = mergeInto(kept, gone)
    expect(words(out)).toEqual(['3 pending → merged', '5 available → merged', '7 held → merged'])
    expect(words(into)).toEqual(['3 merged → pending', '5 merged → available', '7 merged → held'])
    expect(kept).toEqual(account({ pending: 4, available: 9, held: 9, lots }))
    expect(gone).toEqual(emptyAccount())
  })

  test('takes a debt along, and repays it from what the kept account has', () => {
    const kept = account({ available: 30, lots: [lot(30)] })
    const gone = account({ debt: 12 })
    const { out, into } = mergeInto(kept, gone)
    expect(words(out)).toEqual(['12 merged → debt'])
    expect(words(into)).toEqual(['12 debt → merged', '12 available → debt'])
    expect(kept).toMatchObject({ available: 18, debt: 0 })
    expect(kept.lots?.map(({ remaining }) => remaining)).toEqual([18])
    expect(gone).toEqual(emptyAccount())
  })

  test('of an account with nothing moves nothing', () => {
    const kept = account({ debt: 5 })
    expect(mergeInto(kept, emptyAccount())).toEqual({ out: [], into: [] })
    expect(kept).toEqual(account({ debt: 5 }))
  })
})
