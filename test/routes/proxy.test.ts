import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loader as panel } from '../../app/routes/proxy.panel.ts'
import { loader as history } from '../../app/routes/proxy.panel_.history.ts'
import { action as redeem } from '../../app/routes/proxy.panel_.redeem.ts'
import { loader as redemption } from '../../app/routes/proxy.panel_.redemption.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'
import { buy } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { makeShop, publish } from '../support/shop.ts'
import { answerOf, type ProxyOptions, proxyCall } from '../support/shopper-requests.ts'

const database = useDatabase()
const MARA = '6001'
const TILO = '6002'
const JUNA = '6003'
let shop = ''

beforeAll(async () => {
  const made = await makeShop(database.owner(), { program: testProgram() })
  shop = made.domain
  await buy(made.shopId, { id: 7001, customer: MARA, lines: [{ price: '700.00' }] })
  const yesterday = new Date(Date.now() - 86_400_000).toISOString()
  await buy(made.shopId, { id: 7002, customer: MARA, lines: [{ price: '49.90' }], placedAt: yesterday })
  await buy(made.shopId, { id: 7004, customer: JUNA, lines: [{ price: '900.00' }] })
  await buy(made.shopId, { id: 7003, customer: TILO, lines: [{ price: '20.00' }] })
})

afterAll(closeShopify)

const args = (request: Request) => ({ request, params: {}, context: {} }) as never
const get = (path: '/panel' | '/panel/history' | '/panel/redemption', options: Partial<ProxyOptions> = {}) =>
  answerOf(() => {
    const route = { '/panel': panel, '/panel/history': history, '/panel/redemption': redemption }[path]
    return route(args(proxyCall(path, { shop, customer: MARA, ...options })))
  })
const post = (json: Record<string, unknown>, options: Partial<ProxyOptions> = {}) =>
  answerOf(() => redeem(args(proxyCall('/panel/redeem', { shop, customer: MARA, json, ...options }))))

describe('who may ask', () => {
  test('a signature changed by one bit is refused, whichever bit it is', async () => {
    for (let place = 0; place < 64; place += 7) {
      const answer = await get('/panel', {
        tamper: (query) => {
          const signature = Buffer.from(query.get('signature') ?? '', 'hex')
          signature[place >> 1] = (signature[place >> 1] as number) ^ (1 << (place % 8))
          query.set('signature', signature.toString('hex'))
        },
      })
      expect(answer.status).toBe(400)
    }
  })

  test('a request older than 90 seconds, or from the future, is refused', async () => {
    const now = Math.floor(Date.now() / 1000)
    expect((await get('/panel', { timestamp: now - 85 })).status).toBe(200)
    expect((await get('/panel', { timestamp: now - 95 })).status).toBe(400)
    expect((await get('/panel', { timestamp: now + 95 })).status).toBe(400)
  })

  test('another secret, another customer or another shop than the signed one are refused', async () => {
    expect((await get('/panel', { secret: 'other-secret' })).status).toBe(400)
    const name = (key: string, value: string) => ({
      tamper: (query: URLSearchParams) => query.set(key, value),
    })
    expect((await get('/panel', name('logged_in_customer_id', TILO))).status).toBe(400)
    expect((await get('/panel', name('shop', 'test-shop-99.myshopify.com'))).status).toBe(400)
    expect((await get('/panel', name('signature', ''))).status).toBe(400)
  })

  test('a customer named twice is refused', async () => {
    const tamper = (query: URLSearchParams) => query.append('logged_in_customer_id', TILO)
    expect((await get('/panel', { tamper })).status).toBe(400)
  })

  test('a shop without the app is told nothing', async () => {
    const answer = await get('/panel', { shop: 'nobody.myshopify.com' })
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe('')
  })
})

describe('the panel', () => {
  test('shows balance, rewards, history with reasons and ways, in German', async () => {
    const answer = await get('/panel', { query: { locale: 'de' } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const view = await answer.json()
    expect(view).toMatchObject({
      signedIn: true,
      member: { available: 700, pending: 49, held: 0, debt: 0, tier: null, nextTier: null },
      rewards: [
        {
          id: 'five-off',
          name: '5 € Rabatt',
          cost: 500,
          affordable: true,
          missing: 0,
          available: true,
          reason: null,
        },
      ],
      codes: [],
      nextPage: null,
      pointName: { de: { many: 'Punkte' } },
    })
    expect(view.rewards[0].description).toMatch(
      /^5,00.€ Rabatt auf eine Bestellung · 30\u00a0Tage\u00a0gültig$/,
    )
    expect(view.ways[0].text).toMatch(/^1 Punkt je 1.€ Einkaufswert$/)
    expect(view.history.map((line: { text: string; points: number; status: string }) => line)).toMatchObject([
      { text: 'Bestellung #7002', points: 49, status: 'pending' },
      { text: 'Bestellung #7001', points: 700, status: 'available' },
    ])
    expect(view.history[0].detail.at(-1)).toMatch(/^Vorgemerkt bis zum /)
  })

  test('and in English', async () => {
    const view = await (await get('/panel', { query: { locale: 'en-GB' } })).json()
    expect(view.rewards[0]).toMatchObject({
      name: '€5 off',
      description: '€5.00 off an order · valid for 30 days',
    })
    expect(view.history[0]).toMatchObject({ text: 'Order #7002' })
    expect(view.ways[0].text).toBe('1 point for every €1 you spend')
  })

  test('without a login shows rewards and ways, and nobody’s points', async () => {
    const view = await (await get('/panel', { customer: null })).json()
    expect(view).toMatchObject({ signedIn: false, rewards: [{ id: 'five-off' }] })
    expect(Object.keys(view)).not.toContain('member')
    expect(Object.keys(view)).not.toContain('history')
  })

  test('a customer without any points yet sees zeros', async () => {
    const view = await (await get('/panel', { customer: '6999' })).json()
    expect(view).toMatchObject({
      signedIn: true,
      member: { available: 0, pending: 0 },
      history: [],
      codes: [],
    })
    expect(view.rewards[0]).toMatchObject({ affordable: false, missing: 500 })
  })

  test('a shop without a program answers with numbers alone', async () => {
    const { domain } = await makeShop(database.owner())
    const view = await (await get('/panel', { shop: domain })).json()
    expect(view).toMatchObject({ signedIn: true, rewards: [], ways: [], member: { available: 0 } })
  })

  test('older pages of a history follow each other without gap or repetition', async () => {
    const made = await makeShop(database.owner(), { program: testProgram() })
    for (let n = 1; n <= 23; n++)
      await buy(made.shopId, { id: 8000 + n, customer: MARA, lines: [{ price: `${n}.00` }] })
    const first = await (await get('/panel', { shop: made.domain })).json()
    const points = first.history.map((line: { points: number }) => line.points)
    let after = first.nextPage
    while (after) {
      const page = await (await get('/panel/history', { shop: made.domain, query: { after } })).json()
      points.push(...page.history.map((line: { points: number }) => line.points))
      after = page.nextPage
    }
    expect(points).toEqual(Array.from({ length: 23 }, (_, n) => 23 - n))
  })
})

/** The test program with a second reward. */
function twoRewards(cost: number) {
  const [five] = testProgram().rewards
  if (five?.kind !== 'amount-off') throw new Error('the test program has no amount off')
  const ten = {
    ...five,
    id: 'ten-off',
    amount: '10.00',
    name: { de: '10 € Rabatt', en: '€10 off' },
    cost: 900,
  }
  return testProgram({ rewards: [{ ...five, cost }, ten] })
}

describe('redeeming', () => {
  test('reserves the points, answers with the code, and does it once for one key', async () => {
    const key = 'redeem-key-0001'
    const answer = await post({ rewardId: 'five-off', price: 500, key }, { query: { locale: 'de' } })
    expect(answer.status).toBe(200)
    const first = await answer.json()
    expect(first.member).toMatchObject({ available: 200, held: 500 })
    expect(first.redemption).toMatchObject({ status: 'preparing', rewardName: '5 € Rabatt' })
    expect(first.redemption.code).toMatch(/.{6,}/)

    const again = await (await post({ rewardId: 'five-off', price: 500, key })).json()
    expect(again.redemption.id).toBe(first.redemption.id)
    expect(again.member).toMatchObject({ available: 200, held: 500 })

    const view = await (await get('/panel', { query: { locale: 'de' } })).json()
    expect(view.codes).toMatchObject([{ id: first.redemption.id, rewardName: '5 € Rabatt' }])
    expect(view.history[0]).toMatchObject({
      text: 'Eingelöst: 5 € Rabatt',
      points: -500,
      status: 'available',
    })

    const mine = await (await get('/panel/redemption', { query: { id: first.redemption.id } })).json()
    expect(mine.redemption).toMatchObject({ id: first.redemption.id })
    const other = await get('/panel/redemption', { customer: TILO, query: { id: first.redemption.id } })
    expect(await other.json()).toMatchObject({ redemption: null })
  })

  test('three tabs at once take what is there for one, and the others are told what is left', async () => {
    const wish = (key: string) => post({ rewardId: 'five-off', price: 500, key }, { customer: JUNA })
    const answers = await Promise.all(['tab-of-juna-1', 'tab-of-juna-2', 'tab-of-juna-3'].map(wish))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const refused = answers.filter(({ status }) => status === 409)
    for (const answer of refused) expect((await answer.json()).error.code).toBe('not-enough-points')
    const { member } = await (await get('/panel', { customer: JUNA })).json()
    expect(member).toMatchObject({ available: 400, held: 500 })
  })

  test('R9: another price than the one that was shown takes nothing and says the new one', async () => {
    const standing = async () => (await (await get('/panel', { customer: JUNA })).json()).member
    const before = await standing()
    for (const [locale, words] of [
      ['de', 'Diese Prämie kostet jetzt 500 Punkte'],
      ['en', 'This reward now costs 500 points'],
    ] as const) {
      for (const price of [1, 499, 501, 800]) {
        const answer = await post(
          { rewardId: 'five-off', price, key: `shown-${locale}-${price}` },
          { customer: JUNA, query: { locale } },
        )
        expect(answer.status).toBe(409)
        const { error } = await answer.json()
        expect(error).toMatchObject({
          code: 'price-changed',
          message: expect.stringContaining(words),
        })
      }
    }
    for (const price of [0, -500, 1.5, '500', null]) {
      const answer = await post({ rewardId: 'five-off', price, key: 'shown-oddly' }, { customer: JUNA })
      expect([answer.status, (await answer.json()).error.code]).toEqual([400, 'invalid-payload'])
    }
    expect(await standing()).toEqual(before)
  })

  test('W1: a key that stands for one reward buys no other one, whatever became of the first', async () => {
    const made = await makeShop(database.owner(), { program: twoRewards(500) })
    const buyer = { shop: made.domain, customer: MARA }
    await buy(made.shopId, { id: 9001, customer: MARA, lines: [{ price: '2000.00' }] })
    const key = 'one-key-for-two'
    const wish = { rewardId: 'five-off', price: 500, key }
    const first = await (await post(wish, buyer)).json()
    const taken = (await (await get('/panel', buyer)).json()).member
    expect(taken).toMatchObject({ available: 1500, held: 500 })
    for (const [rewardId, price] of [
      ['ten-off', 900],
      ['ten-off', 500],
      ['gold-bar', 500],
    ] as const)
      for (const [locale, words] of [
        ['de', 'Diese Anfrage wurde schon mit anderem Inhalt gesendet.'],
        ['en', 'This request was already sent with other content.'],
      ] as const) {
        const answer = await post({ rewardId, price, key }, { ...buyer, query: { locale } })
        expect([answer.status, (await answer.json()).error]).toEqual([
          409,
          { code: 'key-conflict', message: expect.stringContaining(words) },
        ])
      }
    // The price has been raised since, and the page that never heard the answer asks again with either price.
    await publish(database.owner(), made.shopId, 2, twoRewards(800), new Date().toISOString())
    for (const price of [500, 800]) {
      const answer = await post({ ...wish, price }, buyer)
      expect(answer.status).toBe(200)
      expect((await answer.json()).redemption.id).toBe(first.redemption.id)
    }
    expect((await (await get('/panel', buyer)).json()).member).toEqual(taken)
    expect((await post({ rewardId: 'ten-off', price: 900, key: 'a-key-of-its-own' }, buyer)).status).toBe(200)
  })

  test('without enough points is refused in the shopper’s language', async () => {
    const answer = await post(
      { rewardId: 'five-off', price: 500, key: 'redeem-key-0002' },
      { customer: TILO, query: { locale: 'de' } },
    )
    expect(answer.status).toBe(409)
    expect(await answer.json()).toEqual({
      error: {
        code: 'not-enough-points',
        message: 'Dafür brauchen Sie 500 Punkte, verfügbar sind 20 Punkte.',
      },
    })
    const english = await post(
      { rewardId: 'five-off', price: 500, key: 'redeem-key-0003' },
      { customer: TILO, query: { locale: 'en' } },
    )
    expect((await english.json()).error.message).toBe('This takes 500 points; you have 20 points available.')
  })

  test('who never had points is told the same, not that there is no account', async () => {
    const answer = await post(
      { rewardId: 'five-off', price: 500, key: 'redeem-key-0004' },
      { customer: '6999' },
    )
    expect([answer.status, (await answer.json()).error.code]).toEqual([409, 'not-enough-points'])
  })

  test('an unknown reward, a bad key and a missing login each have their answer', async () => {
    const unknown = await post({ rewardId: 'gold-bar', price: 500, key: 'redeem-key-0005' })
    expect([unknown.status, (await unknown.json()).error.code]).toEqual([404, 'reward-unknown'])
    const badKey = await post({ rewardId: 'five-off', price: 500, key: 'x' })
    expect([badKey.status, (await badKey.json()).error.code]).toEqual([400, 'invalid-payload'])
    const guest = await post({ rewardId: 'five-off', price: 500, key: 'redeem-key-0006' }, { customer: null })
    expect([guest.status, (await guest.json()).error.code]).toEqual([401, 'sign-in'])
    const long = await post({ rewardId: 'five-off', price: 500, key: 'y'.repeat(5_000) })
    expect(long.status).toBe(413)
  })

  test('A12: what a form on another site can send redeems nothing', async () => {
    const wish = { rewardId: 'five-off', price: '500', key: 'redeem-key-0012' }
    const json = JSON.stringify(wish)
    const types = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', null]
    const bodies = [json, String(new URLSearchParams(wish)), `${json}=`, '']
    const other = ['text/plain; application/json', 'application/jsonp', 'text/json', 'application/json-seq']
    for (const type of [...types, ...other])
      for (const body of bodies) {
        const answer = await post({}, { raw: { type, body }, query: { locale: 'en' } })
        expect([answer.status, (await answer.json()).error.code], `${type} ${body}`).toEqual([
          415,
          'invalid-payload',
        ])
        expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      }
    expect((await (await get('/panel')).json()).member).toMatchObject({ held: 500 })
    // And what is JSON has to be a wish.
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"five-off"',
      '{"rewardId":["five-off"],"price":500,"key":"redeem-key-0012"}',
      '{"rewardId":"five-off","price":"500","key":"redeem-key-0012"}',
      '{"rewardId":"five-off","key":"redeem-key-0012"}',
    ])
      expect((await post({}, { raw: { type: 'application/json', body } })).status, body).toBe(400)
  })

  test('a shopper who asks without pause is asked to wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 130 }, () => get('/panel/history', { customer: '6998', query: { locale: 'en' } })),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(10)
    for (const answer of refused) expect((await answer.json()).error.code).toBe('too-many-requests')
    expect((await get('/panel', { customer: TILO })).status).toBe(200)
  })
})
