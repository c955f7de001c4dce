import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops, readShop, withShop } from '../../../app/db/db.server.ts'
import { asKind, type Reward } from '../../../app/domain/rewards/kinds.ts'
import { DAY_MS } from '../../../app/domain/time/time-window.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { correctPayment, payCause } from '../../../app/loyalty/causes/pay-cause.ts'
import { takeBack } from '../../../app/loyalty/codes/take-back.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { openCauses } from '../../../app/loyalty/pages/open-causes.ts'
import { redeemReward } from '../../../app/loyalty/rewards/redeem-reward.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { redactCustomer } from '../../../app/loyalty/upkeep/redact-customer.ts'
import { loader as member } from '../../../app/routes/app.members.$customerId.tsx'
import { action as pay } from '../../../app/routes/app.members.causes.tsx'
import { action as deed } from '../../../app/routes/app.members.to-do.tsx'
import { loader as panel } from '../../../app/routes/proxy.panel.ts'
import { loader as one } from '../../../app/routes/proxy.panel_.redemption.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { settle } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'
import { adminToken, answerOf, bearerCall, proxyCall } from '../../support/shopper-requests.ts'

/** Points become donations: what was given, what was paid out of it, and what is taken back. */
const database = useDatabase()
const pages = useAdminPages()
const COST = 150
const STAFF = 'staff:92100000001'
const [fiveOff] = testProgram().rewards as [Reward]
const cause = (id: string, more: object = {}): Reward =>
  ({
    ...asKind(fiveOff, 'donation'),
    id,
    name: { de: `Baumschule ${id}`, en: `Tree nursery ${id}` },
    cost: COST,
    amount: '5.00',
    cause: { de: 'Ein Baum für jede Einlösung.', en: 'A tree for each redemption.' },
    proof: 'https://baumschule.example/spenden',
    ...more,
  }) as Reward

let shop: Shop
let customers: string[] = []
let orders = 95_000
let causes = 0
let id: string

beforeAll(async () => {
  await pages.open('/app') // the token is exchanged, the shop is made
  shop = (await shopByDomain(pages.domain)) as Shop
  const answer = await pages.harness.graphql('{ customers(first: 5) { nodes { id } } }')
  customers = answer.data.customers.nodes.map(({ id }: { id: string }) => id.split('/').pop())
  await offer(0)
})

beforeEach(() => {
  id = `trees-${++causes}`
})

afterEach(async () => {
  expect((await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
})

/** A cause for each test, so that what others gave is no part of its figures. */
async function offer(version: number): Promise<void> {
  const rewards = [fiveOff, ...Array.from({ length: 40 }, (_, n) => cause(`trees-${n + 1}`))]
  await publish(database.owner(), shop.shopId, version + 1, testProgram({ rewards }), '2020-01-01T00:00:00Z')
}

async function buy(customer: string, points: number) {
  const order = { id: ++orders, customer, lines: [{ price: `${points}.00` }] }
  await withShop(shop.shopId, (tx) => settle(tx, shop.shopId, order as never))
}

async function donate(customerId = customers[0] as string, requestKey = `donation-${orders + 1}`) {
  await buy(customerId, COST)
  const wish = { shop, customerId, rewardId: id, price: COST, requestKey, now: Date.now() }
  return redeemReward(wish)
}

const points = (customerId = customers[0] as string) =>
  readShop(shop.shopId, async (tx) => {
    const found = await readMember(tx, shop.shopId, customerId)
    const { available = 0, held = 0, debt = 0 } = found?.balance ?? {}
    return { available, held, debt, redeemed: found?.redeemed ?? 0 }
  })
const view = async (shown: string | null = id, after: number | null = null) => {
  const asked = { cause: shown, after, language: 'de' as const, now: Date.now() }
  return openCauses(shop, asked)
}
const figures = async () => {
  const { given, points: of, donations, paid, left, beyond } = (await view()).shown?.cause ?? ({} as never)
  return {
    given: Number(given),
    of,
    donations,
    paid: Number(paid),
    left: Number(left),
    beyond: beyond && Number(beyond),
  }
}
const revoke = (redemptionId: number, now = Date.now()) =>
  takeBack({ shopId: shop.shopId, redemptionId, actor: STAFF, now })
const paying = (amount: string, key = crypto.randomUUID() as string, more: object = {}) =>
  payCause(
    { cause: id, amount, paidOn: '2026-11-30', note: null, proof: null, ...more },
    { shopId: shop.shopId, actor: STAFF, key, now: Date.now() },
  )

const args = (request: Request, params = {}) => ({ request, params, context: {} }) as never
const send = async (json: object, to: typeof pay = pay, address = '/app/members/causes') => {
  const answer = await to(args(bearerCall(address, await adminToken(shop.domain), { json })))
  return answer as unknown as { ok?: boolean; data?: { refused: string }; init?: { status: number } }
}
const inPanel = async (locale = 'de', customer = customers[0] as string) => {
  const call = proxyCall('/panel', { shop: shop.domain, customer, query: { locale } })
  const seen = await (await answerOf(() => panel(args(call)))).json()
  return { ...seen, reward: seen.rewards.find((reward: { id: string }) => reward.id === id) }
}
const confirmation = async (redemptionId: number, locale = 'de') => {
  const query = { locale, id: String(redemptionId) }
  const call = proxyCall('/panel/redemption', { shop: shop.domain, customer: customers[0] as string, query })
  return (await (await answerOf(() => one(args(call)))).json()).redemption
}
const historyOf = async (locale = 'de', customerId = customers[0] as string) => {
  const request = bearerCall(`/app/members/${customerId}?locale=${locale}`, await adminToken(shop.domain), {})
  const page = (await member(args(request, { customerId }))) as unknown as Awaited<ReturnType<typeof member>>
  return page.member
}

describe('given', () => {
  test('its points are spent with the click, and the cause has the money to get', async () => {
    const start = await points()
    const { redemptionId, status } = await donate()
    expect(status).toBe('used')
    expect(await points()).toEqual({ ...start, redeemed: start.redeemed + COST })
    expect(await figures()).toEqual({ given: 5, of: COST, donations: 1, paid: 0, left: 5, beyond: null })
    const { rows } = await database
      .owner()
      .query('SELECT discount_id, code, shown_code FROM redemption WHERE redemption_id = $1', [redemptionId])
    expect(rows[0]).toEqual({ discount_id: null, code: null, shown_code: null })
  })

  test('one click many times is one donation', async () => {
    await buy(customers[0] as string, 3 * COST)
    const wish = {
      shop,
      customerId: customers[0] as string,
      rewardId: id,
      price: COST,
      requestKey: `one-${id}`,
    }
    const made = await Promise.all(
      Array.from({ length: 64 }, () => redeemReward({ ...wish, now: Date.now() })),
    )
    expect(new Set(made.map(({ redemptionId }) => redemptionId)).size).toBe(1)
    expect(await figures()).toMatchObject({ donations: 1, given: 5 })
  })

  test.each([
    [
      'de',
      'Ein Baum für jede Einlösung.',
      'Zusammen bisher 10,00 €.',
      'Danke! 5,00 € gehen als Spende an diesen Zweck.',
    ],
    [
      'en',
      'A tree for each redemption.',
      '€10.00 together so far.',
      'Thank you! €5.00 go to this cause as a donation.',
    ],
  ])(
    'the panel says what for, and the sum only once there is one (%s)',
    async (locale, about, sum, thanks) => {
      expect((await inPanel(locale)).reward).toMatchObject({
        about,
        proof: { href: 'https://baumschule.example/spenden' },
      })
      await donate(customers[1])
      const { redemptionId } = await donate()
      const told = (text: string) => text.replaceAll('\u00a0', ' ')
      const { reward, codes } = await inPanel(locale)
      expect(told(reward.about)).toBe(`${about} ${sum}`)
      // It is told when it is made, and stands in the history; nothing of it is open.
      expect(codes).toEqual([])
      const { given, code } = await confirmation(redemptionId, locale)
      expect(told(given)).toBe(`${thanks} ${sum}`)
      expect(code).toBeNull()
    },
  )

  test('the history says what came of it, and the file of a person, too', async () => {
    await donate()
    const [line] = (await historyOf()).history
    expect(line?.title.replaceAll('\u00a0', ' ')).toBe('5,00 € gespendet')
    expect(line?.detail.join(' ')).toContain('Baumschule')
  })
})

describe('taken back', () => {
  test('within the day by staff, once however often; the points are back and the cause is not owed it', async () => {
    const start = await points()
    const { redemptionId } = await donate()
    await Promise.all(Array.from({ length: 8 }, () => revoke(redemptionId)))
    await revoke(redemptionId)
    expect(await points()).toEqual({ ...start, available: start.available + COST })
    expect(await view()).toMatchObject({ shown: { cause: { given: '0', donations: 0 } } })
    const [line] = (await historyOf()).history
    expect(line?.title).toContain('Punkte zurück')
    expect(line?.detail.join(' ')).toContain('Der Shop hat das zurückgenommen.')
    expect(line?.detail.join(' ')).toContain('92100000001')
    expect((await inPanel()).reward.about).toBe('Ein Baum für jede Einlösung.')
  })

  test('on the member’s page there is a button for it, and the answer says what came of it', async () => {
    const { redemptionId } = await donate()
    const shown = async () => (await historyOf()).codes.find(({ id }) => id === String(redemptionId))
    expect(await shown()).toMatchObject({ kind: 'donation', status: 'used', revocable: true })
    const json = { deed: 'take-back', id: redemptionId }
    expect(await send(json, deed as never, '/app/members/to-do')).toMatchObject({ ok: true })
    expect(await send(json, deed as never, '/app/members/to-do')).toMatchObject({ ok: true })
    expect(await shown()).toBeUndefined()
  })

  test('not a day later', async () => {
    const { redemptionId } = await donate()
    const start = await points()
    await expect(revoke(redemptionId, Date.now() + DAY_MS + 1_000)).rejects.toMatchObject({
      code: 'reward-not-open',
    })
    expect(await points()).toEqual(start)
  })

  test('not once it was paid, and again when that payment was a mistake', async () => {
    const { redemptionId } = await donate()
    await donate(customers[1])
    await paying('5.01')
    await expect(revoke(redemptionId)).rejects.toMatchObject({ code: 'donation-paid' })
    const [payment] = (await view()).shown?.payments ?? []
    await correctPayment(Number(payment?.id), { shopId: shop.shopId, actor: STAFF, now: Date.now() })
    await paying('5.00')
    // Of two donations one is paid: the other can go.
    await revoke(redemptionId)
    expect(await figures()).toEqual({ given: 5, of: COST, donations: 1, paid: 5, left: 0, beyond: null })
  })

  test('what comes back repays a debt first', async () => {
    const customer = '7200000000771'
    const { redemptionId } = await donate(customer)
    const cancelledAt = new Date().toISOString()
    const order = {
      id: orders,
      customer,
      lines: [{ price: `${COST}.00` }],
      cancelledAt,
      updatedAt: cancelledAt,
    }
    await withShop(shop.shopId, (tx) => settle(tx, shop.shopId, order as never))
    expect(await points(customer)).toMatchObject({ debt: COST })
    await revoke(redemptionId)
    expect(await points(customer)).toMatchObject({ available: 0, debt: 0, redeemed: 0 })
  })

  test('nothing else is taken back that way', async () => {
    await buy(customers[0] as string, fiveOff.cost)
    const code = await redeemReward({
      shop,
      customerId: customers[0] as string,
      rewardId: fiveOff.id,
      price: fiveOff.cost,
      requestKey: `code-${id}`,
      now: Date.now(),
    })
    await expect(revoke(code.redemptionId)).rejects.toMatchObject({ code: 'code-unknown' })
    await expect(revoke(999_999_999)).rejects.toMatchObject({ code: 'code-unknown' })
  })
})

describe('paid', () => {
  test('what is entered counts as paid, and is corrected by its opposite, never deleted', async () => {
    for (let n = 0; n < 3; n++) await donate()
    await paying('9.50', undefined, { note: 'Überweisung', proof: 'https://baumschule.example/beleg-1' })
    expect(await figures()).toMatchObject({ given: 15, paid: 9.5, left: 5.5 })
    const [payment] = (await view()).shown?.payments ?? []
    expect(payment).toMatchObject({ note: 'Überweisung', paidOn: '2026-11-30', corrected: false })
    const correct = () =>
      correctPayment(Number(payment?.id), { shopId: shop.shopId, actor: STAFF, now: Date.now() })
    await Promise.all([correct(), correct(), correct()])
    expect(await figures()).toMatchObject({ given: 15, paid: 0, left: 15 })
    const { payments } = (await view()).shown ?? { payments: [] }
    expect(payments.map(({ amount, corrected, corrects }) => [Number(amount), corrected, corrects])).toEqual([
      [-9.5, false, payment?.id],
      [9.5, true, null],
    ])
    // A correction is none of its own.
    await expect(
      correctPayment(Number(payments[0]?.id), { shopId: shop.shopId, actor: STAFF, now: Date.now() }),
    ).rejects.toMatchObject({ code: 'payment-unknown' })
    for (const sql of ['DELETE FROM cause_payment', `UPDATE cause_payment SET amount = 1`])
      await expect(withShop(shop.shopId, (tx) => tx.query(sql))).rejects.toThrow(/permission denied/)
  })

  test('the same form sent twice is one payment, with other words it is a conflict', async () => {
    await donate()
    const key = crypto.randomUUID()
    const json = { intent: 'pay', cause: id, amount: '2', paidOn: '2026-11-30', note: '', proof: '', key }
    const answers = await Promise.all([send(json), send(json), send(json)])
    for (const answer of answers) expect(answer).toMatchObject({ ok: true })
    expect(await figures()).toMatchObject({ paid: 2, left: 3 })
    expect(await send({ ...json, amount: '3' })).toMatchObject({ data: { refused: 'key-conflict' } })
    expect(await figures()).toMatchObject({ paid: 2 })
  })

  test.each([
    ['nothing', { amount: '0' }],
    ['less', { amount: '-5' }],
    ['a word', { amount: 'fünf' }],
    ['a third of a cent', { amount: '1.003' }],
    ['tomorrow', { paidOn: '2099-01-01' }],
    ['no day', { paidOn: '2026-02-30' }],
    ['a script', { proof: 'javascript:alert(1)' }],
    ['plain http', { proof: 'http://baumschule.example' }],
    ['a password', { proof: 'https://a:b@baumschule.example' }],
  ])('%s is refused', async (_, wrong) => {
    await donate()
    const key = crypto.randomUUID()
    const json = {
      intent: 'pay',
      cause: id,
      amount: '2',
      paidOn: '2026-11-30',
      note: '',
      proof: '',
      key,
      ...wrong,
    }
    expect(await send(json)).toMatchObject({ data: { refused: 'invalid-payload' }, init: { status: 400 } })
    expect(await figures()).toMatchObject({ paid: 0 })
  })

  test('more than was given is told as what it is, and of a cause without a gift nothing', async () => {
    await expect(paying('1')).rejects.toMatchObject({ code: 'cause-unknown' })
    await donate()
    await paying('8')
    expect(await figures()).toMatchObject({ given: 5, paid: 8, left: 0, beyond: 3 })
  })

  test('a payment and the taking back of what it pays, at once: who comes second sees the first', async () => {
    for (let n = 0; n < 6; n++) {
      id = `trees-${++causes}`
      const { redemptionId } = await donate()
      const [paid, back] = await Promise.allSettled([paying('5'), revoke(redemptionId)])
      // Whoever comes second: the payment is the merchant's word, the taking back is refused.
      expect(paid.status).toBe('fulfilled')
      const { given, beyond } = await figures()
      expect([given, beyond]).toEqual(back.status === 'fulfilled' ? [0, 5] : [5, null])
    }
  })
})

describe('her donations', () => {
  test('go with her when she becomes another member, and are counted once', async () => {
    const [gone, kept] = ['7200000000772', '7200000000773']
    const { redemptionId } = await donate(gone)
    await donate(kept)
    const merge = { keptId: kept, deletedId: gone }
    await acrossShops((tx) => mergeMembers(tx, shop.shopId, merge, Date.now(), Date.now()))
    expect(await figures()).toMatchObject({ given: 10, donations: 2 })
    await revoke(redemptionId)
    expect(await points(kept)).toMatchObject({ available: COST, redeemed: COST })
  })

  test('stay given when she is redacted; what a note says of her goes', async () => {
    const customerId = '7200000000774'
    await donate(customerId)
    await paying('1', undefined, {
      note: 'Dank an mara@b.example',
      proof: 'https://b.example/mara@b.example',
    })
    const person = { customer: { id: Number(customerId), email: 'mara@b.example', phone: null } }
    const delivery = {
      shopId: shop.shopId,
      shopDomain: shop.domain,
      deliveryId: 0,
      attempts: 0,
      triggeredAt: null,
    }
    await acrossShops((tx) => redactCustomer(tx, delivery as never, person, Date.now()))
    expect(await figures()).toMatchObject({ given: 5, paid: 1 })
    const [payment] = (await view()).shown?.payments ?? []
    expect(JSON.stringify(payment)).not.toContain('mara')
  })
})

// Last: the program is another one then.
test('a cause that left the program is still there, with its pages', async () => {
  await donate()
  for (let n = 0; n < 27; n++) await paying('0.01')
  const left = testProgram({ rewards: [fiveOff, cause('trees-1')] })
  await publish(database.owner(), shop.shopId, 2, left, new Date(Date.now() - 60_000).toISOString())
  const { shown } = await view()
  expect(shown).toMatchObject({ cause: { name: `Baumschule ${id}`, offered: false }, first: true })
  expect(shown?.payments).toHaveLength(25)
  expect((await view(id, shown?.next)).shown?.payments).toHaveLength(2)
})
