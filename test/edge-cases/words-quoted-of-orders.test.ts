import { describe, expect, test } from 'vitest'
import { orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const CUPS = { price: '10.00', quantity: 3 }
const [MARA, OTHER] = [7_700_880_011, 7_700_880_022]
const EMAIL = 'mara@beispiel.example'
const redact = { customer: { id: MARA, email: EMAIL, phone: '+49 23456 78998' } }
const MARK = '[redacted]'

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

interface Said {
  name?: string
  title?: string
  codes?: { code: string; amount: string }[]
  source?: string
  updatedAt?: string
}

function order(
  life: ShopLife,
  id: number,
  customer: number,
  { name, title, codes, source, updatedAt }: Said,
) {
  const payload = orderPayload({ id, customer, lines: [CUPS], source, updatedAt }) as {
    name: string
    line_items: object[]
  }
  return life.tell('orders/updated', {
    ...payload,
    name: name ?? payload.name,
    line_items: payload.line_items.map((line) => ({ ...line, ...(title && { title }) })),
    discount_codes: (codes ?? []).map((code) => ({ ...code, type: 'fixed_amount' })),
  })
}

const bookOf = (life: ShopLife) =>
  rows('SELECT * FROM entry WHERE shop_id = $1 ORDER BY entry_id', life.shopId)

describe.each([
  ['her own', MARA],
  ["somebody else's", OTHER],
])('A11: in %s orders', (_, customer) => {
  test('A11: what the book quotes of an order names her no more: titles of lines, and the name', async () => {
    const life = await shops.open()
    life.now = Date.parse('2026-11-10T12:00:00Z')
    await order(life, 9001, customer, { name: `für ${EMAIL}`, title: `Gravur für ${EMAIL.toUpperCase()}` })
    await order(life, 9002, customer, { title: `${'x'.repeat(190)} ${EMAIL}` })
    await order(life, 9003, customer, { title: 'Gravur für anna@beispiel.example' })
    await life.wait(Date.parse('2026-12-10T12:00:00Z'))
    const before = await bookOf(life)
    const why = () =>
      rows(
        `SELECT kind, source_id AS "order", coalesce(why -> 'lines' -> 0 ->> 2, why ->> 'order') AS quoted,
                to_jsonb(p) - 'why' AS rest, (why::jsonb #- '{lines,0,2}') - 'order' AS reckoned
           FROM posting p WHERE shop_id = $1 AND kind IN ('order', 'maturity') ORDER BY source_id, kind`,
        life.shopId,
      )
    const told = await why()
    expect(await life.tell('customers/redact', redact)).toMatchObject({ status: 'done' })
    const quotes = (await why()).map(({ kind, order, quoted }) => `${order} ${kind} ${quoted}`)
    expect(quotes).toEqual([
      `9001 maturity ${MARK}`,
      `9001 order ${MARK}`,
      '9002 maturity #9002',
      `9002 order ${MARK}`,
      '9003 maturity #9003',
      '9003 order Gravur für anna@beispiel.example',
    ])
    const unsaid = ({ rest, reckoned }: { rest: object; reckoned: object }) => ({ rest, reckoned })
    expect((await why()).map(unsaid as never)).toEqual(told.map(unsaid as never))
    expect(await bookOf(life)).toEqual(before)
    if (customer === MARA) return
    const seen = JSON.stringify([await life.history(OTHER, 'de'), await life.history(OTHER, 'en')])
    expect(seen).not.toMatch(/mara@/i)
  })

  test('A11: codes of others and the source go, a code of ours stays, and the book stays as it was', async () => {
    const life = await shops.open()
    // Her number would be found in it, and it is ours by its form.
    const ours = 'ST-23456-78998'
    const said = {
      codes: [
        { code: ours, amount: '5.00' },
        { code: `WELCOME-${EMAIL}`, amount: '5.00' },
        { code: `REFER-${MARA}`, amount: '0.00' },
        { code: 'HERBST', amount: '5.00' },
      ],
      source: `call ${EMAIL}`,
    }
    await order(life, 9001, customer, said)
    const before = await bookOf(life)
    expect(await life.tell('customers/redact', redact)).toMatchObject({ status: 'done' })
    const facts = async () =>
      (
        await rows(
          `SELECT facts -> 'discountCodes' AS codes, facts -> 'idleCodes' AS idle, facts ->> 'source' AS source
             FROM order_state WHERE shop_id = $1 AND order_id = 9001`,
          life.shopId,
        )
      )[0]
    const masked = { codes: [ours, MARK, MARK, 'HERBST'], idle: [MARK], source: MARK }
    expect(await facts()).toEqual(masked)
    // The same state once more is known, and is not taken for another one.
    await order(life, 9001, customer, said)
    expect(await facts()).toEqual(masked)
    // A newer one says it anew, as Shopify does; no points move by that.
    await order(life, 9001, customer, { ...said, updatedAt: '2026-11-06T10:00:00Z' })
    expect(await bookOf(life)).toEqual(before)
  })
})

test('A11: of what a posting quotes nothing goes but by the mark, and nobody else may take it', async () => {
  const life = await shops.open()
  await order(life, 9001, OTHER, { title: 'Becher' })
  const attempt = async (role: string, sql: string) => {
    const client = await shops.owner().connect()
    try {
      await client.query('BEGIN')
      await client.query(`SELECT set_config('app.redacting_shop', $1, true)`, [String(life.shopId)])
      await client.query(`SET LOCAL ROLE ${role}; ${sql}`)
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  }
  await expect(attempt('stammgast_shop', `SELECT redact_why(1, '{x}')`)).rejects.toThrow('permission denied')
  await expect(attempt('stammgast_jobs', `UPDATE posting SET why = '{}'`)).rejects.toThrow(
    'permission denied',
  )
  for (const why of [
    `jsonb_set(why::jsonb, '{lines,0,2}', '"anders"')`,
    `jsonb_set(masked_why(why::jsonb, '{Becher}'), '{points}', '7')`,
    `jsonb_set(masked_why(why::jsonb, '{Becher}'), '{lines,0,0}', '7')`,
    `why::jsonb - 'lines'`,
    `'{}'::jsonb`,
    'NULL::jsonb',
  ])
    await expect(
      attempt('stammgast_jobs', `RESET ROLE; UPDATE posting SET why = (${why})::json WHERE kind = 'order'`),
    ).rejects.toThrow('rows here are never changed')
})
