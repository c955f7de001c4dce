import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Shop, shopByDomain } from '../../app/loyalty/shop/shop-of-request.ts'
import { loader as membership } from '../../app/routes/api.membership.ts'
import { loader as orderPoints } from '../../app/routes/api.order-points.ts'
import { action as preview, loader as previewLoader } from '../../app/routes/api.preview.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'
import { buy } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { makeShop } from '../support/shop.ts'
import {
  adminToken,
  answerOf,
  bearerCall,
  extensionToken,
  type TokenOptions,
} from '../support/shopper-requests.ts'

const database = useDatabase()
const MARA = '6101'
const TILO = '6102'
const NORA = '6103'
const PAUL = '6104'
const COFFEE = 8801
const CUP = 8802
let shop = ''
let store: Shop

beforeAll(async () => {
  const program = testProgram({
    campaigns: [
      {
        id: 'coffee',
        name: { de: 'Kaffeewochen' },
        multiplier: '2',
        scope: { kind: 'collections', ids: ['701'] },
        tiers: [],
        window: { start: null, end: null, timeZone: 'Europe/Berlin' },
      },
    ],
    tiers: {
      basis: 'spend',
      window: { kind: 'lifetime' },
      levels: [{ id: 'gold', name: { de: 'Gold' }, threshold: '100', multiplier: '1.5' }],
    },
  })
  const made = await makeShop(database.owner(), { program })
  shop = made.domain
  store = (await shopByDomain(shop)) as Shop
  await buy(made.shopId, { id: 7101, customer: MARA, lines: [{ price: '120.00' }] })
  const yesterday = new Date(Date.now() - 86_400_000).toISOString()
  await buy(made.shopId, { id: 7102, customer: TILO, lines: [{ price: '49.90' }], placedAt: yesterday })
  const unpaid = { customer: TILO, placedAt: yesterday, lines: [{ price: '49.90' }], status: 'pending' }
  await buy(made.shopId, { id: 7903, ...unpaid })
  await buy(made.shopId, { id: 7904, ...unpaid, cancelledAt: yesterday })
  await database.owner().query(
    `INSERT INTO product_label (shop_id, product_id, collections, tags)
     VALUES ($1, $2, '{701}', '{}'), ($1, $3, '{}', '{}')`,
    [made.shopId, COFFEE, CUP],
  )
})
afterAll(closeShopify)

const args = (request: Request) => ({ request, params: {}, context: {} }) as never
async function ask(options: Partial<TokenOptions> = {}, path = '/api/membership?locale=de') {
  const token = await extensionToken({ shop, customer: MARA, ...options })
  return answerOf(() => membership(args(bearerCall(path, token))))
}
async function askPreview(json: unknown, options: Partial<TokenOptions> = {}) {
  const token = await extensionToken({ shop, customer: MARA, ...options })
  return answerOf(() => preview(args(bearerCall('/api/preview', token, { json }))))
}

describe('who may ask', () => {
  const now = Math.floor(Date.now() / 1000)

  test('a token of this app and a shop that has it', async () => {
    const answer = await ask()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test.each<[string, Partial<TokenOptions>, number]>([
    ['an expired token', { claims: { exp: now - 60 } }, 401],
    ['a token that is not valid yet', { claims: { nbf: now + 120 } }, 401],
    ['a token for another app', { claims: { aud: 'other-key' } }, 401],
    ['a token without audience', { claims: { aud: undefined } }, 401],
    ['a token signed by somebody else', { secret: 'other-secret' }, 401],
    ['a token of a staff member', { claims: { sub: '42' } }, 401],
    ['a token of another kind of thing', { claims: { sub: 'gid://shopify/Order/6101' } }, 401],
    [
      'a token with a customer that only looks like one',
      { claims: { sub: 'x gid://shopify/Customer/6101' } },
      401,
    ],
    ['a token of a shop without the app', { shop: 'nobody.myshopify.com' }, 404],
    ['a token without a shop', { claims: { dest: undefined } }, 401],
  ])('%s is refused', async (_, options, status) => {
    const answer = await ask(options)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toBe('')
  })

  test('the admin’s own token is refused: it names a person of the staff, not a customer', async () => {
    const answer = await answerOf(async () =>
      membership(args(bearerCall('/api/membership', await adminToken(shop)))),
    )
    expect(answer.status).toBe(401)
  })

  test('a token whose signature has one changed bit is refused', async () => {
    const [head, body, signature = ''] = (await extensionToken({ shop, customer: MARA })).split('.')
    const bytes = Buffer.from(signature, 'base64url')
    for (let place = 0; place < bytes.length; place += 5) {
      const changed = Buffer.from(bytes)
      changed[place] = (changed[place] as number) ^ 1
      const token = `${head}.${body}.${changed.toString('base64url')}`
      expect((await answerOf(() => membership(args(bearerCall('/api/membership', token))))).status).toBe(401)
    }
  })

  test('an unsigned token is refused', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { dest: shop, aud: 'test-key', sub: `gid://shopify/Customer/${MARA}`, exp: now + 60 }
    const token = `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`
    expect((await answerOf(() => membership(args(bearerCall('/api/membership', token))))).status).toBe(401)
    expect((await answerOf(() => membership(args(bearerCall('/api/membership', null))))).status).toBe(401)
  })

  test('robots are sent away, and a browser’s question before the question is answered', async () => {
    const robot = bearerCall('/api/membership', await extensionToken({ shop }), { agent: 'curl/8.5.0' })
    expect((await answerOf(() => membership(args(robot)))).status).toBe(410)
    const preflight = await answerOf(() =>
      previewLoader(args(bearerCall('/api/preview', null, { method: 'OPTIONS' }))),
    )
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization')
  })
})

describe('membership', () => {
  test('tells balance, tier and next goals', async () => {
    expect(await (await ask()).json()).toMatchObject({
      member: {
        available: 120,
        pending: 0,
        debt: 0,
        tier: { id: 'gold', name: { de: 'Gold' } },
        nextTier: null,
        nextReward: { cost: 500, missing: 380 },
      },
      pointName: { de: { one: 'Punkt', many: 'Punkte' } },
    })
    expect((await (await ask({ customer: TILO })).json()).member).toMatchObject({
      available: 0,
      pending: 49,
      tier: null,
      nextTier: { name: { de: 'Gold' }, threshold: '100', missing: { basis: 'spend', amount: '50.10' } },
    })
  })

  test('an anonymous buyer has none', async () => {
    expect(await (await ask({ customer: null })).json()).toMatchObject({
      member: null,
      codes: [],
      rewards: [],
    })
  })

  test('W20: tells which codes can be used now, the earliest end first, and which rewards are in reach', async () => {
    const { shopId } = store
    await buy(shopId, { id: 7103, customer: NORA, lines: [{ price: '2620.00' }] })
    const now = Date.now()
    const redeem = async (requestKey: string, daysAgo: number) => {
      const at = now - daysAgo * 86_400_000
      const wish = { shop: store, customerId: NORA, rewardId: 'five-off', price: 500, requestKey, now: at }
      return (await redeemCode(wish)).code
    }
    const codes = {
      late: await redeem('nora-code-late', 2),
      soon: await redeem('nora-code-soon', 25),
      over: await redeem('nora-code-over', 40),
      coming: await redeem('nora-code-coming', 0),
    }
    const ready = 'UPDATE redemption SET status = $3 WHERE shop_id = $1 AND code <> $2'
    await database.owner().query(ready, [shopId, codes.coming, 'ready'])
    const told = await (await ask({ customer: NORA })).json()
    expect(told.codes.map(({ code }: { code: string }) => code)).toEqual([codes.soon, codes.late])
    expect(told.codes[0]).toMatchObject({ rewardName: '5 € Rabatt', status: 'ready' })
    expect(told.rewards).toEqual([
      { id: 'five-off', name: '5 € Rabatt', cost: 500, description: expect.stringContaining('Rabatt') },
    ])
    expect((await (await ask({ customer: TILO })).json()).rewards).toEqual([])
    const english = await (await ask({ customer: NORA }, '/api/membership?locale=en')).json()
    expect([english.codes[0].rewardName, english.rewards[0].name]).toEqual(['€5 off', '€5 off'])
  })

  test('W20: a code that an unpaid order carries is not offered, and again once it has left that order', async () => {
    const { shopId } = store
    await buy(shopId, { id: 7104, customer: PAUL, lines: [{ price: '1200.00' }] })
    const now = Date.now()
    const wish = { shop: store, customerId: PAUL, rewardId: 'five-off', price: 500, now }
    const { code } = await redeemCode({ ...wish, requestKey: 'paul-on-order' })
    const other = await redeemCode({ ...wish, requestKey: 'paul-free-code' })
    const ready = `UPDATE redemption SET status = 'ready' WHERE shop_id = $1 AND code = ANY ($2)`
    await database.owner().query(ready, [shopId, [code, other.code]])
    const order = { id: 7105, customer: PAUL, lines: [{ price: '9.00' }], status: 'pending' }
    const at = (minute: number) => new Date(now + minute * 60_000).toISOString()
    const offered = async () => {
      const { codes } = await (await ask({ customer: PAUL })).json()
      return codes.map((one: { code: string }) => one.code).sort()
    }
    const both = [code, other.code].sort()
    expect(await offered()).toEqual(both)
    await buy(shopId, { ...order, codes: [code], updatedAt: at(1) })
    expect(await offered()).toEqual([other.code])
    await buy(shopId, { ...order, codes: [], updatedAt: at(2) })
    expect(await offered()).toEqual(both)
    await buy(shopId, { ...order, codes: [code], updatedAt: at(3) })
    // Cancelled: it is being ended in Shopify, and nobody may begin to use it meanwhile.
    await buy(shopId, { ...order, codes: [code], updatedAt: at(4), cancelledAt: at(4) })
    expect(await offered()).toEqual([other.code])
  })

  test('the shop may be named with or without https', async () => {
    expect((await ask({ claims: { dest: `https://${shop}` } })).status).toBe(200)
  })
})

describe('what a cart would earn', () => {
  const cart = (...lines: [number, string][]) => ({
    currency: 'EUR',
    locale: 'de',
    lines: lines.map(([id, amount]) => ({ productId: `gid://shopify/Product/${id}`, amount })),
  })

  test('counts campaigns on collections and the member’s tier', async () => {
    // (18 × 2 + 49.90) × 1.5 = 128.85
    const answer = await askPreview(cart([COFFEE, '18.00'], [CUP, '49.90']))
    expect(await answer.json()).toEqual({
      points: 128,
      missing: [],
      reason: null,
      text: 'Mit dieser Bestellung sammeln Sie 128 Punkte.',
    })
    const guest = await askPreview(cart([COFFEE, '18.00'], [CUP, '49.90']), { customer: null })
    expect((await guest.json()).points).toBe(85)
  })

  test('an empty cart earns nothing', async () => {
    expect(await (await askPreview(cart())).json()).toMatchObject({ points: 0, missing: [] })
  })

  const COUNTS = { taxOnTop: true, shipping: true, duties: false, tips: false, cashRounding: false }
  const counting = async (change: Partial<typeof COUNTS> = {}, taxesIncluded = false) => {
    const earning = { pointsPerUnit: '1', rounding: 'floor' as const, counts: { ...COUNTS, ...change } }
    const made = await makeShop(database.owner(), { program: testProgram({ earning }) })
    await database
      .owner()
      .query('UPDATE shop SET taxes_included = $2 WHERE shop_id = $1', [made.shopId, taxesIncluded])
    return async (json: object) => (await askPreview(json, { shop: made.domain, customer: null })).json()
  }
  const fifty = cart([CUP, '50.00'])

  test('R12: counts shipping and added tax where the program does', async () => {
    const ask = await counting()
    expect(await ask({ ...fifty, shipping: '4.90', tax: '9.11' })).toMatchObject({ points: 64, missing: [] })
    expect(await ask({ ...fifty, shipping: '0.00', tax: '9.11' })).toMatchObject({ points: 59, missing: [] })
    const inPrices = await counting({}, true)
    expect(await inPrices({ ...fifty, shipping: '4.90', tax: '9.11' })).toMatchObject({
      points: 54,
      missing: [],
    })
    const goods = await counting({ shipping: false, taxOnTop: false })
    expect(await goods({ ...fifty, shipping: '4.90', tax: '9.11' })).toMatchObject({
      points: 50,
      missing: [],
    })
  })

  test('R12: says "at least" and why, where something that counts is not known', async () => {
    const ask = await counting()
    const answer = await ask({ ...fifty, locale: 'de' })
    expect(answer).toMatchObject({ points: 50, missing: ['shipping', 'tax'] })
    expect(answer.text).toBe(
      'Mit dieser Bestellung sammeln Sie mindestens 50 Punkte. Der Versand zählt auch. Er steht noch nicht fest. Die Steuer zählt auch. Sie ist noch nicht eingerechnet.',
    )
    expect((await ask({ ...fifty, locale: 'en', tax: '9.11' })).text).toBe(
      'You earn at least 59 points with this order. Shipping counts, too. It is not known yet.',
    )
    const abroad = await counting({ duties: true })
    expect(await abroad({ ...fifty, shipping: '4.90', tax: '9.11' })).toMatchObject({
      points: 64,
      missing: ['duties'],
    })
  })

  test('R12: leaves tax out that may be on what does not count', async () => {
    const ask = await counting({ shipping: false })
    expect(await ask({ ...fifty, shipping: '4.90', tax: '9.11' })).toMatchObject({
      points: 50,
      missing: ['tax'],
    })
    expect(await ask({ ...fifty, shipping: '0.00', tax: '9.11' })).toMatchObject({ points: 59, missing: [] })
  })

  test('R12: in another currency counts by the rate that is told, and else says that it cannot', async () => {
    const ask = await counting()
    const dollars = { ...fifty, currency: 'USD', shipping: '5.00', tax: '0.00', locale: 'de' }
    expect(await ask({ ...dollars, rate: '0.9' })).toMatchObject({
      points: 49,
      text: 'Mit dieser Bestellung sammeln Sie rund 49 Punkte.',
    })
    expect(
      await ask({
        ...dollars,
        lines: cart([CUP, '5000']).lines,
        currency: 'JPY',
        shipping: '0',
        tax: '0',
        rate: '0.0061',
      }),
    ).toMatchObject({ points: 30 })
    expect(await ask(dollars)).toMatchObject({
      points: null,
      missing: ['currency'],
      text: 'Punkte werden in EUR berechnet. Wie viele es sind, steht fest, sobald Sie bestellt haben.',
    })
  })

  test('what is no cart is refused', async () => {
    const many = cart(...Array.from({ length: 501 }, (): [number, string] => [CUP, '1.00']))
    for (const bad of [
      many,
      null,
      [],
      { currency: 'EUR' },
      cart([CUP, '-5.00']),
      cart([CUP, '1e3']),
      cart([CUP, '1.999']),
    ]) {
      const answer = await askPreview(bad)
      expect(answer.status).toBe(400)
      expect((await answer.json()).error.code).toMatch(/^invalid-/)
    }
    const long = await askPreview({ ...cart(), padding: 'x'.repeat(70_000) })
    expect(long.status).toBe(413)
    expect(long.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('before the first program there is nothing to promise', async () => {
    const { domain } = await makeShop(database.owner())
    const answer = await askPreview(cart([CUP, '5.00']), { shop: domain })
    expect([answer.status, (await answer.json()).error.message]).toEqual([
      409,
      'Das Treueprogramm ist noch nicht gestartet.',
    ])
  })
})

describe('what an order earned', () => {
  async function points(order: string, options: Partial<TokenOptions> = {}) {
    const token = await extensionToken({ shop, customer: MARA, ...options })
    return answerOf(() =>
      orderPoints(args(bearerCall(`/api/order-points?order=${encodeURIComponent(order)}`, token))),
    )
  }

  test('is told to the customer whose order it is', async () => {
    expect(await (await points('gid://shopify/Order/7101')).json()).toEqual({
      points: 120,
      status: 'available',
      availableAt: null,
    })
    const pending = await (await points('gid://shopify/Order/7102', { customer: TILO })).json()
    expect(pending).toMatchObject({ points: 49, status: 'pending' })
    expect(new Date(pending.availableAt).getTime()).toBeGreaterThan(Date.now() + 12 * 86_400_000)
  })

  test('is not said to be nothing while the order is not paid', async () => {
    const status = async (order: number) =>
      (await (await points(`gid://shopify/Order/${order}`, { customer: TILO })).json()).status
    expect([await status(7903), await status(7904)]).toEqual(['unpaid', 'available'])
  })

  test('and unknown to everybody else', async () => {
    for (const customer of [TILO, '6999', null]) {
      expect(await (await points('gid://shopify/Order/7101', { customer })).json()).toMatchObject({
        status: 'unknown',
        points: 0,
      })
    }
    expect((await points('gid://shopify/Customer/7101')).status).toBe(400)
    expect((await (await points('gid://shopify/Order/1')).json()).status).toBe('unknown')
  })
})
