import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops, readShop, withShop } from '../../../app/db/db.server.ts'
import { asKind, type Reward } from '../../../app/domain/rewards/kinds.ts'
import { hasOurForm } from '../../../app/domain/rewards/reward-code.ts'
import { DAY_MS } from '../../../app/domain/time/time-window.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { cancelCode } from '../../../app/loyalty/codes/cancel-code.ts'
import { type Deed, doByPeople } from '../../../app/loyalty/codes/done-by-people.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import { redeemReward } from '../../../app/loyalty/rewards/redeem-reward.ts'
import { withdrawReward } from '../../../app/loyalty/rewards/withdraw-reward.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { readMembership } from '../../../app/loyalty/surfaces/read-panel.ts'
import { redactCustomer } from '../../../app/loyalty/upkeep/redact-customer.ts'
import { loader as member } from '../../../app/routes/app.members.$customerId.tsx'
import { action as change, loader as list } from '../../../app/routes/app.members.to-do.tsx'
import { loader as panel } from '../../../app/routes/proxy.panel.ts'
import { action as giveBack } from '../../../app/routes/proxy.panel_.give-back.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { settle } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'
import { adminToken, answerOf, bearerCall, proxyCall } from '../../support/shopper-requests.ts'

/** What people do for a member: her points are held until they say that it is done, and come back otherwise. */
const database = useDatabase()
const pages = useAdminPages()
const COST = 150
const STAFF = 'staff:92100000001'
const [fiveOff] = testProgram().rewards as [Reward]
const TASTING: Reward = {
  ...asKind(fiveOff, 'experience'),
  id: 'tasting',
  name: { de: 'Weinprobe', en: 'Wine tasting' },
  cost: COST,
  note: { de: 'Zeigen Sie das an der Kasse.', en: 'Show this at the till.' },
  validDays: 20,
} as Reward

let shop: Shop
let customers: string[] = []
let orders = 97_000
let held: { customerId: string; redemptionId: number; code: string }

beforeAll(async () => {
  await pages.open('/app') // the token is exchanged, the shop is made
  shop = (await shopByDomain(pages.domain)) as Shop
  const program = testProgram({ rewards: [fiveOff, TASTING] })
  await publish(database.owner(), shop.shopId, 1, program, '2020-01-01T00:00:00Z')
  const answer = await pages.harness.graphql('{ customers(first: 5) { nodes { id } } }')
  customers = answer.data.customers.nodes.map(({ id }: { id: string }) => id.split('/').pop())
})

beforeEach(async () => {
  held = await taken(customers[0] as string)
})

afterEach(async () => {
  expect((await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
})

async function buy(customer: string, price: string, codes: string[] = []) {
  const order = { id: ++orders, customer, lines: [{ price }], codes }
  await withShop(shop.shopId, (tx) => settle(tx, shop.shopId, order as never))
}

/** A member with points for it and no more, who has taken it. */
async function taken(customerId: string) {
  await buy(customerId, `${COST}.00`)
  const requestKey = `tasting-${orders}`
  const wish = { shop, customerId, rewardId: 'tasting', price: COST, requestKey, now: Date.now() }
  const { redemptionId, shownCode } = await redeemReward(wish)
  return { customerId, redemptionId, code: shownCode as string }
}

const act = (deed: Deed, more: { now?: number; actor?: string } = {}) =>
  doByPeople(deed, {
    shopId: shop.shopId,
    redemptionId: held.redemptionId,
    actor: STAFF,
    now: Date.now(),
    ...more,
  })
const points = () =>
  readShop(shop.shopId, async (tx) => {
    const found = await readMember(tx, shop.shopId, held.customerId)
    const { available = 0, held: reserved = 0 } = found?.balance ?? {}
    return { available, held: reserved, redeemed: found?.redeemed ?? 0 }
  })
const row = async () => {
  const sql = `SELECT status, return_reason AS reason, code, done_at IS NOT NULL AS done FROM redemption
                WHERE shop_id = $1 AND redemption_id = $2`
  return (await database.owner().query(sql, [shop.shopId, held.redemptionId])).rows[0]
}
const since = async (start: Awaited<ReturnType<typeof points>>) => {
  const now = await points()
  return {
    available: now.available - start.available,
    held: now.held - start.held,
    redeemed: now.redeemed - start.redeemed,
  }
}
const NOTHING = { available: 0, held: 0, redeemed: 0 }
const DONE = { available: 0, held: -COST, redeemed: COST }
const BACK = { available: COST, held: -COST, redeemed: 0 }

const args = (request: Request, params = {}) => ({ request, params, context: {} }) as never
const token = () => adminToken(shop.domain)
const toDo = async (query = '') =>
  (await list(
    args(bearerCall(`/app/members/to-do?locale=de&${query}`, await token(), {})),
  )) as unknown as Awaited<ReturnType<typeof list>>
const ours = async (query = '') =>
  (await toDo(query)).items.find(({ id }) => id === String(held.redemptionId))
const send = async (json: object) => {
  const answer = await change(args(bearerCall('/app/members/to-do', await token(), { json })))
  return answer as unknown as { ok?: boolean; data?: { refused: string }; init?: { status: number } }
}
const historyOf = async (locale = 'de') => {
  const { customerId } = held
  const request = bearerCall(`/app/members/${customerId}?locale=${locale}`, await token(), {})
  const page = (await member(args(request, { customerId }))) as unknown as Awaited<ReturnType<typeof member>>
  return page.member.history
}
const inPanel = async (locale = 'de') => {
  const call = proxyCall('/panel', { shop: shop.domain, customer: held.customerId, query: { locale } })
  const view = await (await answerOf(() => panel(args(call)))).json()
  return view.codes.find(({ id }: { id: string }) => id === String(held.redemptionId))
}

test('it is there at once, with a short code that is none for a cart, and Shopify hears nothing', async () => {
  expect(held.code).toMatch(/^[2-9B-Z]{4}-[2-9B-Z]{4}$/)
  expect(hasOurForm(held.code)).toBe(false)
  expect(await row()).toEqual({ status: 'ready', reason: null, code: null, done: false })
  const start = await points()
  await issueReward({ shopId: shop.shopId, redemptionId: held.redemptionId }, Date.now(), true)
  expect(await since(start)).toEqual(NOTHING)
  const shopper = { shop, customerId: held.customerId, locale: 'de' as const, now: Date.now() }
  expect((await readMembership(shopper)).codes).toEqual([])
  // An order that carries the same letters, however they came there, is no deed of the shop's.
  await buy(customers[1] as string, '10.00', [held.code])
  expect(await since(start)).toEqual(NOTHING)
  expect(await row()).toMatchObject({ status: 'ready' })
})

test.each([
  ['de', 'Zeigen Sie das an der Kasse.', 'Weinprobe'],
  ['en', 'Show this at the till.', 'Wine tasting'],
])('the panel says what to do, and the code to be shown (%s)', async (locale, toShow, rewardName) => {
  expect(await inPanel(locale)).toMatchObject({
    code: held.code,
    toShow,
    rewardName,
    status: 'ready',
    given: null,
  })
})

describe('done', () => {
  test('its points are spent once, however often and by how many it is said', async () => {
    const start = await points()
    await Promise.all([act('done'), act('done'), act('done', { actor: 'staff:2' })])
    await act('done')
    expect(await since(start)).toEqual(DONE)
    expect(await row()).toMatchObject({ status: 'used', done: true })
    await expect(act('cancel')).rejects.toMatchObject({ code: 'reward-done' })
    const back = { shop, customerId: held.customerId, redemptionId: String(held.redemptionId) }
    await expect(cancelCode({ ...back, actor: 'shopper', now: Date.now() })).rejects.toMatchObject({
      code: 'reward-done',
    })
    expect(await since(start)).toEqual(DONE)
  })

  test('the history says who did it', async () => {
    await act('done', { actor: 'staff:77' })
    const [line] = await historyOf()
    expect(line?.title).toBe('Vom Shop erledigt')
    expect(line?.detail.join(' ')).toContain('Weinprobe')
    expect(line?.detail.join(' ')).toContain('77')
    expect((await historyOf('en'))[0]?.title).toBe('Done by the shop')
  })

  test('undone within the day it is open again, and can be done, or come back', async () => {
    const start = await points()
    await act('done')
    await Promise.all([act('undo', { actor: 'staff:78' }), act('undo')])
    expect(await since(start)).toEqual(NOTHING)
    expect(await row()).toMatchObject({ status: 'ready', done: false })
    const titles = (await historyOf()).slice(0, 3).map(({ title }) => title)
    expect(titles).toEqual(['Erneut eingelöst: Weinprobe', 'Punkte zurück: Weinprobe', 'Vom Shop erledigt'])
    const told = (await historyOf()).find(({ title }) => title.startsWith('Punkte zurück'))
    expect(told?.detail[0]).toBe('Doch nicht erledigt: Die Punkte sind wieder dafür reserviert.')
    await act('done')
    expect(await since(start)).toEqual(DONE)
    await act('undo')
    await act('cancel')
    expect(await since(start)).toEqual(BACK)
  })

  test('a day later it stays done', async () => {
    await act('done')
    const start = await points()
    await expect(act('undo', { now: Date.now() + DAY_MS + 1_000 })).rejects.toMatchObject({
      code: 'reward-not-open',
    })
    expect(await since(start)).toEqual(NOTHING)
  })
})

describe('not done', () => {
  test.each(['staff', 'shopper'])('its points come back when the %s cancels it', async (who) => {
    const start = await points()
    if (who === 'staff') {
      await Promise.all([act('cancel'), act('cancel')])
      await act('cancel')
    } else {
      const json = { id: String(held.redemptionId) }
      const call = proxyCall('/panel/give-back', { shop: shop.domain, customer: held.customerId, json })
      const answer = await (await answerOf(() => giveBack(args(call)))).json()
      expect(answer.redemption).toMatchObject({ status: 'returned' })
    }
    expect(await since(start)).toEqual(BACK)
    expect(await row()).toMatchObject({ status: 'returned', reason: 'cancelled' })
    for (const deed of ['done', 'undo'] as const)
      await expect(act(deed)).rejects.toMatchObject({ code: 'reward-not-open' })
    expect(await withdrawReward({ shopId: shop.shopId, redemptionId: held.redemptionId }, Date.now())).toBe(
      'nothing',
    )
    expect(await since(start)).toEqual(BACK)
    const [line] = await historyOf()
    expect(line?.detail[0]).toBe(
      who === 'staff' ? 'Der Code wurde vom Shop zurückgenommen.' : 'Der Code wurde zurückgegeben.',
    )
  })

  test('its points come back when its days are over', async () => {
    const start = await points()
    const later = Date.now() + 22 * DAY_MS
    await lapseRewards(() => later)
    expect(await row()).toMatchObject({ status: 'returned', reason: 'lapsed' })
    expect((await since(start)).held).toBeLessThan(0)
    const [line] = await historyOf()
    expect(line?.detail[0]).toBe('Der Code wurde nicht genutzt und ist abgelaufen.')
  })

  test('undone while its member is in debt it stays done, and nothing moves', async () => {
    held = await taken('7200000000982')
    await act('done')
    const start = await points()
    const order = { id: orders, customer: held.customerId, lines: [{ price: `${COST}.00` }] }
    const cancelledAt = new Date().toISOString()
    await withShop(shop.shopId, (tx) =>
      settle(tx, shop.shopId, { ...order, cancelledAt, updatedAt: cancelledAt } as never),
    )
    await expect(act('undo')).rejects.toMatchObject({ code: 'in-debt' })
    expect(await send({ deed: 'undo', id: held.redemptionId })).toMatchObject({
      data: { refused: 'in-debt' },
      init: { status: 409 },
    })
    expect(await row()).toMatchObject({ status: 'used', done: true })
    expect((await points()).redeemed).toBe(start.redeemed)
    // The next order pays what is owed; then it can be undone.
    await buy(held.customerId, `${COST}.00`)
    await act('undo')
    expect(await row()).toMatchObject({ status: 'ready', done: false })
    await act('cancel')
  })

  test('done and cancelled at once it is one of the two', async () => {
    const start = await points()
    const results = await Promise.allSettled([act('done'), act('cancel'), act('done'), act('cancel')])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect([DONE, BACK]).toContainEqual(await since(start))
  })
})

describe('while it is open', () => {
  test('its member becomes another one, and has it still', async () => {
    const kept = customers[3] as string
    await buy(kept, '1.00')
    held = await taken(customers[4] as string)
    const merge = { keptId: kept, deletedId: held.customerId }
    await acrossShops((tx) => mergeMembers(tx, shop.shopId, merge, Date.now(), Date.now()))
    held.customerId = kept
    expect(await inPanel()).toMatchObject({ code: held.code, status: 'ready' })
    expect(await ours()).toMatchObject({ customerId: kept })
    const start = await points()
    await act('done')
    expect(await since(start)).toEqual(DONE)
    await act('undo')
    await act('cancel')
    expect(await since(start)).toEqual(BACK)
  })

  test('its member is redacted: staff still see it without her, and end it', async () => {
    const customerId = '7200000000981'
    held = await taken(customerId)
    const other = await taken(customerId)
    const person = { customer: { id: Number(customerId), email: null, phone: null } }
    const delivery = {
      shopId: shop.shopId,
      shopDomain: shop.domain,
      deliveryId: 0,
      attempts: 0,
      triggeredAt: null,
    }
    await acrossShops((tx) => redactCustomer(tx, delivery as never, person, Date.now()))
    expect(await ours()).toMatchObject({ customerId: null, customerName: null, code: held.code })
    await act('done')
    expect(await row()).toMatchObject({ status: 'used', done: true })
    held = other
    await act('cancel')
    expect(await row()).toMatchObject({ status: 'returned' })
  })
})

describe('the list', () => {
  test('says who, what, since when, until when, and what was done', async () => {
    expect(await ours()).toMatchObject({
      customerId: held.customerId,
      customerName: expect.any(String),
      rewardName: 'Weinprobe',
      code: held.code,
      points: COST,
      doneAt: null,
      undoable: false,
    })
    expect(await ours('show=done')).toBeUndefined()
    expect(await send({ deed: 'done', id: held.redemptionId })).toMatchObject({ ok: true })
    expect(await send({ deed: 'done', id: held.redemptionId })).toMatchObject({ ok: true })
    expect(await ours()).toBeUndefined()
    expect(await ours('show=done')).toMatchObject({ doneAt: expect.any(Date), undoable: true })
    expect(await send({ deed: 'cancel', id: held.redemptionId })).toMatchObject({
      data: { refused: 'reward-done' },
      init: { status: 409 },
    })
    expect(await send({ deed: 'undo', id: held.redemptionId })).toMatchObject({ ok: true })
    expect(await ours()).toBeDefined()
    expect(await send({ deed: 'done', id: 999_999_999 })).toMatchObject({ init: { status: 404 } })
  })

  test('has pages, and leaves none out', async () => {
    for (let n = 0; n < 55; n++) await taken(customers[2] as string)
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { items, next } = await toDo(after)
      seen.push(...items.map(({ id }) => id))
      if (next === null) break
      after = `after=${next}`
    }
    const { rows } = await database
      .owner()
      .query(`SELECT count(*)::int AS open FROM redemption WHERE status = 'ready' AND shown_code IS NOT NULL`)
    expect(new Set(seen).size).toBe(rows[0].open)
    expect(seen.length).toBeGreaterThan(55)
  })
})
