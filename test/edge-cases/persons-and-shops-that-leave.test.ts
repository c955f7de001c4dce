import { describe, expect, test } from 'vitest'
import { mergePayload, refundOfLine } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const CUPS = { price: '10.00', quantity: 3 }
const EMAIL = 'Mara@Beispiel.example'

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

/** What the shop's books add up to, and what the database remembers of a person. */
async function sums(life: ShopLife) {
  const [balances] = await rows(
    `SELECT sum(pending)::int AS pending, sum(available)::int AS available, sum(held)::int AS held, sum(debt)::int AS debt
       FROM balance WHERE shop_id = $1`,
    life.shopId,
  )
  const [entries] = await rows(
    'SELECT count(*)::int AS n, sum(amount)::int AS amount FROM entry WHERE shop_id = $1',
    life.shopId,
  )
  return { balances, entries }
}

async function traces(life: ShopLife, customer: number): Promise<string[]> {
  const found: string[] = []
  const look = async (what: string, sql: string) => {
    if ((await rows(sql, life.shopId, String(customer))).length > 0) found.push(what)
  }
  await look('account', 'SELECT 1 FROM account WHERE shop_id = $1 AND customer_id::text = $2')
  await look('order', `SELECT 1 FROM order_state WHERE shop_id = $1 AND facts::text LIKE '%' || $2 || '%'`)
  await look('delivery', `SELECT 1 FROM delivery WHERE shop_id = $1 AND body LIKE '%' || $2 || '%'`)
  await look('export', `SELECT 1 FROM data_request WHERE shop_id = $1 AND export::text LIKE '%' || $2 || '%'`)
  await look(
    'address',
    `SELECT 1 FROM delivery WHERE shop_id = $1 AND lower(body) LIKE '%mara@beispiel.example%' AND $2 <> ''`,
  )
  return found
}

const redact = (customer: number, orders: number[] = []) => ({
  shop_id: 1,
  customer: { id: customer, email: EMAIL, phone: '' },
  orders_to_redact: orders,
})

describe('customers/redact', () => {
  test('cuts the link and leaves every sum as it is; a second time does nothing', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 880011, email: EMAIL, lines: [CUPS] })
    await life.order({ id: 9002, customer: 880022, lines: [CUPS] })
    await life.tell('customers/data_request', {
      customer: { id: 880011, email: EMAIL, phone: '' },
      orders_requested: [],
      data_request: { id: 5 },
    })
    expect(await traces(life, 880011)).toEqual(['account', 'order', 'delivery', 'export'])
    const before = await sums(life)
    expect(await life.tell('customers/redact', redact(880011))).toMatchObject({ status: 'done' })
    expect(await sums(life)).toEqual(before)
    expect(await traces(life, 880011)).toEqual([])
    expect(await life.balance(880011)).toBeNull()
    expect(await life.panel(880011)).toMatchObject({ member: { available: 0 }, history: [] })
    expect(await life.balance(880022)).toMatchObject({ available: 30 })
    await life.tell('customers/redact', redact(880011))
    expect(await sums(life)).toEqual(before)
    expect(await traces(life, 880011)).toEqual([])
  })

  test('forgets the ids that were merged into the customer as well', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 880011, lines: [CUPS] })
    await life.order({ id: 9002, customer: 880022, lines: [CUPS] })
    await life.tell('customers/merge', mergePayload(880022, 880011))
    const before = await sums(life)
    await life.tell('customers/redact', redact(880022))
    expect(await sums(life)).toEqual(before)
    for (const id of [880011, 880022]) {
      expect((await traces(life, id)).filter((what) => what !== 'delivery')).toEqual([])
      expect(await life.balance(id)).toBeNull()
    }
  })

  test('of the one who was merged away leaves the one who stayed', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 880011, lines: [CUPS] })
    await life.order({ id: 9002, customer: 880022, lines: [CUPS] })
    await life.tell('customers/merge', mergePayload(880022, 880011))
    await life.tell('customers/redact', redact(880011))
    expect(await traces(life, 880011)).toEqual([])
    expect(await life.balance(880022)).toMatchObject({ available: 60 })
  })

  test('forgets what waits under the address as a guest', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, email: EMAIL, lines: [CUPS] })
    const before = await sums(life)
    await life.tell('customers/redact', redact(880011))
    expect(await sums(life)).toEqual(before)
    expect(
      await rows('SELECT 1 FROM account WHERE shop_id = $1 AND guest_hash IS NOT NULL', life.shopId),
    ).toEqual([])
    expect(
      await rows(
        `SELECT 1 FROM order_state WHERE shop_id = $1 AND facts ->> 'guestHash' IS NOT NULL`,
        life.shopId,
      ),
    ).toEqual([])
  })

  test('a refund of a redacted order still takes its points', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 880011, lines: [CUPS] })
    await life.tell('customers/redact', redact(880011))
    await life.order({
      id: 9001,
      customer: null,
      lines: [{ ...CUPS, current: 0 }],
      refunds: [refundOfLine(9001, { id: 1, amount: '30.00', quantity: 3 })],
      status: 'refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect((await sums(life)).balances).toMatchObject({ available: 0, debt: 0 })
  })
})

describe('customers/data_request', () => {
  test('keeps everything for the merchant to hand on, of merged ids too; again replaces it', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 11, lines: [CUPS] })
    await life.order({ id: 9002, customer: 22, lines: [{ price: '5.00' }] })
    await life.tell('customers/merge', mergePayload(22, 11))
    const request = {
      customer: { id: 11, email: EMAIL, phone: '' },
      orders_requested: [9001],
      data_request: { id: 77 },
    }
    await life.tell('customers/data_request', request)
    await life.tell('customers/data_request', request)
    const found = await rows('SELECT export FROM data_request WHERE shop_id = $1', life.shopId)
    expect(found).toHaveLength(1)
    const { export: all } = found[0]
    expect(all).toMatchObject({ customer: '11', balance: { available: 35 } })
    expect(all.orders.map((one: { name: string; points: number }) => [one.name, one.points])).toEqual([
      ['#9001', 30],
      ['#9002', 5],
    ])
    expect(all.entries.length).toBeGreaterThanOrEqual(4)
    expect(JSON.stringify(all)).not.toContain('@')
  })

  test('of somebody unknown is answered with nothing', async () => {
    const life = await shops.open()
    const request = { customer: { id: 4711 }, orders_requested: [], data_request: { id: 78 } }
    expect(await life.tell('customers/data_request', request)).toMatchObject({ status: 'done' })
    const [found] = await rows('SELECT export, account_id FROM data_request WHERE shop_id = $1', life.shopId)
    expect(found).toMatchObject({
      account_id: null,
      export: { customer: '4711', balance: null, orders: null },
    })
  })
})

describe('whose shop a delivery is about', () => {
  const victim = 'victim.myshopify.com'

  test.each<[string, object]>([
    ['shop/redact', { shop_id: 1, shop_domain: victim }],
    ['shop/redact', { shop_id: 1, shop_domain: null }],
    ['shop/redact', { id: 11, admin_graphql_api_id: 'gid://shopify/Customer/11' }],
    ['customers/redact', { ...redact(11), shop_domain: victim }],
    ['customers/data_request', { shop_domain: victim, customer: { id: 11 }, data_request: { id: 7 } }],
    ['app/uninstalled', { id: 1, myshopify_domain: victim }],
    ['shop/update', { id: 1, myshopify_domain: victim, name: 'Laden', taxes_included: true }],
  ])('A1: a %s whose body names another shop than its header is set aside: %j', async (topic, payload) => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 11, lines: [CUPS] })
    // What the harness adds to a body that names no shop.
    const bare = 'shop_domain' in payload ? payload : { shop_domain: undefined, ...payload }
    const ending = await life.tell(topic, bare, { at: '2026-12-10T12:00:00Z' })
    expect(ending.status).toBe('quarantined')
    expect(ending.reason).toContain(`it must be "${life.shop.domain}" as in the header of the delivery`)
    expect(await life.balance(11)).toMatchObject({ available: 30 })
    const [shop] = await rows('SELECT name, uninstalled_at FROM shop WHERE shop_id = $1', life.shopId)
    expect(shop).toEqual({ name: life.shop.name, uninstalled_at: null })
  })
})

describe('customers/delete', () => {
  test('changes nothing: points stay until the customer asks for erasure', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 11, lines: [CUPS] })
    expect(await life.tell('customers/delete', { id: 11 })).toEqual({
      status: 'ignored',
      reason: 'Points stay until the customer asks for erasure',
    })
    expect(await life.balance(11)).toMatchObject({ available: 30 })
  })
})

describe('shop/redact', () => {
  const REDACTED_AT = '2026-12-10T12:00:00Z'

  async function uninstalled(life: ShopLife, at: string) {
    await shops
      .owner()
      .query('UPDATE shop SET installed_at = $2, uninstalled_at = $3 WHERE shop_id = $1', [
        life.shopId,
        '2026-01-01T00:00:00Z',
        at,
      ])
  }
  const tables = async (life: ShopLife) => {
    const counts: Record<string, number> = {}
    for (const table of [
      'shop',
      'account',
      'balance',
      'entry',
      'posting',
      'lot',
      'order_state',
      'program',
      'delivery',
    ]) {
      const [count] = await rows(`SELECT count(*)::int AS n FROM ${table} WHERE shop_id = $1`, life.shopId)
      counts[table] = count.n
    }
    return counts
  }

  test('forgets the whole shop and nobody else, and does nothing when it comes again', async () => {
    const [life, other] = [await shops.open(), await shops.open()]
    await life.order({ id: 9001, customer: 11, lines: [CUPS] })
    await other.order({ id: 9001, customer: 11, lines: [CUPS] })
    await uninstalled(life, '2026-12-08T12:00:00Z')
    const body = { shop_id: 1, shop_domain: life.shop.domain }
    await life.tell('shop/redact', body, { at: REDACTED_AT })
    expect(new Set(Object.values(await tables(life)))).toEqual(new Set([0]))
    expect(await other.balance(11)).toMatchObject({ available: 30 })
    expect(await life.tell('shop/redact', body, { at: REDACTED_AT })).toEqual({
      status: 'ignored',
      reason: `The app is not installed in ${life.shop.domain}`,
    })
  })

  test.each([
    ['installed again within the 48 hours', null],
    ['installed again and removed again since', '2026-12-11T00:00:00Z'],
  ])('spares a shop that was %s', async (_, uninstalledAt) => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: 11, lines: [CUPS] })
    if (uninstalledAt) await uninstalled(life, uninstalledAt)
    const before = await tables(life)
    const body = { shop_id: 1, shop_domain: life.shop.domain }
    expect(await life.tell('shop/redact', body, { at: REDACTED_AT })).toEqual({
      status: 'ignored',
      reason: 'The app was installed again since',
    })
    expect({ ...(await tables(life)), delivery: 0 }).toEqual({ ...before, delivery: 0 })
    expect(await life.balance(11)).toMatchObject({ available: 30 })
  })
})
