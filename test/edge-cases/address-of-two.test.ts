import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { claimGuestPoints } from '../../app/loyalty/members/claim-guest-points.ts'
import { openHarness } from '../dev-store/admin-harness.ts'
import { silentAdmin } from '../support/member.ts'
import { orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

/** One customer after the other has had an address: what is asked about one of them is not answered with the other. */
const shops = useShopLife()
const shopify = openHarness({ customers: 2, orders: 0 })
vi.mock('../../app/shopify/shop-admin.ts', () => ({
  shopAdmin: async () => async (document: unknown, options?: { variables?: Record<string, unknown> }) =>
    new Response(JSON.stringify(await shopify.graphql(String(document), options?.variables))),
}))
const [mara, tilo] = shopify.store.customers.all().map(({ id, email }) => ({ id, email })) as [
  { id: number; email: string },
  { id: number; email: string },
]
const EMAIL = mara.email
const HOUR = 3_600_000
const CUPS = { price: '10.00', quantity: 3 }
const rows = async (sql: string, ...values: unknown[]) => (await shops.owner().query(sql, values)).rows

const give = (to: number) => {
  for (const one of [mara, tilo]) {
    const before = shopify.store.customers.get(one.id)
    const email = one.id === to ? EMAIL : `${one.id}@elsewhere.example`
    if (before) shopify.store.customers.put({ ...before, email })
  }
}
afterEach(() => {
  for (const { id, email } of [mara, tilo]) {
    const before = shopify.store.customers.get(id)
    if (before) shopify.store.customers.put({ ...before, email })
  }
})
async function claim(life: ShopLife, { id }: { id: number }) {
  give(id)
  life.now += HOUR
  await claimGuestPoints(life.shopId, String(id), life.now)
}
/** A guest's order under the address, placed and told an hour later than all before; its note names the address. */
async function order(life: ShopLife, id: number, change = {}) {
  life.now += HOUR
  const at = new Date(life.now).toISOString()
  const payload = orderPayload({ id, email: EMAIL, lines: [CUPS], placedAt: at })
  return life.tell('orders/create', { ...payload, note: `#${id} of ${EMAIL}`, ...change }, { at })
}
/** What Shopify tells of an order that will be set aside, with its address. */
const BROKEN = { line_items: 'none' }
const bodies = async ({ shopId }: ShopLife) =>
  (
    await rows(
      `SELECT body::json ->> 'note' AS note FROM delivery WHERE shop_id = $1 AND topic = 'orders/create' ORDER BY delivery_id`,
      shopId,
    )
  ).map(({ note }) => note?.split(' ')[0] ?? null)
const request = { customer: { id: mara.id, email: EMAIL, phone: null } }

/** Mara claims and orders, then Tilo has the address and orders. Of each one's second order nothing can be read. */
async function taken() {
  const life = await shops.open()
  await claim(life, mara)
  await order(life, 1)
  await order(life, 2, BROKEN)
  await claim(life, tilo)
  await order(life, 3)
  await order(life, 4, BROKEN)
  return life
}

describe('A11: an address that leads to somebody else', () => {
  test('A11: shows the former holder what was told while it was hers, and nothing since', async () => {
    const life = await taken()
    await rows(
      `INSERT INTO inbox (shop_id, delivery_id, attempts, not_before)
       SELECT shop_id, delivery_id, 1, now() + interval '40 minutes' FROM delivery WHERE shop_id = $1 AND body LIKE '%#4 of%'`,
      life.shopId,
    )
    await life.tell('customers/data_request', { ...request, data_request: { id: 9 } })
    const [{ messages }] = await rows(
      `SELECT export -> 'messages' AS messages FROM data_request WHERE shop_id = $1`,
      life.shopId,
    )
    const notes = messages.map(({ body }: { body: string }) => JSON.parse(body).note.split(' ')[0])
    expect(notes).toEqual(['#1', '#2'])
    await rows('DELETE FROM inbox WHERE shop_id = $1', life.shopId)
  })

  test('A11: leaves the later holder what names it when the former one is redacted', async () => {
    const life = await taken()
    const adjust = (customer: number, reason: string) =>
      adjustPoints(
        {
          shop: life.shop,
          customerId: String(customer),
          points: 5,
          reason,
          key: randomUUID(),
          actor: 'staff:1',
          now: life.now,
        },
        silentAdmin,
      )
    await adjust(mara.id, `letter to ${EMAIL}`)
    await adjust(tilo.id, `call from ${EMAIL}`)
    await adjust(tilo.id, `instead of ${mara.id}`)
    await life.tell('customers/redact', request)
    expect(await bodies(life)).toEqual([null, null, '#3', '#4'])
    const reasons = await rows(
      `SELECT reason FROM posting WHERE shop_id = $1 AND kind = 'adjustment' ORDER BY posting_id`,
      life.shopId,
    )
    expect(reasons.map(({ reason }) => reason)).toEqual(['[redacted]', `call from ${EMAIL}`, '[redacted]'])
    const statuses = await rows(
      `SELECT status FROM delivery_outcome WHERE shop_id = $1 ORDER BY delivery_id`,
      life.shopId,
    )
    expect(statuses.map(({ status }) => status)).toEqual(['ignored', 'quarantined'])
    // Once the address leads nowhere, all that names it goes.
    await life.tell('customers/redact', { customer: { id: tilo.id, email: EMAIL, phone: null } })
    expect(await bodies(life)).toEqual([null, null, null, null])
  })

  test('A11: and comes back to the former one leaves her orders hers, and is asked about', async () => {
    const life = await shops.open()
    await order(life, 1)
    await claim(life, mara)
    await order(life, 2)
    await claim(life, tilo)
    await order(life, 3)
    await life.tell('customers/redact', { customer: { id: tilo.id, email: EMAIL, phone: null } })
    const news = { id: mara.id, email: EMAIL, state: 'enabled', verified_email: true }
    await life.tell('customers/update', news)
    expect(await life.jobs('claim-guest-points')).toEqual([
      { shopId: life.shopId, customerId: String(mara.id) },
    ])
    await claim(life, mara)
    await order(life, 4)
    const owned = await rows(
      `SELECT o.order_id::int AS id FROM order_state o JOIN account a USING (shop_id, account_id)
        WHERE shop_id = $1 AND a.customer_id = $2 ORDER BY 1`,
      life.shopId,
      mara.id,
    )
    expect(owned.map(({ id }) => id)).toEqual([1, 2, 4])
  })
})

test('A11: who lost one address is asked about another that nobody has', async () => {
  const life = await shops.open()
  await claim(life, mara)
  await claim(life, tilo)
  const news = { id: mara.id, email: 'new@elsewhere.example', state: 'enabled', verified_email: true }
  await life.tell('customers/update', news)
  expect(await life.jobs('claim-guest-points')).toHaveLength(1)
})
