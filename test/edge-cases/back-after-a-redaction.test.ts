import { beforeEach, describe, expect, test, vi } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { askForGuestPoints, claimGuestPoints } from '../../app/loyalty/members/claim-guest-points.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { redactAgain } from '../../app/loyalty/upkeep/redact-again.ts'
import { guestHash, orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { openHarness } from '../dev-store/admin-harness.ts'
import { mergePayload, type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

/**
 * Who was redacted and comes back: with a new number and the address that she had, or with the number itself. What she
 * ordered before stays nobody's for ever, and what she orders from her return on is hers, in whatever order it is told.
 */
const shops = useShopLife()
const shopify = openHarness({ customers: 2, orders: 0 })
vi.mock('../../app/shopify/shop-admin.ts', () => ({
  shopAdmin: async () => async (document: unknown, options?: { variables?: Record<string, unknown> }) =>
    new Response(JSON.stringify(await shopify.graphql(String(document), options?.variables))),
}))
/** Signed up again: a new number, and her old address. */
const [anew, other] = shopify.store.customers.all().map(({ id, email }) => ({ id, email })) as [
  { id: number; email: string },
  { id: number; email: string },
]
const MARA = 7_700_990_011
const EMAIL = anew.email
const CUPS = { price: '10.00', quantity: 3 }
const MINUTE = 60_000
const FORGOTTEN = Date.parse('2026-12-10T12:00:00Z')
const at = (minutes: number) => new Date(FORGOTTEN + minutes * MINUTE).toISOString()

const rows = async (sql: string, ...values: unknown[]) => (await shops.owner().query(sql, values)).rows
const open = (program = {}) => shops.open({ from: '2026-10-01T00:00:00Z', program })
const redact = async (life: ShopLife, id = MARA) => {
  life.now = Math.max(life.now, FORGOTTEN)
  await life.tell('customers/redact', { customer: { id, email: EMAIL, phone: null } })
}
/** By everything that reads an order again without a delivery: reconciliation, imports, labels. */
const read = ({ shopId, now }: ShopLife, order: OrderOptions, past?: 'award') => {
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(order))), shopId)
  return acrossShops((tx) =>
    settleOrders(tx, [{ shopId, facts, origin: 'read', ...(past && { past }) }], now),
  )
}
/** The customer in whose account each order is; "forgotten": in none, and it names nobody. */
async function ownersOf({ shopId }: ShopLife): Promise<Record<string, string>> {
  const found = await rows(
    `SELECT o.order_id::text AS id, a.account_id, a.customer_id::text AS customer, a.guest_hash AS guest,
            coalesce(o.facts ->> 'customerId', o.facts ->> 'guestHash') AS name
       FROM order_state o LEFT JOIN account a USING (shop_id, account_id) WHERE o.shop_id = $1 ORDER BY 1`,
    shopId,
  )
  const whose = ({ customer, guest, name }: (typeof found)[number]) =>
    customer ?? (guest ? 'guest' : name === null ? 'forgotten' : `names ${name}`)
  return Object.fromEntries(found.map((row) => [row.id, whose(row)]))
}

beforeEach(() => expect(guestHash(1, EMAIL)).not.toBeNull())

const WHEN = { 'a minute before': -1, 'within the ten minutes': 4, 'an hour after': 60 }
describe.each(Object.entries(WHEN))('A11: an address claimed %s its redaction', (_, claimed) => {
  const placed = [-30, -0.5, 2, 6, 9, 30, 90]
  // Who has shown before that it is hers: nothing of hers is forgotten. Else what is placed after the ten minutes, or
  // after she has shown it, is hers.
  const isHers = (minutes: number) => claimed < 0 || minutes > 10 || minutes >= claimed

  test.each([
    ['as it happens', false],
    ['once it is all over', true],
  ])('A11: leads to her from then on, orders told %s', async (_, late) => {
    const life = await open()
    const orders = placed.map((minutes, i) => ({
      at: late ? 200 : minutes,
      run: () =>
        life.order({ id: i + 1, email: EMAIL, lines: [CUPS], placedAt: at(minutes), updatedAt: at(minutes) }),
    }))
    const steps = [
      { at: 0, run: () => redact(life) },
      // As the panel does, and the job that it asks for.
      {
        at: claimed,
        run: async () => {
          await askForGuestPoints(life.shopId, String(anew.id), life.now)
          await claimGuestPoints(life.shopId, String(anew.id), life.now)
        },
      },
      ...orders,
      // Everything is told once more, as a newer state.
      ...placed.map((minutes, i) => ({
        at: 300,
        run: () =>
          life.order({ id: i + 1, email: EMAIL, lines: [CUPS], placedAt: at(minutes), updatedAt: at(300) }),
      })),
    ]
    for (const { at: minutes, run } of steps.toSorted((a, b) => a.at - b.at)) {
      life.now = FORGOTTEN + minutes * MINUTE
      await run()
    }
    expect(await ownersOf(life)).toEqual(
      Object.fromEntries(
        placed.map((minutes, i) => [String(i + 1), isHers(minutes) ? String(anew.id) : 'forgotten']),
      ),
    )
    expect(await redactAgain()).toBe(0)
  })
})

test('A11: an address that she had left and that had been claimed is forgotten, too', async () => {
  const life = await open()
  life.now = FORGOTTEN - MINUTE
  await claimGuestPoints(life.shopId, String(anew.id), life.now)
  // The request names the address that she had last.
  life.now = FORGOTTEN
  await life.tell('customers/redact', { customer: { id: anew.id, email: 'neu@beispiel.example' } })
  await life.order({ id: 1, email: EMAIL, lines: [CUPS], placedAt: at(-60) })
  expect(await ownersOf(life)).toEqual({ 1: 'forgotten' })
})

describe('A11: after the return of a person', () => {
  const order = (id: number, minutes: number, told = minutes): OrderOptions => ({
    id,
    customer: MARA,
    email: EMAIL,
    lines: [CUPS],
    placedAt: at(minutes),
    updatedAt: at(told),
  })
  /** Order 1 was known, 2 comes between redaction and return, 3 is placed when she is back. */
  async function comeBack(program = {}) {
    const life = await open(program)
    life.now = FORGOTTEN
    await life.order(order(1, -600))
    await redact(life)
    await life.order(order(2, -500))
    life.now = FORGOTTEN + 90 * MINUTE
    await life.order(order(3, 60))
    return life
  }
  const AFTER = { 1: 'forgotten', 2: 'forgotten', 3: String(MARA) }

  test.each<[string, (life: ShopLife, order: OrderOptions) => Promise<unknown>]>([
    // Payments, refunds and fulfilments are told by it, too: the app takes no other topics of orders.
    ['orders/updated', (life, one) => life.order(one)],
    ['orders/create', (life, one) => life.tell('orders/create', orderPayload(one))],
    ['reconciliation', (life, one) => read(life, one)],
    ['an import of past orders', (life, one) => read(life, one, 'award')],
  ])('A11: an order of before stays nobody’s when %s tells it', async (_, tellOf) => {
    const life = await comeBack()
    expect(await ownersOf(life)).toEqual(AFTER)
    for (const id of [1, 2]) await tellOf(life, order(id, -600 + 100 * (id - 1), 95))
    // One that nobody had heard of.
    await tellOf(life, order(4, -400))
    expect(await ownersOf(life)).toEqual({ ...AFTER, 4: 'forgotten' })
    expect(await life.balance(MARA)).toMatchObject({ pending: 30, available: 0 })
    expect(await redactAgain()).toBe(0)
  })

  test('A11: and for ever, where it was known, while of others nothing can be told after thirty days', async () => {
    const life = await comeBack()
    await rows('DELETE FROM forgotten_person WHERE shop_id = $1', life.shopId)
    for (const id of [1, 2]) await life.order(order(id, -600 + 100 * (id - 1), 95))
    expect(await ownersOf(life)).toEqual(AFTER)
    await life.order(order(4, -400))
    expect(await ownersOf(life)).toEqual({ ...AFTER, 4: String(MARA) })
  })

  test('A11: of two orders that come together each is looked at by itself', async () => {
    const life = await comeBack()
    await life.orders([order(5, -300), order(6, 80)])
    expect(await ownersOf(life)).toEqual({ ...AFTER, 5: 'forgotten', 6: String(MARA) })
  })

  test('A11: the same holds for who is back by two orders that come together', async () => {
    const life = await open()
    await redact(life)
    life.now = FORGOTTEN + 90 * MINUTE
    await life.orders([order(5, -300), order(6, 80)])
    expect(await ownersOf(life)).toEqual({ 5: 'forgotten', 6: String(MARA) })
  })

  test('A11: an order stays nobody’s when she is merged into somebody else, and his stay his', async () => {
    const life = await comeBack()
    await life.order({ ...order(7, -200), customer: other.id, email: other.email })
    await life.tell('customers/merge', mergePayload(other.id, MARA), { at: at(92) })
    for (const id of [1, 2]) await life.order(order(id, -600 + 100 * (id - 1), 95))
    await life.order(order(4, -400))
    const his = String(other.id)
    expect(await ownersOf(life)).toEqual({ ...AFTER, 3: his, 4: 'forgotten', 7: his })
  })

  test('A11: what she did before gives no points', async () => {
    const sources = [{ source: 'newsletter' as const, points: 50, active: true, confirmedOnly: true }]
    const life = await comeBack({ sources })
    const consent = (minutes: number) =>
      life.tell('customers_email_marketing_consent/update', {
        customer_id: MARA,
        email_marketing_consent: {
          state: 'subscribed',
          opt_in_level: 'confirmed_opt_in',
          consent_updated_at: at(minutes),
        },
      })
    expect(await consent(-60)).toMatchObject({ status: 'ignored' })
    expect(await life.balance(MARA)).toMatchObject({ available: 0 })
    await consent(70)
    expect(await life.balance(MARA)).toMatchObject({ available: 50 })
  })

  test('A11: a second redaction forgets what she had since, and the next return counts from it', async () => {
    const life = await comeBack()
    life.now = FORGOTTEN + 100 * MINUTE
    await redact(life)
    await life.order(order(3, 60, 101))
    await life.order(order(8, 70, 101))
    expect(await ownersOf(life)).toEqual({ ...AFTER, 3: 'forgotten', 8: 'forgotten' })
    life.now = FORGOTTEN + 200 * MINUTE
    await life.order(order(9, 150))
    await life.order(order(8, 70, 160))
    expect(await ownersOf(life)).toEqual({ ...AFTER, 3: 'forgotten', 8: 'forgotten', 9: String(MARA) })
  })

  test('A11: the audit finds an order of before that is hers, and one that names her', async () => {
    const life = await comeBack()
    const broken = async () =>
      (await acrossShops(auditLedger)).flatMap((one) =>
        one.violations ? [[one.invariant, one.violations]] : [],
      )
    expect(await broken()).toEqual([])
    const name = `UPDATE order_state SET facts = (facts::jsonb || jsonb_build_object('customerId', $2::text))::json
                   WHERE shop_id = $1 AND order_id = $3`
    await rows(name, life.shopId, String(MARA), 2)
    expect(await broken()).toEqual([[16, 1]])
    expect(await redactAgain()).toBe(1)
    expect(await broken()).toEqual([])
    await rows(
      'UPDATE order_state SET placed_at = $2 WHERE shop_id = $1 AND order_id = 3',
      life.shopId,
      at(-1),
    )
    expect(await broken()).toEqual([[16, 1]])
    await rows(
      'UPDATE order_state SET placed_at = $2 WHERE shop_id = $1 AND order_id = 3',
      life.shopId,
      at(60),
    )
  })
})

test('A11: of who had been merged away and is redacted, the orders stay with the one who was kept', async () => {
  const life = await open()
  life.now = FORGOTTEN
  await life.order({ id: 1, customer: MARA, lines: [CUPS], placedAt: at(-600) })
  await life.tell('customers/merge', mergePayload(other.id, MARA), { at: at(-300) })
  await redact(life)
  await life.order({ id: 1, customer: MARA, lines: [CUPS], placedAt: at(-600), updatedAt: at(5) })
  life.now = FORGOTTEN + 90 * MINUTE
  await life.order({ id: 2, customer: MARA, lines: [CUPS], placedAt: at(60) })
  await life.order({ id: 1, customer: MARA, lines: [CUPS], placedAt: at(-600), updatedAt: at(70) })
  expect(await ownersOf(life)).toEqual({ 1: String(other.id), 2: String(MARA) })
})
