import { describe, expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import type { Tx } from '../../app/db/tx.ts'
import { redactCustomer } from '../../app/loyalty/upkeep/redact-customer.ts'
import { tidyUp } from '../../app/loyalty/upkeep/tidy-up.ts'
import { mergePayload, orderPayload } from '../support/order-payload.ts'
import { workOff } from '../support/work-off.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const CUPS = { price: '10.00', quantity: 3 }
const [MARA, OTHER] = [7_700_880_011, 7_700_880_022]
const EMAIL = 'Mara.Müller@Käse.example'
const redact = { customer: { id: MARA, email: EMAIL, phone: '+49 170 1234567' } }

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

async function exported(life: ShopLife, customer: { id: number; email?: string | null }) {
  await life.tell('customers/data_request', { customer, data_request: { id: 6 } })
  const [{ export: all }] = await rows('SELECT export FROM data_request WHERE shop_id = $1', life.shopId)
  return all
}

describe('A11: a request to hand on finds what a request to forget would', () => {
  test('A11: what waits under the address as a guest', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, email: EMAIL, lines: [CUPS] })
    const all = await exported(life, { id: MARA, email: EMAIL })
    expect(all).toMatchObject({
      customer: String(MARA),
      balance: null,
      guests: [{ balance: { available: 30 } }],
    })
    expect(all.orders.map((one: { name: string }) => one.name)).toEqual(['#9001'])
    expect(all.entries.length).toBeGreaterThan(0)
    await life.tell('customers/redact', redact)
    expect(await rows('SELECT FROM data_request WHERE shop_id = $1', life.shopId)).toEqual([])
  })

  test('A11: beside the account of the customer, and what was merged into it', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
    await life.order({ id: 9002, customer: OTHER, lines: [{ price: '5.00' }] })
    await life.tell('customers/merge', mergePayload(MARA, OTHER))
    await life.order({ id: 9003, email: EMAIL, lines: [{ price: '7.00' }] })
    await life.order({ id: 9004, email: 'anna@beispiel.example', lines: [CUPS] })
    const all = await exported(life, { id: MARA, email: EMAIL })
    expect(all).toMatchObject({ balance: { available: 35 }, guests: [{ balance: { available: 7 } }] })
    expect(all.orders.map((one: { name: string }) => one.name)).toEqual(['#9001', '#9002', '#9003'])
    expect(await exported(life, { id: MARA })).toMatchObject({ balance: { available: 35 }, guests: null })
  })

  test.each([
    'mara.müller@xn--kse-qla.example',
    'mara.mu\u0308ller@ka\u0308se.example',
    'MARA.MÜLLER@KÄSE.EXAMPLE',
  ])('A11: under the address as %j, too', async (email) => {
    const life = await shops.open()
    await life.order({ id: 9001, email: EMAIL, lines: [CUPS] })
    expect((await exported(life, { id: MARA, email })).guests).toHaveLength(1)
    await life.tell('customers/redact', { customer: { id: MARA, email } })
    expect(
      await rows('SELECT FROM account WHERE shop_id = $1 AND guest_hash IS NOT NULL', life.shopId),
    ).toEqual([])
  })

  test('A11: lines of files about her', async () => {
    const life = await shops.open()
    await file(life, [
      { customer: MARA, reason: 'Umzug' },
      { customer: OTHER, reason: 'Umzug' },
      { customer: null, value: 'MARA.MÜLLER@käse.example' },
    ])
    const all = await exported(life, { id: MARA, email: EMAIL })
    expect(all.lines.map(({ line }: { line: number }) => line)).toEqual([1, 3])
  })
})

/** An order of somebody else's, by its name and the title of its line. */
function named(name: string, title: string) {
  const order = orderPayload({ id: 9002, customer: OTHER, lines: [CUPS] }) as { line_items: object[] }
  return { ...order, name, line_items: order.line_items.map((line) => ({ ...line, title })) }
}

/** An uploaded file of which no line has been posted. */
async function file(life: ShopLife, lines: { customer: number | null; reason?: string; value?: string }[]) {
  await rows(
    `WITH b AS (INSERT INTO bulk_batch (shop_id, kind, status, file_name, created_by, lines)
                VALUES ($1, 'adjustment', 'ready', 'viele.csv', 'staff:1', $2) RETURNING shop_id, batch_id)
     INSERT INTO bulk_line (shop_id, batch_id, line, status, customer_id, points, reason, problem, value)
     SELECT b.shop_id, b.batch_id, n, CASE WHEN value IS NULL THEN 'ready' ELSE 'wrong' END, customer, 5, reason,
            CASE WHEN value IS NOT NULL THEN 'email-invalid' END, value
       FROM b, unnest($3::bigint[], $4::text[], $5::text[]) WITH ORDINALITY AS l (customer, reason, value, n)`,
    life.shopId,
    lines.length,
    lines.map(({ customer }) => customer),
    lines.map(({ reason }) => reason ?? null),
    lines.map(({ value }) => value ?? null),
  )
}

const WRITINGS = [
  'wie MARA.MÜLLER@KÄSE.EXAMPLE',
  'wie mara.mu\u0308ller@ka\u0308se.example',
  '_mara.müller@käse.example_',
  'an mara.müller@käse.example.Danke',
  'mara.müller@käse.example-Konto',
  'https://x.example/?m=mara.m%C3%BCller%40k%C3%A4se.example',
  'mara.müller@xn--kse-qla.example',
  'Tel. 0170–123–4567',
  'Tel. 0170\u00a0123\u202f4567',
]
const NOBODY = ['wie tamara.müller@käse.example', 'mara.müller@käse.example.org', 'Kulanz']

describe('A11: however a person is named', () => {
  test.each(WRITINGS)(
    'A11: a redaction finds her in files, notes, orders, messages and deliveries: %j',
    async (text) => {
      const life = await shops.open()
      const { shopId } = life
      await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
      await life.tell('orders/updated', named(text.slice(0, 60), text))
      await file(life, [
        { customer: OTHER, reason: text },
        { customer: OTHER, reason: NOBODY[0] },
        { customer: null, value: text.slice(0, 60) },
        { customer: null, value: NOBODY[1] },
      ])
      for (const [version, note] of [text, ...NOBODY].entries())
        await rows(
          `INSERT INTO program (shop_id, version, document, effective_from, published_by, note)
         SELECT shop_id, $2, document, effective_from, published_by, $3 FROM program WHERE shop_id = $1 AND version = 1`,
          shopId,
          version + 50,
          note,
        )
      await rows(
        `WITH r AS (INSERT INTO reconciliation (shop_id, read_from) VALUES ($1, now()) RETURNING shop_id, reconciliation_id)
       INSERT INTO reconciliation_finding (shop_id, reconciliation_id, order_id, order_name, why, points_after)
       SELECT r.*, 1, $2, 'paid', 0 FROM r`,
        shopId,
        text.slice(0, 60),
      )
      expect(await life.tell('customers/redact', redact)).toMatchObject({ status: 'done' })
      const notes = await rows(
        `SELECT note FROM program WHERE shop_id = $1 AND version >= 50 ORDER BY version`,
        shopId,
      )
      expect(notes.map(({ note }) => note)).toEqual(['[redacted]', ...NOBODY])
      const lines = await rows(
        'SELECT line::int, reason, value FROM bulk_line WHERE shop_id = $1 ORDER BY line',
        shopId,
      )
      expect(lines).toEqual([
        { line: 1, reason: '[redacted]', value: null },
        { line: 2, reason: NOBODY[0], value: null },
        { line: 4, reason: null, value: NOBODY[1] },
      ])
      const [order] = await rows(
        `SELECT name, facts ->> 'name' AS told, facts -> 'lines' -> 0 ->> 2 AS title, facts ->> 'customerId' AS customer,
              worth::int FROM order_state WHERE shop_id = $1 AND order_id = 9002`,
        shopId,
      )
      const mark = '[redacted]'
      expect(order).toEqual({ name: mark, told: mark, title: mark, customer: String(OTHER), worth: 30 })
      const [finding] = await rows('SELECT order_name FROM reconciliation_finding WHERE shop_id = $1', shopId)
      expect(finding.order_name).toBe(mark)
      const bodies = await rows(`SELECT body FROM delivery WHERE shop_id = $1 AND body <> '{}'`, shopId)
      expect(bodies).toEqual([])
      // What others have is left, and what Shopify tells of the order next is settled as ever.
      await life.order({ id: 9002, customer: OTHER, lines: [CUPS], updatedAt: '2026-11-06T10:00:00Z' })
      expect(await life.balance(OTHER)).toMatchObject({ available: 30 })
    },
  )

  test('A11: what was kept cut through her address or number goes as well', async () => {
    const life = await shops.open()
    const long = 'bitte die Punkte umbuchen auf das Konto mit der Adresse '
    const cut = [
      `${long.slice(12)}${EMAIL}`,
      `${long.slice(0, 50)}${MARA}`,
      `${long.slice(0, 45)} 0170 1234567`,
    ].map((text) => text.slice(0, 60))
    await life.tell('orders/updated', named(cut[1] ?? '', 'Kaffee'))
    await file(
      life,
      [...cut, long].map((value) => ({ customer: null, value })),
    )
    await life.tell('customers/update', { id: OTHER, updated_at: 'x'.repeat(57) + EMAIL, state: 'enabled' })
    await rows(
      `INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
       SELECT shop_id, delivery_id, 'quarantined', $2, 1 FROM delivery WHERE shop_id = $1 AND topic = 'customers/update'
       ON CONFLICT (shop_id, delivery_id) DO UPDATE SET reason = excluded.reason`,
      life.shopId,
      `email is ${JSON.stringify(`${'wie '.repeat(12)}${EMAIL}`).slice(0, 60)}; it must be text`,
    )
    await life.tell('customers/redact', redact)
    const lines = await rows('SELECT value FROM bulk_line WHERE shop_id = $1', life.shopId)
    expect(lines).toEqual([{ value: long }])
    const [order] = await rows(
      'SELECT name FROM order_state WHERE shop_id = $1 AND order_id = 9002',
      life.shopId,
    )
    expect(order.name).toBe('[redacted]')
    const reasons = await rows('SELECT reason FROM delivery_outcome WHERE shop_id = $1', life.shopId)
    expect(reasons).toEqual([{ reason: '[redacted]' }])
  })
})

test('A11: a redaction asks the database about stored deliveries in proportion to their number', async () => {
  const life = await shops.open()
  const padding = JSON.stringify(orderPayload({ id: 9001, customer: OTHER, lines: [CUPS] }))
  const store = (count: number) =>
    rows(
      `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
       SELECT $1, gen_random_uuid(), 'orders/updated', 'x', $3 || n || ' ' || CASE WHEN n % 100 = 0 THEN $4 ELSE '' END
         FROM generate_series(1, $2::int) n`,
      life.shopId,
      count,
      padding,
      EMAIL,
    )
  const statements = async () => {
    let asked = 0
    await acrossShops(async (tx) => {
      const counting = {
        query: (...question: Parameters<Tx['query']>) => {
          asked++
          return tx.query(...question)
        },
      } as Tx
      const delivery = {
        shopId: life.shopId,
        deliveryId: 0,
        shopDomain: 'x',
        topic: 'customers/redact',
        body: '{}',
      }
      await redactCustomer(
        counting,
        { ...delivery, shopErased: false, triggeredAt: null, attempts: 0, linkCut: false },
        redact,
        life.now,
      )
    })
    return asked
  }
  await rows('DELETE FROM inbox WHERE shop_id = $1', life.shopId)
  const before = await statements()
  await store(Math.ceil(2 ** 20 / padding.length))
  await rows('DELETE FROM inbox WHERE shop_id = $1', life.shopId)
  const [{ n }] = await rows('SELECT count(*)::int AS n FROM delivery WHERE shop_id = $1', life.shopId)
  expect((await statements()) - before).toBeLessThanOrEqual(Math.ceil(n / 50))
  const found = await rows(`SELECT FROM delivery WHERE shop_id = $1 AND body = '{}'`, life.shopId)
  expect(found).toHaveLength(Math.floor(n / 100))
  expect(
    await rows('SELECT FROM delivery WHERE shop_id = $1 AND body LIKE $2', life.shopId, `%${EMAIL}%`),
  ).toEqual([])
})

describe('A11: a request that does not say whom it is about', () => {
  const unreadable: [string, unknown, string][] = [
    ['a list', [{ id: MARA, email: EMAIL }], 'customer is a list; it must be an object'],
    [
      'nothing',
      {},
      'customer is an object; it must be somebody with an id, an e-mail address or a telephone number',
    ],
    ['empty words', { id: null, email: ' ', phone: '' }, 'customer is an object; it must be somebody with'],
    ['a list of addresses', { id: MARA, email: [EMAIL] }, 'customer.email is a list; it must be text'],
    [
      'an object as number',
      { id: MARA, email: EMAIL, phone: {} },
      'customer.phone is an object; it must be text',
    ],
  ]
  test.each(unreadable)(
    'A11: is set aside with its reason, and nothing is done by halves: %s',
    async (_, customer, reason) => {
      const life = await shops.open()
      await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
      await life.order({ id: 9002, email: EMAIL, lines: [CUPS] })
      for (const [topic, more] of [
        ['customers/redact', {}],
        ['customers/data_request', { data_request: { id: 6 } }],
      ] as const) {
        const ending = await life.tell(topic, { customer, ...more })
        expect(ending.status).toBe('quarantined')
        // To hand something on, Shopify's number is needed in any case.
        if (topic === 'customers/redact') expect(ending.reason).toContain(reason)
      }
      const named = await rows(
        'SELECT FROM account WHERE shop_id = $1 AND (customer_id IS NOT NULL OR guest_hash IS NOT NULL)',
        life.shopId,
      )
      expect(named).toHaveLength(2)
      expect(await rows('SELECT FROM data_request WHERE shop_id = $1', life.shopId)).toEqual([])
    },
  )

  test('A11: by a telephone number as JSON’s number, or by an address alone, it does', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: OTHER, email: EMAIL, lines: [CUPS] })
    await file(life, [{ customer: OTHER, reason: 'Tel. 49 170 1234567' }])
    expect(await life.tell('customers/redact', { customer: { phone: 491701234567 } })).toMatchObject({
      status: 'done',
    })
    expect(await rows('SELECT reason FROM bulk_line WHERE shop_id = $1', life.shopId)).toEqual([
      { reason: '[redacted]' },
    ])
    expect(await life.tell('customers/redact', { customer: { email: EMAIL } })).toMatchObject({
      status: 'done',
    })
  })
})

describe('A11: a request to redact that cannot be worked off', () => {
  const asked = (life: ShopLife, days = 0) =>
    rows(
      `SELECT d.body FROM delivery d WHERE d.topic = 'customers/redact' AND d.shop_domain = $1
          AND received_at > now() - make_interval(days => $2)`,
      life.shop.domain,
      days + 1,
    )

  test('A11: of a shop that is not here is emptied at once', async () => {
    const life = await shops.open()
    await life.tell('customers/redact', redact)
    await rows(
      `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
       VALUES (0, gen_random_uuid(), 'customers/redact', $1, $2)`,
      life.shop.domain,
      JSON.stringify({ shop_domain: life.shop.domain, ...redact }),
    )
    while ((await workOff(() => life.now)) > 0);
    expect(await asked(life)).toEqual([{ body: '{}' }, { body: '{}' }])
  })

  test('A11: is kept for a month when it was set aside, and not until all others go', async () => {
    const life = await shops.open()
    const ending = await life.tell('customers/redact', { ...redact, shop_domain: 'victim.myshopify.com' })
    expect(ending.status).toBe('quarantined')
    expect((await asked(life))[0]?.body).toContain(String(MARA))
    const age = (days: number) =>
      rows(
        `UPDATE delivery SET received_at = now() - make_interval(days => $2) WHERE shop_id = $1`,
        life.shopId,
        days,
      )
    await age(29)
    await tidyUp()
    expect(await asked(life, 40)).toHaveLength(1)
    await age(31)
    await tidyUp()
    expect(await asked(life, 40)).toEqual([])
  })
})
