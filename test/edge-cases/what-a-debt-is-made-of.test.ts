import { expect, test } from 'vitest'
import { openMemberPage } from '../../app/loyalty/surfaces/read-member-page.ts'
import { disputePayload, type OrderOptions } from '../support/order-payload.ts'
import { type ShopLife, SMALL_REWARD, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const noAdmin = (async () => {
  throw new Error('Shopify is away')
}) as never

const debtOf = async (life: ShopLife, customer: number, language: 'de' | 'en' = 'de') => {
  const page = await openMemberPage(life.shop, noAdmin, String(customer), language, life.now)
  const debt = page?.member.debt
  return debt && { lines: debt.lines.map(({ title, points }) => [title, points]), older: debt.older }
}

/** Four orders of ten points each, all but a few spent on two codes. */
async function spender(life: ShopLife, customer: number): Promise<OrderOptions[]> {
  const first = customer * 10
  const orders = [1, 2, 3, 4].map(
    (n): OrderOptions => ({ id: first + n, customer, lines: [{ price: '10.00' }] }),
  )
  for (const order of orders) await life.order(order)
  for (const n of [5, 6]) {
    const { code } = await life.redeem(customer, 'small')
    await life.order({ id: first + n, customer, lines: [{ price: '1.00' }], codes: [code] })
  }
  return orders
}
const cancelled = (order: OrderOptions | undefined, day: number): OrderOptions => ({
  ...(order as OrderOptions),
  cancelledAt: `2026-12-0${day}T10:00:00Z`,
  updatedAt: `2026-12-0${day}T10:00:00Z`,
})

test('a debt names the lines it comes from: a cancellation, a chargeback, an edited order', async () => {
  const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
  const [a, b, c] = await spender(life, 1)
  expect(await debtOf(life, 1)).toBeNull()
  const spare = (await life.balance(1))?.available ?? 0
  await life.order(cancelled(a, 1))
  await life.tell('disputes/create', disputePayload({ id: 8, order: Number(b?.id), status: 'lost' }))
  await life.order({
    ...(c as OrderOptions),
    lines: [{ price: '4.00' }],
    updatedAt: '2026-12-03T10:00:00Z',
  })
  expect(await debtOf(life, 1)).toEqual({
    lines: [
      ['Bestellung #13 neu berechnet', 6],
      ['Zahlung zu Bestellung #12 zurückgebucht', 10],
      ['Bestellung #11 storniert', 10 - spare],
    ],
    older: 0,
  })
  expect((await debtOf(life, 1, 'en'))?.lines[1]).toEqual(['Payment of order #12 charged back', 10])
})

test('what new points have settled is no longer named', async () => {
  const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
  const [a, b] = await spender(life, 2)
  await life.order(cancelled(a, 1))
  await life.order(cancelled(b, 2))
  await life.order({ id: 29, customer: 2, lines: [{ price: '12.00' }] })
  const debt = (await life.balance(2))?.debt ?? 0
  expect(debt).toBeLessThan(10)
  expect(await debtOf(life, 2)).toEqual({ lines: [['Bestellung #22 storniert', debt]], older: 0 })
})

test('a debt that came with a merged customer is told as that, in the list and in the history', async () => {
  const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
  const [a] = await spender(life, 3)
  await life.order(cancelled(a, 1))
  const debt = (await life.balance(3))?.debt ?? 0
  await life.tell('customers/create', { id: 4 })
  await life.tell('customers/merge', {
    admin_graphql_api_customer_kept_id: 'gid://shopify/Customer/4',
    admin_graphql_api_customer_deleted_id: 'gid://shopify/Customer/3',
    admin_graphql_api_job_id: null,
    status: 'completed',
    errors: [],
  })
  expect(await debtOf(life, 4)).toEqual({ lines: [['Aus einem zusammengeführten Konto', debt]], older: 0 })
  const told = (await life.history(4)).flatMap(({ detail }) => detail)
  expect(told).toContain(
    `Rückstand des früheren Kontos: ${debt} Punkte. Diese werden mit den nächsten Punkten verrechnet.`,
  )
  expect(told.join(' ')).not.toContain('gleichen einen Rückstand aus')
})
