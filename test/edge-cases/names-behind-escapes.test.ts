import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchForPerson } from '../../app/domain/text/names-person.ts'
import { readingsOf } from '../../app/domain/text/readings.ts'
import { withoutAddresses } from '../../app/without-addresses.ts'
import { orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const CUPS = { price: '10.00', quantity: 3 }
const [MARA, OTHER] = [7_700_880_011, 7_700_880_022]
const EMAIL = 'tom&jerry.müller@beispiel.example'

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

const byCode = (character: string, hex = (code: string) => code) =>
  character
    .split('')
    .map((unit) => `\\u${hex(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`)
    .join('')

/** As Rails writes JSON, which Shopify is made of. */
const asRails = (json: string) => json.replace(/[&<>]/g, (sign) => byCode(sign))
const asciiOnly = (json: string) => json.replace(/[^\0-\x7f]/gu, (sign) => byCode(sign))
const allEscaped = (text: string) => [...text].map((sign) => byCode(sign)).join('')

/** One way in which JSON may write a character: itself, by its code in either case, or short. */
const WAYS: ((sign: string) => string)[] = [
  (sign) => JSON.stringify(sign).slice(1, -1),
  (sign) => byCode(sign),
  (sign) => byCode(sign, (code) => code.toUpperCase()),
  (sign) => (sign === '/' ? '\\/' : JSON.stringify(sign).slice(1, -1)),
]
const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abcxyz0189') },
  { weight: 3, arbitrary: fc.constantFrom(...`!#$&'*+/=?^_{|}~.-"\\<> `) },
  { weight: 2, arbitrary: fc.constantFrom('ü', 'é', 'ñ', '漢', '😀', '𝒳') },
)
const address = fc
  .array(character, { minLength: 1, maxLength: 12 })
  .map((local) => `x${local.join('')}y@beispiel.example`)
const written = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.infiniteStream(fc.constantFrom(...WAYS))).map(([value, ways]) => ({
    value,
    json: `"${[...value].map((sign) => ways.next().value(sign)).join('')}"`,
  }))
/** What stands right beside it in the same text, and is no part of an address. */
const beside = fc.constantFrom('', ' ', '<', '>', '(', '\n', '\t', '"', '“', ',', ':', '\0', '\ud800', '\b')

const finds = (email: string, said: string) =>
  searchForPerson({ customerIds: [], email, phone: null }).finds(said)

describe(`seed ${seed}`, () => {
  test('A11: an address is found in JSON, and in JSON within JSON, however it is written', () => {
    const samples = fc.sample(
      fc.record({
        email: written(address),
        before: written(beside),
        after: written(beside),
        nested: fc.integer({ min: 0, max: 2 }),
        cut: fc.boolean(),
      }),
      { numRuns: 2_000, seed },
    )
    const missed = samples.flatMap(({ email, before, after, nested, cut }) => {
      let said = `{"id":7,"note":${before.json.slice(0, -1)}${email.json.slice(1, -1)}${after.json.slice(1)}}`
      expect(JSON.parse(said).note).toBe(before.value + email.value + after.value)
      for (let depth = 0; depth < nested; depth++) said = JSON.stringify({ value: said })
      if (cut) said = said.slice(0, -1)
      return finds(email.value, said) ? [] : [{ email: email.value, said }]
    })
    expect(missed).toEqual([])
  })

  test('A11: what no escape stands for is left as it is, and nothing is taken for an escape that is none', () => {
    const samples = fc.sample(written(fc.string({ unit: 'binary', maxLength: 30 })), { numRuns: 2_000, seed })
    // The text as it stands comes first, then what it says as JSON; without a backslash they are the same.
    const said = samples.map(({ json }) => {
      const text = json.slice(1, -1)
      const [first, second] = readingsOf(text)
      expect(first).toBe(text)
      return (text.includes('\\') ? second : first) ?? ''
    })
    const expected = samples.map(({ value }) =>
      value
        .replaceAll('\0', '')
        .replace(/[\b\f\n\r\t]/g, ' ')
        .toWellFormed(),
    )
    // Escaped by their code they stay what they are.
    const plain = (text: string) => text.replace(/[\b\f\n\r\t]/g, ' ')
    expect(said.map(plain)).toEqual(expected)
  })

  test('A11: another address that only contains hers is not found', () => {
    const samples = fc.sample(written(address), { numRuns: 500, seed })
    const found = samples.filter(({ value, json }) =>
      finds(value, `{"a":"ta${json.slice(1, -1)}","b":${json.slice(0, -1)}.org"}`),
    )
    expect(found).toEqual([])
  })

  test('A11: of an order with a customer no address is kept, however it is written', () => {
    fc.assert(
      fc.property(written(address), ({ json }) => {
        expect(withoutAddresses(`{"email":${json},"name":"#1"}`)).toBe('{"email":null,"name":"#1"}')
      }),
      { seed },
    )
    const longest = `${'ü'.repeat(300)}@beispiel.example`
    expect(withoutAddresses(`{"email":"${allEscaped(longest)}"}`)).toBe('{"email":null}')
  })
})

test.each([
  ['\\u00fc\\u0026', 170_000],
  ['\\', 1_000_000],
  ['%5Cu0025', 120_000],
  ['=3D', 330_000],
  ['&uuml;=40%25\\u0025', 50_000],
])(
  'A11: as many escapes as a body can hold are read in seconds: %j',
  (escapes, times) => {
    const { finds } = searchForPerson({ customerIds: [String(MARA)], email: EMAIL, phone: '+49 170 1234567' })
    expect(finds(escapes.repeat(times))).toBe(false)
  },
  5_000,
)

/** Deliveries as they came, worked off already. */
async function keep(life: ShopLife, bodies: string[], topic = 'orders/updated') {
  await rows(
    `WITH kept AS (
       INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
       SELECT $1, gen_random_uuid(), $2, $3, body FROM unnest($4::text[]) AS body RETURNING shop_id, delivery_id)
     INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
     SELECT shop_id, delivery_id, 'quarantined', $5, 1 FROM kept`,
    life.shopId,
    topic,
    life.shop.domain,
    bodies,
    asRails(`email is ${JSON.stringify(EMAIL)}; it must be text`),
  )
  await rows('DELETE FROM inbox WHERE shop_id = $1', life.shopId)
}

const order = JSON.stringify({ ...orderPayload({ id: 9001, customer: null, lines: [CUPS] }), email: EMAIL })
const BODIES = [
  asRails(order),
  asciiOnly(order),
  order.replace(EMAIL, allEscaped(EMAIL)),
  `{"id":1,"nul":"\\u0000","email":"${allEscaped(EMAIL)}"}`,
  `{"id":1,"half":"\\ud800","email":"${allEscaped(EMAIL)}"}`,
  `{"id":1,"cut":"<${allEscaped(EMAIL)}`,
  JSON.stringify({ id: 1, note: `\n${EMAIL}\n` }),
  JSON.stringify({ id: 1, note: asRails(JSON.stringify({ email: EMAIL })) }),
]

test('A11: a redaction finds the person in what was set aside, in reasons and in exports, behind any escapes', async () => {
  const life = await shops.open()
  await life.order({ id: 9002, customer: OTHER, lines: [CUPS] })
  await keep(life, [...BODIES, `{"id":${OTHER},"note":"wie ${allEscaped(EMAIL)}"}`, `{"id":${OTHER}}`])
  const ask = (id: number, request: number) =>
    life.tell('customers/data_request', { customer: { id, email: null }, data_request: { id: request } })
  await ask(OTHER, 5)
  expect(
    await life.tell('customers/redact', { customer: { id: MARA, email: EMAIL, phone: null } }),
  ).toMatchObject({ status: 'done' })
  const left = await rows(
    `SELECT d.body, o.status, o.reason FROM delivery d JOIN delivery_outcome o USING (shop_id, delivery_id)
      WHERE d.shop_id = $1 AND d.topic = 'orders/updated' AND d.body NOT LIKE '%9002%' ORDER BY d.delivery_id`,
    life.shopId,
  )
  expect(left).toEqual([
    ...Array.from({ length: BODIES.length + 1 }, () => ({
      body: '{}',
      status: 'ignored',
      reason: '[redacted]',
    })),
    { body: `{"id":${OTHER}}`, status: 'quarantined', reason: '[redacted]' },
  ])
  const [{ export: kept }] = await rows('SELECT export FROM data_request WHERE shop_id = $1', life.shopId)
  const bodies = kept.messages.map(({ body }: { body: string }) => body)
  expect(bodies.filter((body: string) => body !== '{}').every((body: string) => !body.includes('\\'))).toBe(
    true,
  )
  expect(bodies).toContain('{}')
  expect(bodies).toContain(`{"id":${OTHER}}`)
})

test('A11: the answer to a data request holds what names the person behind any escapes', async () => {
  const life = await shops.open()
  await keep(life, BODIES)
  await life.tell('customers/data_request', { customer: { id: MARA, email: EMAIL }, data_request: { id: 6 } })
  const [{ export: all }] = await rows('SELECT export FROM data_request WHERE shop_id = $1', life.shopId)
  expect(all.messages.map(({ body }: { body: string }) => body)).toEqual(BODIES)
})
