import { describe, expect, test } from 'vitest'
import { LATER, useShopLife } from './shop-life.ts'

/** Spending for a tier, ordering with its multiplier and taking the first order back. */
const shops = useShopLife()
const LADDER = {
  tiers: {
    basis: 'spend' as const,
    window: { kind: 'rolling' as const, months: 12 },
    levels: [
      { id: 'base', name: { de: 'Basis', en: 'Base' }, threshold: '0', multiplier: '1' },
      { id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: '1000', multiplier: '1.5' },
    ],
  },
}
const FIRST = { id: 1, customer: 1, lines: [{ price: '3000.00' }] }
const SECOND = { id: 2, customer: 1, lines: [{ price: '100.00' }], placedAt: '2026-11-02T10:00:00+01:00' }
const cancelled = (at: string) => ({ ...FIRST, cancelledAt: at, updatedAt: at })

describe('A13: an order that is cancelled while it is on trial', () => {
  test('lifts no other order, which is judged again and says why', async () => {
    const life = await shops.open({ program: LADDER })
    await life.order(FIRST)
    await life.order(SECOND)
    expect(await life.balance(1)).toMatchObject({ available: 3000 + 150 })
    await life.order(cancelled('2026-11-20T10:00:00Z'))
    expect(await life.balance(1)).toEqual({ pending: 0, available: 100, held: 0, debt: 0 })
    const lowered = (await life.history(1)).find(({ title }) => title.includes('#2 neu berechnet'))
    expect(lowered).toMatchObject({ points: -50 })
    expect(lowered?.detail).toContain(
      'Eine frühere Bestellung hat sich geändert, etwa durch Rückgabe oder Storno. Damit gilt für diese Bestellung Basis statt Gold.',
    )
    expect((await life.history(1, 'en')).flatMap(({ detail }) => detail).join(' ')).toContain(
      'For this order Base applies instead of Gold.',
    )
  })

  test('ends the same whatever arrives first', async () => {
    const states = [FIRST, SECOND, cancelled('2026-11-20T10:00:00Z')]
    for (const order of [
      [0, 2, 1],
      [2, 1, 0],
      [1, 2, 0],
      [1, 0, 2],
    ]) {
      const life = await shops.open({ program: LADDER })
      for (const n of order) await life.order(states[n] as typeof FIRST)
      expect(await life.balance(1), order.join()).toMatchObject({ available: 100 })
    }
  })

  test('by a refund of most of it as well', async () => {
    const life = await shops.open({ program: LADDER })
    await life.order(FIRST)
    await life.order(SECOND)
    await life.order({
      ...FIRST,
      status: 'partially_refunded',
      updatedAt: '2026-11-20T10:00:00Z',
      refunds: [
        {
          ...{ id: 1, created_at: '2026-11-20T10:00:00Z', refund_line_items: [] },
          order_adjustments: [{ id: 2, kind: 'refund_discrepancy', amount: '-2900.00', tax_amount: '0.00' }],
          transactions: [{ kind: 'refund', status: 'success', amount: '2900.00' }],
        },
      ],
    })
    expect(await life.balance(1)).toMatchObject({ available: 100 + 100 })
  })
})

test('A13: what is given back after the trial takes no multiplier of other orders', async () => {
  const life = await shops.open({ program: LADDER })
  life.now = LATER + 60 * 86_400_000
  await life.order(FIRST)
  await life.order(SECOND)
  await life.order(cancelled('2027-01-15T10:00:00Z'))
  expect(await life.balance(1)).toMatchObject({ available: 150 })
})
