import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keptBody } from '../../app/intake/kept-fields.ts'
import { pickFields, readSubscriptions } from '../../dev-store/webhooks/subscriptions.ts'
import { namedShop } from '../deep/poison.ts'
import { useShopLife } from './shop-life.ts'

/** What the README promises: names and addresses of people are in no table once a delivery has been worked off. */
const shops = useShopLife()
const { list } = readSubscriptions(join(import.meta.dirname, '../..'))
const EMAIL = 'mara.beispiel@kunden.example'
const PERSONAL =
  /name|email|phone|address|company|zip|city|latitude|longitude|note|browser_ip|owner|user_agent|hash/

/** The same payload with the mark in every text that may say who somebody is, and a real address where one stands. */
function marked(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => marked(each, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, marked(each, name)]))
  if (/^(contact_)?email$/.test(key)) return EMAIL
  return PERSONAL.test(key) &&
    !/domain|gateway|source_name/.test(key) &&
    (typeof value === 'string' || value === null)
    ? 'Mara Musterfrau'
    : value
}

/** Every text of every table, the queue's as well. */
async function everything(): Promise<string> {
  const { rows } = await shops.owner().query(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
      WHERE table_schema IN ('public', 'graphile_worker') AND table_type = 'BASE TABLE'`,
  )
  const texts = rows.map(({ name }) => `SELECT '${name} ' || t::text AS text FROM ${name} t`)
  const found = await shops.owner().query(texts.join(' UNION ALL '))
  return found.rows.map(({ text }) => text).join('\n')
}

const whole = list.filter(({ topic }) => !/^orders\/(create|updated)$/.test(topic))

describe('A7: of what Shopify sends about a person, nothing is left once it has been worked off', () => {
  test.each(whole)('$topic, sent whole', async ({ topic }) => {
    const life = await shops.open()
    // What a shop is called is no person's name.
    const named = topic === 'shop/update' && { name: 'Kontor' }
    const payload = {
      ...(marked(namedShop(topic, life.shop.domain)) as object),
      state: 'enabled',
      verified_email: true,
      ...named,
    }
    const { status } = (await life.tell(topic, payload, {
      at: new Date(Date.now() + 1_000).toISOString(),
    })) ?? { status: 'done' }
    expect(status).toBeOneOf(['done', 'ignored'])
    const left = await everything()
    expect(left).not.toContain(EMAIL)
    expect(left).not.toContain('Musterfrau')
  })

  test.each([
    ['of a guest', null],
    ['of a customer', { id: 11, admin_graphql_api_id: 'gid://shopify/Customer/11', email: EMAIL }],
  ])('an order %s, as it was asked for', async (_, customer) => {
    const life = await shops.open({ currency: 'USD' }) // as Shopify's example
    for (const topic of ['orders/create', 'orders/updated']) {
      const asked = list.find((one) => one.topic === topic)?.includeFields ?? []
      const order = { ...(marked(namedShop(topic, life.shop.domain)) as object), customer, name: '#1001' }
      const { status } = await life.tell(topic, pickFields(order, asked))
      expect(status).toBeOneOf(['done', 'ignored'])
      expect(await everything()).not.toContain(EMAIL)
      expect(await everything()).not.toContain('Musterfrau')
    }
    const [state] = (
      await shops.owner().query('SELECT facts FROM order_state WHERE shop_id = $1', [life.shopId])
    ).rows
    // Whose points they are is still known.
    expect(state.facts).toMatchObject(
      customer ? { customerId: '11' } : { guestHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    )
  })
})

describe('A7: what is kept', () => {
  const order = (rest: string) => `{"id":820982911946154508,"note":"\\"email\\":\\"x@y.example\\"",${rest}}`

  test('of an order is every byte but the address, and of a guest’s order that as well until it is read', () => {
    const guest = order(`"email":"${EMAIL}","customer":null`)
    expect(keptBody('orders/create', guest)).toBe(guest)
    const signedIn = order(`"email":"${EMAIL}","contact_email":"a\\"b@c.example","customer":{"id":1}`)
    expect(keptBody('orders/updated', signedIn)).toBe(
      order('"email":null,"contact_email":null,"customer":{"id":1}'),
    )
    const none = order('"email":null,"customer":{"id":1}')
    expect(keptBody('orders/updated', none)).toBe(none)
  })

  test('of everything else is what is read, to the last digit', () => {
    expect(
      keptBody(
        'customers/update',
        '{"id":9007199254740993,"email":"a@b.example","first_name":"Mara","state":"enabled"}',
      ),
    ).toBe('{"id":"9007199254740993","state":"enabled","email":"a@b.example"}')
    expect(
      keptBody(
        'customers/redact',
        '{"shop_id":1,"shop_domain":"s","customer":{"id":7,"email":"a@b.example","phone":"1","name":"M"}}',
      ),
    ).toBe('{"shop_domain":"s","customer":{"id":7,"email":"a@b.example","phone":"1"}}')
    expect(keptBody('something/new', '{"email":"a@b.example"}')).toBe('{}')
  })

  test('of what is no JSON, and of fields that are not what they should be, is nothing that may name somebody', () => {
    expect(keptBody('customers/update', '{"id":1,"email":"a@b.example"')).toBe('{')
    expect(
      keptBody('customers/update', `{"id":{"name":"Mara"},"state":["Mara"],"email":"${'x'.repeat(2_000)}"}`),
    ).toBe('{}')
    expect(keptBody('customers/redact', '{"customer":[{"email":"Mara"}]}')).toBe('{"customer":[]}')
    expect(keptBody('customers/redact', '{"customer":{"id":7,"email":["Mara"],"phone":{"a":"Mara"}}}')).toBe(
      '{"customer":{"id":7,"email":[],"phone":{}}}',
    )
    expect(keptBody('customers/redact', '{"customer":"Mara","__proto__":{"email":"a@b.example"}}')).toBe('{}')
  })
})
