import { describe, expect, test } from 'vitest'
import { mergePayload, type OrderOptions, refundOfLine } from '../support/order-payload.ts'
import { type ShopLife, SMALL_REWARD, useShopLife } from './shop-life.ts'

/** Points spent on an order that is wholly given back: docs/decisions/0031. */
const shops = useShopLife()
const [MARA, OTHER] = [7_700_990_011, 7_700_990_022]
const ORDER = 902
const redact = { shop_id: 1, customer: { id: MARA, email: null, phone: null } }

/** Forty points earned, a code of twenty for the order that comes, and that order. */
async function spent() {
  const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
  await life.order({ id: 901, customer: MARA, lines: [{ price: '40.00' }] })
  const { code } = await life.redeem(MARA, 'small')
  const order = (more: Partial<OrderOptions> = {}) =>
    life.order({ id: ORDER, customer: MARA, lines: [{ price: '9.00' }], codes: [code], ...more })
  await order()
  return { life, code, order }
}

const back = refundOfLine(ORDER, { id: 1, amount: '9.00' })
const givenBack = (at: string, more: Partial<OrderOptions> = {}): Partial<OrderOptions> => ({
  lines: [{ price: '9.00', current: 0 }],
  status: 'refunded',
  total: '0.00',
  refunds: [back],
  updatedAt: at,
  ...more,
})
/** Another piece comes onto the order that had been given back, and is paid. */
const anotherPiece = (at: string, more: Partial<OrderOptions> = {}): Partial<OrderOptions> =>
  givenBack(at, {
    lines: [{ price: '9.00', current: 0 }, { price: '9.00' }],
    status: 'partially_refunded',
    total: '9.00',
    ...more,
  })
const moves = async (life: ShopLife, customer = MARA) =>
  (await life.history(customer)).map(({ title, points }) => `${title}: ${points}`)

describe('R17: an order that points were spent on is wholly given back', () => {
  test('R17: the points come back once, the history says why, and the code is ended in the shop', async () => {
    const { life, order } = await spent()
    expect(await life.balance(MARA)).toMatchObject({ available: 40 - 20 + 9, held: 0 })
    await order(givenBack('2026-11-05T10:00:00Z'))
    await order(givenBack('2026-11-05T10:00:00Z'))
    await order(givenBack('2026-11-06T10:00:00Z'))
    await order(givenBack('2026-11-07T10:00:00Z', { cancelledAt: '2026-11-07T10:00:00Z' }))
    expect(await life.balance(MARA)).toEqual({ pending: 0, available: 40, held: 0, debt: 0 })
    expect((await moves(life)).filter((line) => line.startsWith('Punkte zurück'))).toEqual([
      'Punkte zurück: 5 € Rabatt: 20',
    ])
    const told = async (locale: 'de' | 'en', title: string) =>
      (await life.history(MARA, locale)).find((line) => line.title === title)?.detail[0]
    expect(await told('de', 'Punkte zurück: 5 € Rabatt')).toBe(
      'Die Bestellung mit dem Code wurde vollständig zurückgegeben.',
    )
    expect(await told('en', 'Points back: €5 off')).toBe('The order with the code was returned in full.')
    expect(await life.jobs('withdraw-reward')).toHaveLength(1)
  })

  test('R17: what then comes onto the order takes the points again, once, and says so', async () => {
    const { life, order } = await spent()
    await order(givenBack('2026-11-05T10:00:00Z'))
    await order(anotherPiece('2026-11-08T10:00:00Z'))
    await order(anotherPiece('2026-11-08T10:00:00Z'))
    await order(anotherPiece('2026-11-09T10:00:00Z'))
    expect(await life.balance(MARA)).toEqual({ pending: 0, available: 40 - 20 + 9, held: 0, debt: 0 })
    const again = (await life.history(MARA)).filter(({ title }) => title === 'Erneut eingelöst: 5 € Rabatt')
    expect(again).toMatchObject([
      { points: -20, detail: [`Bestellung #${ORDER} mit diesem Code gilt nun doch.`, expect.any(String)] },
    ])
    await order(
      givenBack('2026-11-10T10:00:00Z', {
        lines: [
          { price: '9.00', current: 0 },
          { price: '9.00', current: 0 },
        ],
        refunds: [back, refundOfLine(ORDER, { id: 2, amount: '9.00', line: 1 })],
      }),
    )
    expect(await life.balance(MARA)).toEqual({ pending: 0, available: 40, held: 0, debt: 0 })
  })

  test('R17: points that were spent elsewhere meanwhile are not taken again: never a debt', async () => {
    const { life, order } = await spent()
    await order(givenBack('2026-11-05T10:00:00Z'))
    await life.redeem(MARA, 'small')
    await life.redeem(MARA, 'small')
    await order(anotherPiece('2026-11-08T10:00:00Z'))
    expect(await life.balance(MARA)).toEqual({ pending: 0, available: 9, held: 40, debt: 0 })
    // What the order is worth itself goes again; what was never taken a second time comes back no second time.
    await order({
      ...givenBack('2026-11-10T10:00:00Z'),
      lines: [
        { price: '9.00', current: 0 },
        { price: '9.00', current: 0 },
      ],
      refunds: [back, refundOfLine(ORDER, { id: 2, amount: '9.00', line: 1 })],
    })
    expect(await life.balance(MARA)).toEqual({ pending: 0, available: 0, held: 40, debt: 0 })
  })

  test('R17: after a merge they come back to the account that stayed', async () => {
    const { life, code, order } = await spent()
    await life.order({ id: 903, customer: OTHER, lines: [{ price: '1.00' }] })
    await life.tell('customers/merge', mergePayload(OTHER, MARA))
    await order(givenBack('2026-11-05T10:00:00Z', { customer: OTHER, codes: [code] }))
    expect(await life.balance(OTHER)).toEqual({ pending: 0, available: 41, held: 0, debt: 0 })
    expect(await moves(life, OTHER)).toContain('Punkte zurück: 5 € Rabatt: 20')
  })

  test('R17: of a person who was redacted they come back to nobody’s account, and nothing breaks', async () => {
    const { life, order } = await spent()
    await life.tell('customers/redact', redact)
    await order(givenBack('2026-11-05T10:00:00Z', { customer: null }))
    const { rows } = await shops.owner().query(
      `SELECT r.status, r.return_reason AS reason, b.available::int, b.held::int, a.customer_id AS customer
           FROM redemption r JOIN account a USING (shop_id, account_id) JOIN balance b USING (shop_id, account_id)
          WHERE shop_id = $1 AND b.unit = 'points'`,
      [life.shopId],
    )
    expect(rows).toEqual([
      { status: 'returned', reason: 'order-given-back', available: 40, held: 0, customer: null },
    ])
  })

  test('R17: an order in another currency is not judged, and its code stays as it is', async () => {
    const { life, code, order } = await spent()
    await order(givenBack('2026-11-05T10:00:00Z'))
    const foreign = await life.order({
      id: 904,
      customer: MARA,
      currency: 'JPY',
      lines: [{ price: '900', current: 0 }],
      status: 'refunded',
      total: '0.00',
      refunds: [refundOfLine(904, { id: 3, amount: '900' })],
      codes: [code],
    })
    expect(foreign.status).not.toBe('done')
    expect(await life.balance(MARA)).toEqual({ pending: 0, available: 40, held: 0, debt: 0 })
  })
})
