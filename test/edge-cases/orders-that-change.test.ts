import { describe, expect, test } from 'vitest'
import { lapseRewards } from '../../app/loyalty/codes/lapse-rewards.ts'
import { orderPayload, refundOfAmount, refundOfLine, refundOfShipping } from '../support/order-payload.ts'
import { LATER, SMALL_REWARD, SOON, titles, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const BEANS = { price: '29.90' }
const CUPS = { price: '10.00', quantity: 3 }

describe('Edited after payment', () => {
  test('upward: what is still owed earns nothing, and all of it once it is paid', async () => {
    const life = await shops.open()
    await life.order({ id: 101, customer: 1, lines: [BEANS] })
    expect(await life.balance(1)).toMatchObject({ available: 29 })
    const edited = { id: 101, customer: 1, lines: [BEANS, { price: '20.00' }] }
    await life.order({
      ...edited,
      status: 'partially_paid',
      outstanding: '20.00',
      updatedAt: '2026-11-02T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 29 })
    await life.order({ ...edited, updatedAt: '2026-11-03T10:00:00Z' })
    expect(await life.balance(1)).toMatchObject({ available: 49 })
    const [last] = await life.history(1)
    expect(last).toMatchObject({ title: 'Bestellung #101 neu berechnet', points: 20 })
    expect(last?.detail[0]).toBe('Die Bestellung ist jetzt 49,90 € wert: 49 Punkte statt bisher 29.')
    expect((await titles(life, 1)).en).toEqual(['Order #101 recalculated', 'Order #101'])
  })

  test('downward: the removed pieces go, and paying their money back takes nothing more', async () => {
    const life = await shops.open()
    await life.order({ id: 102, customer: 2, lines: [CUPS, BEANS] })
    expect(await life.balance(2)).toMatchObject({ available: 59 })
    const lines = [{ ...CUPS, current: 1 }, BEANS]
    await life.order({ id: 102, customer: 2, lines, updatedAt: '2026-11-02T10:00:00Z' })
    expect(await life.balance(2)).toMatchObject({ available: 39 })
    const back = refundOfAmount({ id: 9, amount: '20.00', at: '2026-11-03T10:00:00Z' })
    await life.order({
      id: 102,
      customer: 2,
      lines,
      refunds: [back],
      status: 'partially_refunded',
      updatedAt: '2026-11-03T10:00:00Z',
    })
    expect(await life.balance(2)).toMatchObject({ available: 39 })
    const [last] = await life.history(2)
    expect(last?.detail).toContain('Aus der Bestellung genommen: 20,00 €.')
    expect((await life.history(2, 'en'))[0]?.detail.join()).toContain('€20.00')
  })

  test('the frozen rules stay: a program published since does not touch it', async () => {
    const life = await shops.open()
    await life.order({ id: 103, customer: 3, lines: [CUPS] })
    const double = { pointsPerUnit: '2', rounding: 'floor' as const, counts: NOTHING_ELSE }
    await life.publish(2, { earning: double }, '2026-11-05T00:00:00Z')
    await life.order({
      id: 103,
      customer: 3,
      lines: [{ ...CUPS, current: 2 }],
      updatedAt: '2026-11-20T10:00:00Z',
    })
    expect(await life.balance(3)).toMatchObject({ available: 20 })
    await life.order({ id: 104, customer: 3, lines: [CUPS], placedAt: '2026-11-06T10:00:00Z' })
    expect(await life.balance(3)).toMatchObject({ available: 20 + 60 })
  })
})

const NOTHING_ELSE = { taxOnTop: false, shipping: false, duties: false, tips: false, cashRounding: false }

describe('Partial refund', () => {
  test('the target is what remains after the allocation of discounts', async () => {
    const life = await shops.open()
    // 3 × 10.00 less 6.00: each cup counts 8.00.
    const lines = [{ ...CUPS, discount: '6.00' }, BEANS]
    await life.order({ id: 111, customer: 1, lines })
    expect(await life.balance(1)).toMatchObject({ available: 53 })
    await life.order({
      id: 111,
      customer: 1,
      lines: [{ ...CUPS, discount: '6.00', current: 2 }, BEANS],
      refunds: [refundOfLine(111, { id: 1, amount: '8.00' })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 45 })
    expect(await life.history(1)).toMatchObject([
      { title: 'Erstattung zu Bestellung #111', points: -8 },
      { title: 'Bestellung #111', points: 53 },
    ])
    expect((await titles(life, 1)).en[0]).toBe('Refund on order #111')
  })

  test('repeated: each takes what the remaining state says, the last leaves exactly zero', async () => {
    const life = await shops.open()
    const refunds: object[] = []
    await life.order({ id: 112, customer: 2, lines: [{ price: '9.99', quantity: 3 }] })
    expect(await life.balance(2)).toMatchObject({ available: 29 })
    for (const [n, left] of [19, 9, 0].entries()) {
      const at = `2026-11-0${n + 5}T10:00:00Z`
      refunds.push(refundOfLine(112, { id: n + 1, amount: '9.99', at }))
      await life.order({
        id: 112,
        customer: 2,
        lines: [{ price: '9.99', quantity: 3, current: 2 - n }],
        refunds,
        status: n === 2 ? 'refunded' : 'partially_refunded',
        updatedAt: at,
      })
      expect(await life.balance(2)).toMatchObject({ available: left })
    }
    expect((await life.history(2)).map(({ points }) => points)).toEqual([-9, -10, -10, 29])
  })

  test('of points that were spent already becomes a debt, told to the shopper and repaid first', async () => {
    const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
    await life.order({ id: 113, customer: 3, lines: [CUPS] })
    const { code } = await life.redeem(3, 'small')
    await life.order({ id: 114, customer: 3, lines: [{ price: '1.00' }], codes: [code] })
    expect(await life.balance(3)).toEqual({ pending: 0, available: 11, held: 0, debt: 0 })
    await life.order({
      id: 113,
      customer: 3,
      lines: [{ ...CUPS, current: 0 }],
      refunds: [refundOfLine(113, { id: 1, amount: '30.00', quantity: 3 })],
      status: 'refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(3)).toEqual({ pending: 0, available: 0, held: 0, debt: 19 })
    expect((await life.history(3))[0]?.detail).toContain(
      '19 Punkte waren nicht mehr da. Diese werden mit den nächsten Punkten verrechnet.',
    )
    expect((await life.panel(3, 'en')) as object).toMatchObject({
      member: { debt: 19 },
      rewards: [{ available: false, reason: 'debt' }],
    })
    await life.order({ id: 115, customer: 3, lines: [BEANS] })
    expect(await life.balance(3)).toEqual({ pending: 0, available: 10, held: 0, debt: 0 })
    expect((await life.history(3, 'en'))[0]?.detail.join(' ')).toContain('19 points')
  })
})

describe('Refund without lines', () => {
  test('takes pro rata of the qualifying amount', async () => {
    const life = await shops.open()
    // 40.00 counts, a gift card of 10.00 does not: of 25.00 given back 20.00 hit what counts.
    const lines = [{ price: '40.00' }, { price: '10.00', giftCard: true }]
    await life.order({ id: 121, customer: 1, lines })
    expect(await life.balance(1)).toMatchObject({ available: 40 })
    await life.order({
      id: 121,
      customer: 1,
      lines,
      refunds: [refundOfAmount({ id: 1, amount: '25.00' })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 20 })
    const [last] = await life.history(1)
    expect(last?.title).toBe('Erstattung zu Bestellung #121')
    expect(last?.detail).toContain('Erstattet, ohne Artikel zu nennen: 20,00 € des zählenden Werts.')
  })

  test('many small ones take what one of their sum takes', async () => {
    const life = await shops.open()
    const refunds: object[] = []
    await life.order({ id: 122, customer: 2, lines: [{ price: '10.00' }] })
    for (let n = 1; n <= 9; n++) {
      refunds.push(refundOfAmount({ id: n, amount: '0.37', at: `2026-11-05T10:00:0${n}Z` }))
      await life.order({
        id: 122,
        customer: 2,
        lines: [{ price: '10.00' }],
        refunds,
        status: 'partially_refunded',
        updatedAt: `2026-11-05T10:00:0${n}Z`,
      })
    }
    // 10.00 − 3.33
    expect(await life.balance(2)).toMatchObject({ available: 6 })
  })

  test.each([
    ['as an adjustment', refundOfAmount({ id: 1, amount: '4.90', kind: 'shipping_refund' })],
    ['as refunded shipping lines', refundOfShipping({ id: 1, amount: '4.90', tax: '0.78' })],
  ])('a shipping-only refund changes nothing (%s)', async (_, refund) => {
    const life = await shops.open()
    const order = { id: 123, customer: 3, lines: [BEANS], shipping: '4.90', shippingTax: '0.78' }
    await life.order(order)
    await life.order({
      ...order,
      refunds: [refund],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(3)).toMatchObject({ available: 29 })
    expect(await life.history(3)).toHaveLength(1)
  })
})

describe('A restocking fee', () => {
  const TWO = { id: 1, customer: 1, lines: [{ price: '100.00' }, { price: '100.00' }] }
  const returned = { ...TWO, lines: [{ price: '100.00', current: 0 }, { price: '100.00' }] }
  const FEE = refundOfLine(1, { id: 1, amount: '100.00', kept: '10.00' })
  const stateWith = (...more: object[]) => ({
    ...returned,
    refunds: [FEE, ...more],
    status: 'partially_refunded',
    updatedAt: '2026-11-08T10:00:00Z',
  })
  const paidLater = (amount: string) => refundOfAmount({ id: 2, amount, at: '2026-11-07T10:00:00+01:00' })

  test('that is kept counts for nothing', async () => {
    const life = await shops.open()
    await life.order(TWO)
    await life.order(stateWith())
    expect(await life.balance(1)).toMatchObject({ available: 100 })
  })

  test.each([
    ['exactly the fee: nothing changes, fee or goodwill', '10.00', 100],
    ['less than the fee', '4.00', 100],
    ['more than the fee: only what goes beyond makes goods cheaper', '25.00', 85],
  ])(
    'of which later something is paid back, %s; what counts is what the shop has kept',
    async (_, amount, points) => {
      const life = await shops.open()
      await life.order(TWO)
      await life.order(stateWith(paidLater(amount)))
      expect(await life.balance(1)).toMatchObject({ available: points })
    },
  )
})

describe('Exchange', () => {
  test('stays on the same order: the returned piece goes, the new one counts', async () => {
    const life = await shops.open()
    await life.order({ id: 131, customer: 1, lines: [BEANS] })
    await life.order({
      id: 131,
      customer: 1,
      lines: [{ ...BEANS, current: 0 }, { price: '35.00' }],
      refunds: [refundOfLine(131, { id: 1, amount: '29.90' })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 35 })
    expect((await life.history(1)).map(({ points }) => points)).toEqual([6, 29])
  })

  test('a return without anything new leaves zero', async () => {
    const life = await shops.open()
    await life.order({ id: 132, customer: 2, lines: [BEANS] })
    await life.order({
      id: 132,
      customer: 2,
      lines: [{ ...BEANS, current: 0 }],
      refunds: [refundOfLine(132, { id: 1, amount: '29.90' })],
      status: 'refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(2)).toMatchObject({ available: 0, debt: 0 })
  })
})

describe('Cancelled, voided', () => {
  test('a reward used on it comes back once; its own points go', async () => {
    const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
    await life.order({ id: 143, customer: 3, lines: [CUPS] })
    const { code } = await life.redeem(3, 'small')
    const order = { id: 144, customer: 3, lines: [BEANS], codes: [code] }
    await life.order(order)
    expect(await life.balance(3)).toMatchObject({ available: 30 - 20 + 29, held: 0 })
    const cancelled = { ...order, cancelledAt: '2026-11-05T10:00:00Z', updatedAt: '2026-11-05T10:00:00Z' }
    await life.order(cancelled)
    await life.order({ ...cancelled, updatedAt: '2026-11-06T10:00:00Z' })
    expect(await life.balance(3)).toEqual({ pending: 0, available: 30, held: 0, debt: 0 })
    expect((await titles(life, 3)).de.filter((title) => title.startsWith('Punkte zurück'))).toEqual([
      'Punkte zurück: 5 € Rabatt',
    ])
  })

  test('an unspent redemption returns when its unpaid order is cancelled', async () => {
    const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
    await life.order({ id: 145, customer: 4, lines: [CUPS] })
    const { code } = await life.redeem(4, 'small')
    const order = { id: 146, customer: 4, lines: [BEANS], codes: [code], status: 'pending' }
    await life.order(order)
    expect(await life.balance(4)).toMatchObject({ available: 10, held: 20 })
    const at = '2026-11-05T10:00:00Z'
    await life.order({ ...order, status: 'voided', cancelledAt: at, updatedAt: at })
    expect(await life.balance(4), 'while the code can be used').toMatchObject({ available: 10, held: 20 })
    expect(await life.jobs('withdraw-reward')).toHaveLength(1)
    // Nobody is asked where the app was removed.
    await shops.owner().query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [life.shopId])
    await lapseRewards(() => LATER)
    expect(await life.balance(4)).toMatchObject({ available: 30, held: 0 })
  })

  test.each(['paid', 'refunded', 'voided', 'pending'])(
    'a cancelled order of status %s is worth nothing',
    async (status) => {
      const life = await shops.open()
      await life.order({ id: 141, customer: 1, lines: [BEANS] })
      await life.order({
        id: 141,
        customer: 1,
        lines: [BEANS],
        status,
        cancelledAt: '2026-11-05T10:00:00Z',
        updatedAt: '2026-11-05T10:00:00Z',
      })
      expect(await life.balance(1)).toMatchObject({ available: 0, pending: 0, debt: 0 })
      expect((await titles(life, 1)).de[0]).toBe('Bestellung #141 storniert')
      expect((await titles(life, 1)).en[0]).toBe('Order #141 cancelled')
    },
  )

  test('a void without a cancellation as well', async () => {
    const life = await shops.open()
    await life.order({ id: 142, customer: 2, lines: [BEANS], status: 'authorized' })
    expect(await life.balance(2)).toMatchObject({ available: 0 })
    await life.order({
      id: 142,
      customer: 2,
      lines: [BEANS],
      status: 'voided',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(2)).toMatchObject({ available: 0 })
  })
})

describe('Paid before the customer exists', () => {
  test('the account is a stub by the id; the customer who comes later finds the points', async () => {
    const life = await shops.open()
    await life.order({ id: 151, customer: 77, lines: [BEANS] })
    const customer = { id: 77, admin_graphql_api_id: 'gid://shopify/Customer/77', state: 'disabled' }
    expect(await life.tell('customers/create', customer)).toMatchObject({ status: 'done' })
    expect(await life.balance(77)).toMatchObject({ available: 29 })
    const { rows } = await shops
      .owner()
      .query('SELECT count(*)::int AS n FROM account WHERE shop_id = $1', [life.shopId])
    expect(rows[0].n).toBe(1)
  })
})

describe('Update before create, cancel before create', () => {
  const created = { id: 161, customer: 1, lines: [CUPS] }
  const updated = { ...created, lines: [{ ...CUPS, current: 2 }], updatedAt: '2026-11-02T10:00:00Z' }

  test('the newest state wins, whatever comes last', async () => {
    const life = await shops.open()
    await life.order(updated)
    const late = await life.tell('orders/create', orderPayload(created))
    expect(late).toEqual({ status: 'ignored', reason: 'A newer state of the order is known' })
    expect(await life.balance(1)).toMatchObject({ available: 20 })
    expect(await life.history(1)).toHaveLength(1)
  })

  test('a cancellation before the order itself leaves nothing', async () => {
    const life = await shops.open()
    const cancelledAt = '2026-11-02T10:00:00Z'
    await life.order({ ...created, cancelledAt, updatedAt: cancelledAt })
    await life.tell('orders/create', orderPayload(created))
    expect(await life.balance(1)).toMatchObject({ available: 0 })
    expect(await life.history(1)).toEqual([])
  })

  test('the same delivery again changes nothing, and two states of one second ask Shopify', async () => {
    const life = await shops.open()
    await life.order(created)
    expect(await life.order(created)).toEqual({
      status: 'ignored',
      reason: 'This state of the order is known',
    })
    expect(await life.jobs('read-order')).toEqual([])
    await life.order({ ...created, lines: [{ ...CUPS, current: 1 }] })
    expect(await life.jobs('read-order')).toEqual([{ shopId: life.shopId, orderId: '161' }])
    expect(await life.balance(1)).toMatchObject({ available: 30 })
  })
})

describe('Order deleted', () => {
  test('entries stay, the source is marked gone; a second time does nothing', async () => {
    const life = await shops.open()
    await life.order({ id: 171, customer: 1, lines: [BEANS] })
    expect(await life.tell('orders/delete', { id: 171 })).toMatchObject({ status: 'done' })
    await life.tell('orders/delete', { id: 171 })
    expect(await life.balance(1)).toMatchObject({ available: 29 })
    expect((await titles(life, 1)).de).toEqual(['Bestellung #171'])
    const { rows } = await shops
      .owner()
      .query('SELECT gone_at IS NOT NULL AS gone FROM order_state WHERE shop_id = $1', [life.shopId])
    expect(rows).toEqual([{ gone: true }])
  })

  test('one that nobody knows yet is looked for again', async () => {
    const life = await shops.open()
    expect(await life.tell('orders/delete', { id: 172 })).toEqual({
      status: 'ignored',
      reason: 'The order is not known',
    })
    expect(await life.jobs('read-order')).toEqual([{ shopId: life.shopId, orderId: '172' }])
  })
})

describe('Program changed between order and refund', () => {
  test('the refund is judged by the program of the order’s own day', async () => {
    const life = await shops.open()
    await life.order({ id: 181, customer: 1, lines: [CUPS] })
    const half = { pointsPerUnit: '0.5', rounding: 'ceil' as const, counts: NOTHING_ELSE }
    await life.publish(2, { earning: half }, '2026-11-04T00:00:00Z')
    await life.order({
      id: 181,
      customer: 1,
      lines: [{ ...CUPS, current: 2 }],
      refunds: [refundOfLine(181, { id: 1, amount: '10.00' })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 20 })
    expect((await life.history(1))[0]?.detail).toContain('20,00 € × 1 Punkt je 1 € = 20 Punkte')
  })
})

describe('Points pending', () => {
  test('until the return window ends they are shown as pending, and then they can be spent', async () => {
    const life = await shops.open()
    life.now = SOON
    await life.order({ id: 191, customer: 1, lines: [BEANS] })
    expect(await life.balance(1)).toMatchObject({ pending: 29, available: 0 })
    const waiting = await life.panel(1)
    expect(waiting).toMatchObject({
      member: { pending: 29, available: 0 },
      history: [{ text: 'Bestellung #191', points: 29, status: 'pending' }],
    })
    expect((await life.history(1))[0]?.detail.at(-1)).toBe(
      'Vorgemerkt bis zum 15. November 2026, danach verfügbar.',
    )
    expect((await life.history(1, 'en'))[0]?.detail.at(-1)).toBe(
      'Pending until November 15, 2026, then available.',
    )
    await life.wait(Date.parse('2026-11-15T08:59:59Z'))
    expect(await life.balance(1)).toMatchObject({ pending: 29, available: 0 })
    await life.wait(Date.parse('2026-11-15T09:00:00Z'))
    expect(await life.balance(1)).toMatchObject({ pending: 0, available: 29 })
    expect(await life.panel(1, 'en')).toMatchObject({ history: [{ status: 'available' }] })
  })

  test('a refund inside the window takes the pending ones', async () => {
    const life = await shops.open()
    life.now = SOON
    await life.order({ id: 192, customer: 2, lines: [CUPS] })
    await life.order({
      id: 192,
      customer: 2,
      lines: [{ ...CUPS, current: 1 }],
      refunds: [refundOfLine(192, { id: 1, amount: '20.00', quantity: 2 })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(2)).toMatchObject({ pending: 10, available: 0 })
    await life.wait(LATER)
    expect(await life.balance(2)).toMatchObject({ pending: 0, available: 10 })
  })
})
