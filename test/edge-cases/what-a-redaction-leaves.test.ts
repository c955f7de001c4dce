import { describe, expect, test } from 'vitest'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import type { AdminGraphql } from '../../app/shopify/ask-admin.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const CUPS = { price: '10.00', quantity: 3 }
const [MARA, OTHER] = [7_700_880_011, 7_700_880_022]
const EMAIL = 'Mara@Beispiel.example'
const redact = { shop_id: 1, customer: { id: MARA, email: EMAIL, phone: '+49 170 1234567' } }

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

const unasked: AdminGraphql = () => Promise.reject(new Error('Shopify is asked'))
const adjust = (life: ShopLife, customer: number, reason: string) =>
  adjustPoints(
    {
      shop: life.shop,
      customerId: String(customer),
      points: 5,
      reason,
      key: crypto.randomUUID(),
      actor: 'staff:1',
      now: life.now,
    },
    unasked,
  )

describe('A11: after a redaction nothing that people wrote names the person', () => {
  test('A11: reasons of the person go, and those of others that hold the address, phone or number', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
    await life.order({ id: 9002, customer: OTHER, lines: [CUPS] })
    await adjust(life, MARA, 'Kulanz für Mara Muster')
    const reasons = [
      'wie MARA@beispiel.example.',
      'Tel. 0170/123 4567',
      `Freundin von ${MARA}`,
      'wie tamara@beispiel.example',
      'Bestellung 01701234567890',
    ]
    for (const reason of reasons) await adjust(life, OTHER, reason)
    const before = await rows('SELECT * FROM entry WHERE shop_id = $1 ORDER BY entry_id', life.shopId)
    const left = await rows(
      `SELECT to_jsonb(p) - 'reason' AS rest FROM posting p WHERE shop_id = $1 ORDER BY posting_id`,
      life.shopId,
    )
    expect(await life.tell('customers/redact', redact)).toMatchObject({ status: 'done' })
    const kept = await rows(
      `SELECT reason FROM posting WHERE shop_id = $1 AND reason IS NOT NULL ORDER BY posting_id`,
      life.shopId,
    )
    expect(kept.map(({ reason }) => reason)).toEqual([
      ...Array.from({ length: 4 }, () => '[redacted]'),
      ...reasons.slice(3),
    ])
    expect(await rows('SELECT * FROM entry WHERE shop_id = $1 ORDER BY entry_id', life.shopId)).toEqual(
      before,
    )
    expect(
      await rows(
        `SELECT to_jsonb(p) - 'reason' AS rest FROM posting p WHERE shop_id = $1 ORDER BY posting_id`,
        life.shopId,
      ),
    ).toEqual(left)
    const told = JSON.stringify([await life.history(OTHER, 'de'), await life.history(OTHER, 'en')])
    expect(told).toContain('Der Grund ist auf Wunsch einer Person gelöscht.')
    expect(told).toContain('The reason was erased at a person’s request.')
    expect(told).not.toContain('[redacted]')
  })

  test('A11: the book can be changed in no other way', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
    await adjust(life, MARA, 'Kulanz')
    const asJobs = async (sql: string) => {
      const client = await shops.owner().connect()
      try {
        await client.query('BEGIN; SET LOCAL ROLE stammgast_jobs')
        await client.query(`SELECT set_config('app.redacting_shop', $1, true)`, [String(life.shopId)])
        await client.query(sql)
      } finally {
        await client.query('ROLLBACK')
        client.release()
      }
    }
    const asShop = (sql: string) => asJobs(`RESET ROLE; SET LOCAL ROLE stammgast_shop; ${sql}`)
    await expect(asJobs(`UPDATE posting SET reason = '[redacted]'`)).rejects.toThrow('permission denied')
    await expect(asJobs(`UPDATE program SET note = '[redacted]'`)).rejects.toThrow('permission denied')
    await expect(asShop(`SELECT redact_words(1, '{}', '{x}', '{x}')`)).rejects.toThrow('permission denied')
    for (const change of [
      `reason = 'anders'`,
      `reason = '[redacted]', actor = 'x'`,
      `reason = '[redacted]', why = '{}'`,
    ])
      await expect(
        asJobs(`RESET ROLE; UPDATE posting SET ${change} WHERE kind = 'adjustment'`),
      ).rejects.toThrow('rows here are never changed')
    for (const change of [`note = 'anders'`, `note = '[redacted]', published_by = 'x'`])
      await expect(asJobs(`RESET ROLE; UPDATE program SET ${change}`)).rejects.toThrow('never changed')
    await expect(asJobs(`RESET ROLE; UPDATE entry SET amount = 1`)).rejects.toThrow('never changed')
  })

  test('A11: lines, names and errors of files, what was noted of deliveries, and exports of others', async () => {
    const life = await shops.open()
    const { shopId } = life
    await life.order({ id: 9001, customer: MARA, email: EMAIL, lines: [CUPS] })
    await life.order({ id: 9002, customer: OTHER, lines: [CUPS] })
    await adjust(life, OTHER, `wie ${EMAIL}`)
    await life.tell('customers/data_request', { customer: { id: OTHER }, data_request: { id: 5 } })
    const aside = await life.tell('customers/update', { id: MARA, email: EMAIL, updated_at: 'x', state: 7 })
    await rows(
      `INSERT INTO bulk_batch (shop_id, kind, status, file_name, created_by, lines, error)
       SELECT $1, 'adjustment', 'done', name, 'staff:1', 1, $2
         FROM unnest(ARRAY['Muster-Mara.csv', 'viele.csv', $3]) AS name`,
      shopId,
      `not found: ${EMAIL}`,
      `${EMAIL}.csv`,
    )
    await rows(
      `INSERT INTO bulk_line (shop_id, batch_id, line, status, customer_id, points, reason)
       SELECT b.shop_id, b.batch_id, n, 'posted', CASE WHEN n = 2 THEN $2::bigint ELSE $3 END, 5, 'wie ' || $4
         FROM bulk_batch b, generate_series(2, 3) n
        WHERE b.shop_id = $1 AND (n = 2 OR b.file_name <> 'Muster-Mara.csv')`,
      shopId,
      MARA,
      OTHER,
      EMAIL,
    )
    await rows(
      `WITH r AS (INSERT INTO reconciliation (shop_id, read_from, error) VALUES ($1, now(), $2)
                  RETURNING shop_id, reconciliation_id),
            i AS (INSERT INTO order_import (shop_id, from_at, until_at, award, started_by)
                  VALUES ($1, now(), now(), true, 'x') RETURNING shop_id, import_id),
            f AS (INSERT INTO reconciliation_finding SELECT r.*, 1, '#1', 'left', NULL, 0, $2 FROM r)
       INSERT INTO order_import_problem SELECT i.*, 1, '#1', $2 FROM i`,
      shopId,
      `${EMAIL} is wrong`,
    )
    await rows(
      `INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
       SELECT shop_id, delivery_id, 'quarantined', $2, 1 FROM delivery WHERE shop_id = $1 AND topic = 'customers/update'
       ON CONFLICT (shop_id, delivery_id) DO UPDATE SET status = 'quarantined', reason = excluded.reason`,
      shopId,
      `email is "${EMAIL}"; it must be text`,
    )
    expect(aside.status).toBeOneOf(['done', 'quarantined'])
    expect(await life.tell('customers/redact', redact)).toMatchObject({ status: 'done' })
    const texts = await everyText(life)
    for (const trace of ['mara@beispiel.example', String(MARA), 'Mara'])
      expect(texts.filter(({ text }) => text.toLowerCase().includes(trace.toLowerCase()))).toEqual([])
    const [outcome] = await rows(
      `SELECT o.status, o.reason FROM delivery_outcome o JOIN delivery d USING (shop_id, delivery_id)
        WHERE o.shop_id = $1 AND d.topic = 'customers/update'`,
      shopId,
    )
    expect(outcome).toEqual({ status: 'ignored', reason: '[redacted]' })
    const files = await rows('SELECT file_name FROM bulk_batch WHERE shop_id = $1 ORDER BY batch_id', shopId)
    expect(files.map(({ file_name }) => file_name)).toEqual(['CSV', 'viele.csv', 'CSV'])
  })
})

async function everyText(life: ShopLife): Promise<{ text: string }[]> {
  const tables = await rows(
    `SELECT table_name AS name FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND column_name = 'shop_id' AND table_type = 'BASE TABLE'`,
  )
  const found = await Promise.all(
    tables.map(({ name }) =>
      rows(`SELECT '${name} ' || t::text AS text FROM ${name} t WHERE shop_id = $1`, life.shopId),
    ),
  )
  return found.flat()
}

describe('A11: a redaction and what waits', () => {
  const waiting = (life: ShopLife, minutes: number) =>
    rows(
      `WITH d AS (INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
         VALUES ($1, gen_random_uuid(), 'customers/update', $2, $3) RETURNING shop_id, delivery_id)
       SELECT delivery_id AS id, $4::int FROM d`,
      life.shopId,
      life.shop.domain,
      JSON.stringify({ id: MARA, email: EMAIL, state: 'disabled' }),
      minutes,
    )

  test('A11: it is done at once, and again when what names the person has been worked off', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
    const [{ id }] = (await waiting(life, 30)) as [{ id: number }]
    await rows(
      `UPDATE inbox SET attempts = 1, not_before = now() + interval '30 minutes' WHERE delivery_id = $1`,
      id,
    )
    expect(await life.tell('customers/redact', redact)).toMatchObject({ status: 'waiting' })
    expect(await life.balance(MARA)).toBeNull()
    // What waits is worked off, and makes no account anew; then the redaction's turn comes again for its words.
    await rows(`UPDATE inbox SET not_before = now() WHERE delivery_id = $1`, id)
    await life.order({ id: 9003, customer: OTHER, lines: [CUPS] })
    expect(await life.balance(MARA)).toBeNull()
    await rows(`UPDATE inbox SET not_before = now() WHERE shop_id = $1`, life.shopId)
    await life.order({ id: 9004, customer: OTHER, lines: [CUPS] })
    expect(await rows('SELECT 1 FROM inbox WHERE shop_id = $1', life.shopId)).toEqual([])
    const texts = await everyText(life)
    expect(texts.filter(({ text }) => /mara@|7700880011/i.test(text))).toEqual([])
  })

  test('A11: two of them do not wait for one another, and end with what they wait for', async () => {
    const life = await shops.open()
    await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
    const [{ id }] = (await waiting(life, 30)) as [{ id: number }]
    const later = `UPDATE inbox SET attempts = 1, not_before = now() + interval '50 minutes' WHERE delivery_id = $1`
    await rows(later, id)
    await life.tell('customers/redact', redact)
    await life.tell('customers/redact', redact)
    await rows(
      `UPDATE inbox SET attempts = 11, not_before = now() WHERE shop_id = $1 AND delivery_id <> $2`,
      life.shopId,
      id,
    )
    const inbox = 'SELECT delivery_id AS id FROM inbox WHERE shop_id = $1 ORDER BY 1'
    await life.order({ id: 9004, customer: OTHER, lines: [CUPS] })
    // A twelfth attempt is none of the last.
    expect(await rows(inbox, life.shopId)).toHaveLength(3)
    await rows('UPDATE inbox SET not_before = now() WHERE delivery_id = $1', id)
    await life.order({ id: 9005, customer: OTHER, lines: [CUPS] })
    await rows('UPDATE inbox SET not_before = now() WHERE shop_id = $1', life.shopId)
    await life.order({ id: 9006, customer: OTHER, lines: [CUPS] })
    expect(await rows(inbox, life.shopId)).toEqual([])
  })
})

test('A11: what is stored of messages about the person is in the answer to a data request', async () => {
  const life = await shops.open()
  await life.order({ id: 9001, customer: MARA, lines: [CUPS] })
  await life.order({ id: 9002, customer: OTHER, lines: [CUPS] })
  await life.tell('customers/data_request', { customer: { id: MARA, email: EMAIL }, data_request: { id: 6 } })
  const [{ export: all }] = (await rows(
    'SELECT export FROM data_request WHERE shop_id = $1',
    life.shopId,
  )) as [{ export: { messages: { topic: string; body: string }[] } }]
  expect(all.messages.map(({ topic, body }) => [topic, JSON.parse(body).id])).toEqual([
    ['orders/updated', 9001],
  ])
})
