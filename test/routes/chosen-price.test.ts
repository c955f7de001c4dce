import { afterAll, beforeAll, expect, test } from 'vitest'
import { asKind, type Reward } from '../../app/domain/rewards/kinds.ts'
import { loader as panel } from '../../app/routes/proxy.panel.ts'
import { action as redeem } from '../../app/routes/proxy.panel_.redeem.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'
import { buy } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { makeShop, publish } from '../support/shop.ts'
import { answerOf, proxyCall } from '../support/shopper-requests.ts'

/** "230 points = 11.50 off": the price is the member's to choose. */

const database = useDatabase()
const MARA = '6001'
const [fiveOff] = testProgram().rewards as [Reward]
const byPoints = (more: object = {}): Reward =>
  ({
    ...asKind(fiveOff, 'flexible-amount'),
    id: 'by-points',
    name: { de: 'Punkte einlösen', en: 'Use your points' },
    cost: 10,
    amount: '0.50',
    leastPoints: 100,
    cartShare: 50,
    ...more,
  }) as Reward

let made: Awaited<ReturnType<typeof makeShop>>

beforeAll(async () => {
  made = await makeShop(database.owner(), { program: testProgram({ rewards: [fiveOff, byPoints()] }) })
  await buy(made.shopId, { id: 7001, customer: MARA, lines: [{ price: '700.00' }] })
})

afterAll(closeShopify)

const args = (request: Request) => ({ request, params: {}, context: {} }) as never
const who = () => ({ shop: made.domain, customer: MARA })
const view = async (locale = 'de') =>
  (await answerOf(() => panel(args(proxyCall('/panel', { ...who(), query: { locale } }))))).json()
const post = async (json: Record<string, unknown>, locale = 'de') => {
  const call = proxyCall('/panel/redeem', {
    ...who(),
    json: { rewardId: 'by-points', ...json },
    query: { locale },
  })
  const answer = await answerOf(() => redeem(args(call)))
  return { status: answer.status, ...(await answer.json()) }
}

test('the panel says from how many points on, up to how many, and what a step gives', async () => {
  const { rewards } = await view()
  expect(rewards.map(({ id }: { id: string }) => id)).toEqual(['by-points', 'five-off'])
  expect(rewards[0]).toMatchObject({ cost: 100, choice: { most: 10_000_000, step: 10, worth: '0.50' } })
  expect(rewards[0].description).toContain('0,50\u00a0€ Rabatt je 10 Punkte')
  expect(rewards[0].description).toContain('höchstens 50 % des Einkaufs')
  expect(rewards[1]).not.toHaveProperty('choice')
})

test.each([
  [95, '4.75'],
  [90, '4.50'],
  [0, '0'],
  [-100, '-5.00'],
  [10_000_010, '500000.50'],
])('%d points are no price, and nothing is taken', async (price, worth) => {
  const before = (await view()).member
  const answer = await post({ price, worth, key: 'no-price-at-all' })
  expect(answer.status).toBe(price < 1 ? 400 : 409)
  if (price > 0)
    expect(answer.error).toEqual({
      code: 'price-not-offered',
      message: 'Möglich sind 100 Punkte bis 10.000.000 Punkte, immer in Schritten: 10 Punkte.',
    })
  expect((await view()).member).toEqual(before)
})

test('what was shown for the points is what they give, or the shopper is asked again', async () => {
  const before = (await view()).member
  for (const [worth, locale, words] of [
    ['12.00', 'de', 'Für 230 Punkte gibt es jetzt 11,50'],
    ['11.49', 'en', '230 points now give you €11.50'],
    [undefined, 'en', '230 points now give you €11.50'],
  ] as const) {
    const answer = await post({ price: 230, worth, key: 'another-worth' }, locale)
    expect(answer).toMatchObject({ status: 409, error: { code: 'worth-changed' } })
    expect(answer.error.message).toContain(words)
  }
  expect(await post({ price: 230, worth: 'eleven', key: 'another-worth' })).toMatchObject({ status: 400 })
  expect((await view()).member).toEqual(before)
})

test('230 points become a code of 11.50 from 23.00 on; the same key takes them once', async () => {
  const before = (await view()).member
  const wish = { price: 230, worth: '11.50', key: 'two-hundred-and-thirty' }
  const first = await post(wish)
  expect(first).toMatchObject({ status: 200, member: { held: before.held + 230 } })
  expect(first.redemption).toMatchObject({ cost: 230, rewardName: 'Punkte einlösen' })
  // Her page has another number in its field by now; the attempt is the same one.
  const again = await post({ ...wish, price: 300, worth: '15.00' })
  expect(again.redemption.id).toBe(first.redemption.id)
  const { rows } = await database
    .owner()
    .query('SELECT reward, cost FROM redemption WHERE shop_id = $1 AND redemption_id = $2', [
      made.shopId,
      first.redemption.id,
    ])
  expect(rows).toMatchObject([
    { cost: '230', reward: { kind: 'amount-off', id: 'by-points', amount: '11.50', minimumSpend: '23.00' } },
  ])
})

test('a rate that was changed while her page was open takes nothing unasked', async () => {
  const program = testProgram({ rewards: [fiveOff, byPoints({ amount: '0.25' })] })
  await publish(database.owner(), made.shopId, 2, program, new Date().toISOString())
  const before = (await view()).member
  const answer = await post({ price: 200, worth: '10.00', key: 'before-the-change' }, 'en')
  expect(answer.error).toMatchObject({ code: 'worth-changed' })
  expect(answer.error.message).toContain('€5')
  expect((await view()).member).toEqual(before)
  expect(await post({ price: 200, worth: '5.00', key: 'before-the-change' })).toMatchObject({ status: 200 })
})
