import { describe, expect, test } from 'vitest'
import { acrossShops, readShop, withShop } from '../../app/db/db.server.ts'
import type { Campaign } from '../../app/domain/earning/campaigns.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { readReason } from '../../app/loyalty/inbox/reason.ts'
import { publishProgram } from '../../app/loyalty/program/publish-program.ts'
import { type DraftPatch, saveDraft } from '../../app/loyalty/program/save-draft.ts'
import { settleAgain } from '../../app/loyalty/settlement/settle-again.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { readOrdersWithoutPoints } from '../../app/loyalty/surfaces/orders-without-points.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { wording } from '../../app/wording.ts'
import { type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { LATER, type ShopLife, SMALL_REWARD, useShopLife } from './shop-life.ts'

/** Programs that were published before such were refused, whose orders give more points than the book can hold. */
const shops = useShopLife()

const campaigns = (count: number, more: Partial<Campaign> = {}): Campaign[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `c${i}`,
    name: { de: `Kampagne ${i}`, en: `Campaign ${i}` },
    multiplier: '100',
    scope: { kind: 'all' },
    tiers: [],
    window: { start: null, end: null, timeZone: 'Europe/Berlin' },
    ...more,
  }))

const wild = { campaigns: campaigns(100), stacking: 'multiply' as const }

const read = async (life: ShopLife, options: OrderOptions, origin: 'read' | 'again' = 'read') => {
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(options))), life.shopId)
  return acrossShops((tx) => settleOrders(tx, [{ shopId: life.shopId, facts, origin }], LATER))
}

const without = (life: ShopLife, customer: number) =>
  readShop(life.shopId, (tx) => {
    const words = wording('de', { timeZone: life.shop.timeZone, currency: life.shop.currency })
    return readOrdersWithoutPoints(tx, life.shopId, String(customer), words)
  })

describe('An order whose points cannot be counted', () => {
  test('PR1: is set aside at once with a reason, and holds up no other', async () => {
    const life = await shops.open({ program: wild })
    const ending = await life.order({ id: 1, customer: 1 })
    expect(ending).toMatchObject({ status: 'quarantined' })
    expect(readReason(ending.reason)).toEqual({ code: 'uncountable' })
    expect(await life.balance(1)).toMatchObject({ available: 0, pending: 0 })
    const other = await shops.open()
    expect(await other.order({ id: 2, customer: 2 })).toMatchObject({ status: 'done' })
  })

  test('PR1: leaves those beside it in their batch alone', async () => {
    const life = await shops.open({
      program: { ...wild, campaigns: campaigns(100, { scope: { kind: 'products', ids: ['900'] } }) },
    })
    const touched = [{ price: '10.00', product: 900 }]
    await life.orders([
      { id: 1, customer: 1, lines: touched },
      { id: 2, customer: 2 },
    ])
    expect(await life.balance(1)).toMatchObject({ available: 0 })
    expect(await life.balance(2)).toMatchObject({ available: 49 })
    // What was counted once stays as it was when it changes into what cannot be.
    const grown = { id: 2, customer: 2, lines: touched, updatedAt: '2026-11-03T10:00:00Z' }
    expect(await life.order(grown)).toMatchObject({ status: 'quarantined' })
    expect(await read(life, grown)).toEqual([{ outcome: 'uncountable' }])
    expect(await life.balance(2)).toMatchObject({ available: 49 })
  })

  test('PR1: is worth nothing when it is read, and the member’s page says why', async () => {
    const life = await shops.open({ program: wild })
    expect(await read(life, { id: 1, customer: 1 })).toEqual([{ outcome: 'settled' }])
    await settleAgain(life.shopId, () => LATER)
    expect(await life.balance(1)).toMatchObject({ available: 0, pending: 0 })
    expect((await without(life, 1)).orders).toMatchObject([
      { reasons: ['Die Bestellung gäbe mehr Punkte, als sich zählen lassen.'] },
    ])
  })

  test('PR1: is one of a billion by a program that is allowed, too', async () => {
    const life = await shops.open({ program: { ...wild, campaigns: campaigns(3) } })
    expect(await life.order({ id: 1, customer: 1, lines: [{ price: '1000000.00' }] })).toMatchObject({
      status: 'done',
    })
    expect(await life.balance(1)).toMatchObject({ available: 1_000_000_000_000 })
    expect(await life.order({ id: 2, customer: 1, lines: [{ price: '1000001.00' }] })).toMatchObject({
      status: 'quarantined',
    })
  })
})

test('PR1: a program outlives the currency that it was written for: orders are judged, amounts that it lacks are not offered', async () => {
  const reward = (id: string, change: object) => ({ ...SMALL_REWARD, id, amount: '5', ...change })
  const life = await shops.open({
    currency: 'JPY',
    program: {
      rewards: [
        reward('half', { amount: '5.50' }),
        reward('least', { minimumSpend: '0.50' }),
        reward('whole', { amount: '5.00' }),
      ],
      tiers: {
        basis: 'spend',
        window: { kind: 'lifetime' },
        levels: [{ id: 'gold', name: { de: 'Gold' }, threshold: '99.50', multiplier: '2' }],
      },
    },
  })
  for (const [id, price] of [
    [1, '99'],
    [2, '1'],
    [3, '10'],
  ] as const)
    expect(
      await life.order({
        id,
        customer: 1,
        currency: 'JPY',
        lines: [{ price }],
        placedAt: `2026-11-0${id}T10:00:00Z`,
      }),
    ).toMatchObject({ status: 'done' })
  // The tier begins at 100: the third order counts twice.
  expect(await life.balance(1)).toMatchObject({ available: 120 })
  expect((await life.panel(1)).rewards.map(({ id }) => id)).toEqual(['whole'])
  await expect(life.redeem(1, 'half')).rejects.toMatchObject({ code: 'reward-unavailable' })
})

test('PR1: such a program is neither saved nor published', async () => {
  const life = await shops.open()
  const { shop } = life
  const save = (revision: number, patch: DraftPatch) =>
    withShop(life.shopId, (tx) => saveDraft(tx, shop, { revision, patch, actor: 'test' }))
  const values = { rate: 1, tier: 1, maximum: 1_000_000 }
  const issues = [{ path: 'stacking', code: 'too-many-points', values }]
  expect(await save(0, wild)).toMatchObject({ ok: false, issues })
  expect(await save(0, { ...wild, stacking: 'highest' })).toEqual({ ok: true, revision: 1 })
  // A draft from before this was asked.
  const older = `UPDATE program_draft SET document = document || '{"stacking": "multiply"}' WHERE shop_id = $1`
  await shops.owner().query(older, [life.shopId])
  const publishing = withShop(life.shopId, (tx) => publishProgram(tx, shop, { revision: 1, actor: 'test' }))
  expect(await publishing).toMatchObject({ outcome: 'invalid', issues })
})

test('B2: an order of the currency before stays worth what it was, and is judged in that one when it changes', async () => {
  const life = await shops.open()
  const order = { id: 1, customer: 1, lines: [{ price: '49.90', quantity: 2 }] }
  await life.order(order)
  expect(await life.balance(1)).toMatchObject({ available: 99 })
  await shops.owner().query(`UPDATE shop SET currency = 'JPY' WHERE shop_id = $1`, [life.shopId])
  expect((await withShop(life.shopId, auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
  const less = { ...order, lines: [{ price: '49.90', quantity: 1 }], updatedAt: '2026-11-03T10:00:00Z' }
  expect(await read(life, less)).toEqual([{ outcome: 'settled' }])
  expect(await life.balance(1)).toMatchObject({ available: 49 })
  expect((await life.history(1))[0]?.detail.join(' ')).toContain('49,90 €')
})
