import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops, readShop, withShop } from '../../../app/db/db.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { cancelCode } from '../../../app/loyalty/codes/cancel-code.ts'
import { readCode, readMember } from '../../../app/loyalty/members/read-member.ts'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import { withdrawReward } from '../../../app/loyalty/rewards/withdraw-reward.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { action as change, loader as member } from '../../../app/routes/app.members.$customerId.tsx'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { settle } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { makeShop, publish } from '../../support/shop.ts'
import { adminToken, bearerCall } from '../../support/shopper-requests.ts'

/** An open code is taken back: by whom, when nobody can use it any more in Shopify, and never twice. */
const database = useDatabase()
const pages = useAdminPages()
const COST = 500
const STAFF = 'staff:92100000001'

let shop: Shop
let customers: string[] = []
let orders = 88_000

beforeAll(async () => {
  await pages.open('/app') // the token is exchanged, the shop is made
  shop = (await shopByDomain(pages.domain)) as Shop
  await publish(database.owner(), shop.shopId, 1, testProgram(), '2020-01-01T00:00:00Z')
  const answer = await pages.harness.graphql('{ customers(first: 5) { nodes { id } } }')
  customers = answer.data.customers.nodes.map(({ id }: { id: string }) => id.split('/').pop())
})

interface Open {
  customerId: string
  redemptionId: string
  code: string
}
let held: Open

beforeEach(async () => {
  held = await openCode(customers[0] as string)
})

afterEach(async () => {
  expect((await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
})

/** A member with points for the code and no more, and the code, made in the shop. */
async function openCode(customerId: string): Promise<Open> {
  await buy(customerId, { lines: [{ price: `${COST}.00` }] })
  const requestKey = `take-back-${++orders}`
  const wish = { shop, customerId, rewardId: 'five-off', price: COST, requestKey, now: Date.now() }
  const { redemptionId, code } = await redeemCode(wish)
  await issueReward({ shopId: shop.shopId, redemptionId }, Date.now(), false)
  return { customerId, redemptionId: String(redemptionId), code }
}

async function buy(
  customer: string,
  order: { lines: { price: string }[]; status?: string; codes?: string[] },
) {
  const id = ++orders
  await withShop(shop.shopId, (tx) => settle(tx, shop.shopId, { id, customer, ...order } as never))
  return `#${id}`
}

const take = (which: Partial<Open & { shop: Shop; actor: string }> = {}) => {
  const { customerId, redemptionId } = { ...held, ...which }
  const { shop: of = shop, actor = STAFF } = which
  return cancelCode({ shop: of, customerId, redemptionId, actor, now: Date.now() })
}
const available = (customerId = held.customerId) =>
  readShop(shop.shopId, async (tx) => (await readMember(tx, shop.shopId, customerId))?.balance.available)
const statusOfCode = () =>
  readShop(
    shop.shopId,
    async (tx) => (await readCode(tx, shop.shopId, held.customerId, held.redemptionId))?.status,
  )
const inShopify = () =>
  pages.harness.store.discounts.find(({ codes }) => codes.some(({ code }) => code === held.code))
const usable = () => Date.parse(inShopify()?.endsAt ?? '') > pages.harness.store.now()
const releases = async (redemptionId = held.redemptionId) =>
  (
    await database.owner().query(
      `SELECT actor, why ->> 'reason' AS reason FROM posting
          WHERE shop_id = $1 AND kind = 'redemption' AND part = 'release' AND source_id = $2`,
      [shop.shopId, redemptionId],
    )
  ).rows
const unreachable = (kind: string) => pages.harness.post('/practice/admin-api', { kind })

describe('an open code is taken back', () => {
  test('W17: ended in Shopify first, then its points are back, and the book says by whom', async () => {
    const before = (await available()) ?? 0
    await unreachable('error-503')
    try {
      expect(await take()).toBe(false)
      expect([await statusOfCode(), await available(), await releases()]).toEqual(['ending', before, []])
    } finally {
      await unreachable('none')
    }
    expect(usable()).toBe(true)
    // The job that was put into the queue goes on with it, whoever asks meanwhile.
    await withdrawReward({ shopId: shop.shopId, redemptionId: Number(held.redemptionId) }, Date.now())
    expect([await statusOfCode(), await available()]).toEqual(['returned', before + COST])
    expect(usable()).toBe(false)
    expect(await releases()).toEqual([{ actor: STAFF, reason: 'cancelled' }])
    expect(await take({ actor: 'shopper' })).toBe(true)
    expect(await releases()).toEqual([{ actor: STAFF, reason: 'cancelled' }])
  })

  test('W17: by owner and shopper at once, it comes back once, in the name of one of them', async () => {
    const before = (await available()) ?? 0
    const both = await Promise.all([take(), take({ actor: 'shopper' }), take(), take({ actor: 'shopper' })])
    expect(both).toContain(true)
    expect(await available()).toBe(before + COST)
    const found = await releases()
    expect(found).toHaveLength(1)
    expect([STAFF, 'shopper']).toContain(found[0].actor)
  })

  test('W17: one that an order has used meanwhile is refused', async () => {
    await buy(held.customerId, { lines: [{ price: '9.00' }], codes: [held.code] })
    const before = await available()
    await expect(take()).rejects.toMatchObject({ code: 'code-used' })
    expect([await available(), await releases()]).toEqual([before, []])
  })

  test('W17: one that Shopify counts as used, though its order has not come, is refused', async () => {
    const discount = inShopify()
    if (!discount) throw new Error('no discount')
    const use = {
      code: held.code,
      orderId: 1,
      customerId: Number(held.customerId),
      at: pages.harness.store.time(),
    }
    pages.harness.store.discounts.put({ ...discount, uses: [use as never] })
    const before = await available()
    await expect(take()).rejects.toMatchObject({ code: 'code-used' })
    expect([await statusOfCode(), await available(), await releases()]).toEqual(['ready', before, []])
  })

  test('W17: one that stands on an unpaid order is refused with the order’s name', async () => {
    const name = await buy(held.customerId, {
      lines: [{ price: '9.00' }],
      codes: [held.code],
      status: 'pending',
    })
    await expect(take()).rejects.toMatchObject({ code: 'code-on-order', details: { order: name } })
    expect([await statusOfCode(), usable(), await releases()]).toEqual(['reserved', true, []])
  })

  test('W17: nobody takes back another customer’s code, nor another shop’s', async () => {
    const other = await makeShop(database.owner(), { program: testProgram() })
    const foreign = (await shopByDomain(other.domain)) as Shop
    await buy(customers[1] as string, { lines: [{ price: '9.00' }] })
    for (const wrong of [
      { customerId: customers[1] as string },
      { shop: foreign },
      { redemptionId: '999999' },
      { redemptionId: '1 OR 1=1' },
    ])
      await expect(take(wrong)).rejects.toMatchObject({ code: 'code-unknown' })
    expect([await statusOfCode(), usable(), await releases()]).toEqual(['ready', true, []])
  })
})

describe('on the member’s page', () => {
  const request = async (form?: Record<string, string>) => {
    const path = `/app/members/${held.customerId}?locale=de`
    const call = bearerCall(path, await adminToken(pages.domain), form ? { form } : {})
    return { request: call, params: { customerId: held.customerId }, context: {} } as never
  }
  const send = async (codeId = held.redemptionId) => change(await request({ intent: 'end-code', codeId }))
  const show = async () => (await member(await request())) as unknown as Awaited<ReturnType<typeof member>>

  test('W17: the owner takes it back, and the history says so', async () => {
    expect(await send()).toEqual({ ok: true, intent: 'end-code', back: true })
    expect(await send()).toEqual({ ok: true, intent: 'end-code', back: true })
    const { codes, history } = (await show()).member
    expect(codes.filter(({ id }) => id === held.redemptionId)).toEqual([])
    expect(history[0]).toMatchObject({ title: 'Punkte zurück: 5 € Rabatt', points: COST })
    expect(history[0]?.detail).toEqual([
      'Der Code wurde vom Shop zurückgenommen.',
      `Code ${held.code}`,
      'Gebucht durch Sie',
    ])
  })

  test('W17: what the shopper took back herself is told as hers', async () => {
    await take({ actor: 'shopper' })
    const told = (await show()).member.history[0]?.detail
    expect(told).toContain('Der Code wurde zurückgegeben.')
    expect(told).toContain('Gebucht durch die Kundin oder den Kunden')
  })

  test('W17: a refusal says why', async () => {
    const name = await buy(held.customerId, {
      lines: [{ price: '9.00' }],
      codes: [held.code],
      status: 'pending',
    })
    const of = { data: { ok: false, intent: 'end-code' } }
    expect(await send()).toMatchObject({
      data: { ...of.data, refused: 'code-on-order', order: name },
      init: { status: 409 },
    })
    expect(await send('999999')).toMatchObject({
      data: { ...of.data, refused: 'code-unknown' },
      init: { status: 404 },
    })
  })
})
