import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import { memberCard } from '../../app/domain/account/member-card.ts'
import { asKind, type Reward } from '../../app/domain/rewards/kinds.ts'
import { NO_LIMITS } from '../../app/domain/rewards/limits.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { issueReward } from '../../app/loyalty/rewards/issue-reward.ts'
import { type Shop, shopByDomain } from '../../app/loyalty/shop/shop-of-request.ts'
import { loader as code, action as deed } from '../../app/routes/api.till.v1.code.ts'
import { action as giveBack, loader as giveBackOptions } from '../../app/routes/api.till.v1.give-back.ts'
import { loader as member } from '../../app/routes/api.till.v1.member.ts'
import { loader as orderPoints } from '../../app/routes/api.till.v1.order-points.ts'
import { action as redeem, loader as redeemOptions } from '../../app/routes/api.till.v1.redeem.ts'
import { loader as redemption } from '../../app/routes/api.till.v1.redemption.ts'
import { loader as search } from '../../app/routes/api.till.v1.search.ts'
import { loader as memberPage } from '../../app/routes/app.members.$customerId.tsx'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { buy, meet, silentAdmin } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { makeShop, publish } from '../support/shop.ts'
import { adminToken, answerOf, bearerCall } from '../support/shopper-requests.ts'

/** What the staff at the till may ask and do, with the token that Shopify POS sends. */
const database = useDatabase()
const pages = useAdminPages()
const [fiveOff] = testProgram().rewards as [Reward]
const TASTING = {
  ...asKind(fiveOff, 'experience'),
  id: 'tasting',
  name: { de: 'Weinprobe', en: 'Wine tasting' },
  cost: 150,
  note: { de: 'Zeigen Sie das an der Kasse.', en: 'Show this at the till.' },
  validDays: 20,
} as Reward
const CLOSED = {
  ...fiveOff,
  id: 'closed',
  name: { de: 'Später', en: 'Later' },
  limits: { ...NO_LIMITS, firstOrder: true },
} as Reward

let shop: Shop
let people: { id: string; name: string; email: string }[] = []
let customer = ''
let stranger = ''
let gifts = 0

beforeAll(async () => {
  await pages.open('/app') // the token is exchanged, the shop is made
  shop = (await shopByDomain(pages.domain)) as Shop
  const program = testProgram({ rewards: [fiveOff, TASTING, CLOSED] })
  await publish(database.owner(), shop.shopId, 1, program, '2020-01-01T00:00:00Z')
  const answer = await pages.harness.graphql(
    '{ customers(first: 5) { nodes { id displayName defaultEmailAddress { emailAddress } } } }',
  )
  people = answer.data.customers.nodes.map(
    (node: { id: string; displayName: string; defaultEmailAddress: { emailAddress: string } }) => ({
      id: node.id.split('/').pop(),
      name: node.displayName,
      email: node.defaultEmailAddress.emailAddress,
    }),
  )
  customer = people[0]?.id ?? ''
  stranger = people[1]?.id ?? ''
  await buy(shop.shopId, { id: 88_001, customer, lines: [{ price: '40.00' }] })
})

beforeEach(async () => {
  const gift = { points: 500, reason: 'Test', actor: 'staff:1', key: `till-gift-${++gifts}` }
  await adjustPoints({ shop, customerId: customer, ...gift, now: Date.now() }, silentAdmin)
})

type Route = (args: never) => Promise<unknown>
async function call(route: Route, path: string, json?: unknown, token?: string) {
  const sent = token ?? (await adminToken(pages.domain))
  const request = bearerCall(`/api/till/v1${path}`, sent, {
    ...(json !== undefined && { json }),
    agent: 'Shopify POS/10.20.0 (iPad; iOS 19)',
  })
  const answer = await answerOf(() => route({ request, params: {}, context: {} } as never))
  const text = await answer.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers are read by tests that know their shape.
  const body: any = text === '' ? null : JSON.parse(text)
  return {
    status: answer.status,
    body,
    headers: answer.headers,
  }
}
let keys = 0
const key = () => `till-key-${++keys}`
const balance = async (id = customer) => (await call(member, `/member?customer=${id}`)).body.member

async function sound() {
  const found = await withShop(shop.shopId, auditLedger)
  expect(found.filter(({ violations }) => violations > 0)).toEqual([])
}
async function history() {
  const request = bearerCall(`/app/members/${customer}?locale=de`, await adminToken(pages.domain))
  const args = { request, params: { customerId: customer }, context: {} } as never
  return JSON.stringify(await memberPage(args))
}

describe('who stands at the till', () => {
  test('by the number on the cart and by her card, with name, balance, rewards and what stands against each', async () => {
    const byNumber = await call(member, `/member?customer=${customer}&locale=de`)
    expect(byNumber.status).toBe(200)
    expect(byNumber.headers.get('cache-control')).toBe('no-store')
    expect(byNumber.body).toMatchObject({
      customerId: customer,
      name: people[0]?.name,
      card: memberCard(customer),
    })
    expect(byNumber.body.member.available).toBeGreaterThanOrEqual(500)
    const offers = Object.fromEntries(byNumber.body.rewards.map((one: { id: string }) => [one.id, one]))
    const { 'five-off': five, tasting, closed } = offers
    expect(five).toMatchObject({ id: 'five-off', name: '5 € Rabatt', available: true, affordable: true })
    expect(tasting).toMatchObject({ id: 'tasting', cost: 150 })
    expect(closed).toMatchObject({ available: false, reason: 'first-order' })
    expect(closed.why).toMatch(/erste/i)
    const byCard = await call(member, `/member?card=${memberCard(customer)}&locale=de`)
    expect(byCard.body).toEqual(byNumber.body)
  })

  test('a customer who has no points yet is shown with zeros, one whom nobody knows is not', async () => {
    const known = await call(member, `/member?customer=${stranger}`)
    expect(known.body).toMatchObject({ name: people[1]?.name, member: { available: 0 } })
    for (const path of [
      '/member?customer=999999999',
      `/member?card=${memberCard('999999999')}`,
      '/member?card=SG1.6001.00',
      '/member?card=4006381333931',
    ]) {
      const unknown = await call(member, path)
      expect([path, unknown.status, unknown.body.error?.code]).toEqual([path, 404, 'member-unknown'])
    }
    for (const path of ['/member', '/member?customer=', '/member?customer=1e9', "/member?customer=1'--"])
      expect((await call(member, path)).status).toBe(400)
  })

  test('a search by name or address finds members and who is none yet, and no syntax of Shopify’s', async () => {
    const byName = await call(search, `/search?q=${encodeURIComponent(people[0]?.name ?? '')}`)
    const found = byName.body.customers.find(
      ({ customerId }: { customerId: string }) => customerId === customer,
    )
    expect(found).toMatchObject({ name: people[0]?.name, email: people[0]?.email })
    expect(found.points).toBe((await balance()).available)
    const byMail = await call(search, `/search?q=${encodeURIComponent(people[1]?.email ?? '')}`)
    expect(byMail.body.customers).toMatchObject([{ customerId: stranger, points: 0 }])
    expect((await call(search, '/search?q=%20')).status).toBe(400)
    expect((await call(search, '/search?q=id%3A%3E0%20OR%20%22')).body.customers).toEqual([])
  })

  test('without Shopify the till has numbers and no names, and says that it cannot search', async () => {
    const before = globalThis.fetch
    globalThis.fetch = async () => {
      throw new TypeError('fetch failed')
    }
    try {
      const shown = await call(member, `/member?customer=${customer}`)
      expect(shown.body).toMatchObject({ name: null, customerId: customer })
      expect((await call(search, '/search?q=Mara')).body).toEqual({ customers: null })
    } finally {
      globalThis.fetch = before
    }
  })
})

describe('redeeming', () => {
  const wish = (change = {}) => ({
    customer,
    rewardId: 'five-off',
    price: 500,
    key: key(),
    location: 4,
    ...change,
  })

  test('turns points into a code once, however often it is sent, and the history names who did it and where', async () => {
    const before = await balance()
    const asked = wish()
    const first = await call(redeem, '/redeem', asked)
    expect(first.status).toBe(200)
    expect(first.body.redemption).toMatchObject({ status: 'preparing', rewardName: expect.any(String) })
    expect(first.body.member.available).toBe(before.available - 500)
    const again = await call(redeem, '/redeem', asked)
    expect(again.body.redemption.id).toBe(first.body.redemption.id)
    expect((await balance()).available).toBe(before.available - 500)
    const { id } = first.body.redemption
    await issueReward({ shopId: shop.shopId, redemptionId: Number(id) }, Date.now(), false)
    const made = await call(redemption, `/redemption?customer=${customer}&id=${id}`)
    expect(made.body.redemption).toMatchObject({ status: 'ready', code: expect.stringMatching(/^ST-/) })
    expect(await history()).toContain('An der Kasse gebucht durch einen Mitarbeiter (Nr. 42, Standort 4)')
    // Nobody else's customer gives it back.
    const others = await call(giveBack, '/give-back', { customer: stranger, id })
    expect([others.status, others.body.error.code]).toEqual([404, 'code-unknown'])
    const back = await call(giveBack, '/give-back', { customer, id, location: 4 })
    expect(back.body).toMatchObject({
      redemption: { status: 'returned' },
      member: { available: before.available },
    })
    expect((await call(giveBack, '/give-back', { customer, id })).status).toBe(200)
    await sound()
  })

  test.each<[string, object, number, string]>([
    ['another price than was shown', { price: 400 }, 409, 'price-changed'],
    ['a reward that nobody offers', { rewardId: 'gone' }, 404, 'reward-unknown'],
    ['a reward that is closed to her', { rewardId: 'closed' }, 409, 'reward-unavailable'],
    ['a key that is none', { key: 'x' }, 400, 'invalid-payload'],
    ['more than is asked for', { actor: 'staff:1' }, 400, 'invalid-payload'],
    ['a place that is none', { location: 'Berlin' }, 400, 'invalid-payload'],
    ['a customer that is none', { customer: '6001 OR 1' }, 400, 'invalid-payload'],
  ])('%s is refused in words', async (_, change, status, refused) => {
    const before = await balance()
    const { status: answered, body } = await call(redeem, '/redeem', wish(change))
    expect([answered, body.error.code]).toEqual([status, refused])
    expect(body.error.message).toMatch(/\S+ \S+/)
    expect(await balance()).toEqual(before)
  })

  test('who has too few points, or none at all, is told so', async () => {
    await meet(shop.shopId, stranger)
    for (const id of [stranger, people[2]?.id]) {
      const { status, body } = await call(redeem, '/redeem', wish({ customer: id }))
      expect([status, body.error.code]).toEqual([409, 'not-enough-points'])
    }
  })

  test('a body that is too long is cut off', async () => {
    expect((await call(redeem, '/redeem', { pad: 'x'.repeat(3_000) })).status).toBe(413)
  })
})

test('a shown code is looked up however it is typed, done once, undone within the day, and the history names the till', async () => {
  const before = await balance()
  const taken = await call(redeem, '/redeem', { customer, rewardId: 'tasting', price: 150, key: key() })
  const { id, code: shown } = taken.body.redemption
  const typed = encodeURIComponent(` ${shown.replace('-', ' ').toLowerCase()}`)
  const found = await call(code, `/code?code=${typed}&locale=de`)
  expect(found.body).toMatchObject({
    id,
    code: shown,
    rewardName: 'Weinprobe',
    name: people[0]?.name,
    customerId: customer,
    status: 'ready',
    undoable: false,
  })
  const say = (what: string) => call(deed, '/code', { deed: what, id: Number(id), location: 4 })
  const state = async () => (await call(code, `/code?code=${shown}`)).body
  expect((await say('done')).body).toEqual({ ok: true })
  expect((await say('done')).status).toBe(200)
  expect(await state()).toMatchObject({ status: 'used', undoable: true })
  expect((await say('cancel')).body.error.code).toBe('reward-done')
  expect((await say('undo')).status).toBe(200)
  expect(await state()).toMatchObject({ status: 'ready', doneAt: null })
  expect(await balance()).toMatchObject({ available: before.available - 150 })
  expect((await say('cancel')).status).toBe(200)
  expect(await balance()).toEqual(before)
  expect(await history()).toContain('Standort 4')
  for (const text of ['', 'ABCD-EFGH', '7KQM-2XW9', 'ST-7KQM2-XW9RT'])
    expect((await call(code, `/code?code=${text}`)).body.error.code).toBe('code-unknown')
  await sound()
})

test('what an order has earned is told for the customer who placed it, and for nobody else', async () => {
  const earned = await call(orderPoints, `/order-points?order=88001&customer=${customer}`)
  expect(earned.body).toMatchObject({ points: 40, status: 'available' })
  const others = await call(orderPoints, `/order-points?order=88001&customer=${stranger}`)
  expect(others.body).toMatchObject({ points: 0, status: 'unknown' })
  expect((await call(orderPoints, '/order-points?order=88001')).status).toBe(400)
})

test('staff of another shop see and change nothing of this one', async () => {
  const other = await makeShop(database.owner(), { program: testProgram() })
  const token = await adminToken(other.domain)
  const taken = await call(redeem, '/redeem', { customer, rewardId: 'tasting', price: 150, key: key() })
  const { id, code: shown } = taken.body.redemption
  expect((await call(code, `/code?code=${shown}`, undefined, token)).status).toBe(404)
  expect((await call(deed, '/code', { deed: 'done', id: Number(id) }, token)).status).toBe(404)
  expect((await call(giveBack, '/give-back', { customer, id }, token)).status).toBe(404)
  const seen = await call(redemption, `/redemption?customer=${customer}&id=${id}`, undefined, token)
  expect(seen.body).toMatchObject({ redemption: null, member: { available: 0 } })
  const found = await call(member, `/member?customer=${customer}`, undefined, token)
  expect(found.body?.member?.available ?? 0).toBe(0)
})

test('tills ask 600 times a minute for each person who is signed in', async () => {
  const token = await adminToken(pages.domain, { sub: '77' })
  const path = `/order-points?order=88001&customer=${stranger}`
  let served = 0
  while (served < 900 && (await call(orderPoints, path, undefined, token)).status === 200) served++
  expect(served).toBeGreaterThanOrEqual(600)
  expect(served).toBeLessThan(900)
  const refused = await call(orderPoints, path, undefined, token)
  expect([refused.status, refused.body.error.code]).toEqual([429, 'too-many-requests'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  // Another person's till goes on.
  expect((await call(orderPoints, path)).status).toBe(200)
})

test('a till in a browser may ask before it sends, wherever it sends something', async () => {
  const loaders = { '/redeem': redeemOptions, '/give-back': giveBackOptions, '/code': code }
  for (const [path, loader] of Object.entries(loaders)) {
    const request = bearerCall(`/api/till/v1${path}`, null, { method: 'OPTIONS' })
    const answer = await answerOf(() => loader({ request, params: {}, context: {} } as never))
    const allowed = answer.headers.get('access-control-allow-headers')
    expect([path, answer.status, allowed]).toEqual([path, 204, 'Authorization, Content-Type'])
  }
  expect((await call(redeemOptions, '/redeem')).status).toBe(405)
})
