import type pg from 'pg'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import type { BulkKind } from '../../app/domain/imports/bulk-line.ts'
import { loadLots } from '../../app/ledger/accounts.ts'
import { post } from '../../app/ledger/post.ts'
import { award } from '../../app/loyalty/earning/award.ts'
import { expirePoints } from '../../app/loyalty/expiry/expire-points.ts'
import { warnMembers } from '../../app/loyalty/expiry/warn-of-expiry.ts'
import { confirmBatch, undoBatch } from '../../app/loyalty/imports/decide-batch.ts'
import { runBatch } from '../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints, undoAdjustment } from '../../app/loyalty/members/adjust-points.ts'
import { joinAccounts, mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import { reinstatePoints } from '../../app/loyalty/members/reinstate-points.ts'
import { releaseRedemption } from '../../app/loyalty/rewards/end-redemption.ts'
import { lockRedemption } from '../../app/loyalty/rewards/redemption-record.ts'
import { maturePoints } from '../../app/loyalty/settlement/mature-points.ts'
import { recordDispute } from '../../app/loyalty/settlement/record-dispute.ts'
import { type Shop, shopByDomain } from '../../app/loyalty/shop/shop-of-request.ts'
import { sendWarnings } from './expiry.ts'
import { buy, meet, silentAdmin } from './member.ts'
import { disputePayload, refundOfLine } from './order-payload.ts'
import { testProgram } from './program.ts'
import { redeemCode } from './redeem-code.ts'
import { makeShop } from './shop.ts'

const DAY_MS = 86_400_000
const actor = 'staff:1'
export const [MARA, NELE, TILO] = ['8801', '8802', '8803'] as const

/** A shop whose book holds every kind of posting, each on each of its sides. */
export async function bookEveryPosting(owner: pg.Pool, now = Date.now()): Promise<Shop> {
  const { shopId, domain } = await makeShop(owner, {
    program: testProgram({
      expiry: { kind: 'after-earning', months: 3, warnDays: 7 },
      sources: [{ source: 'newsletter', points: 50, active: true, confirmedOnly: true }],
    }),
  })
  const shop = (await shopByDomain(domain)) as Shop
  await owner.query(
    `INSERT INTO "Session" (id, shop, state, "accessToken", scope, expires)
     VALUES ($1, $2, '', 'shpat_every', 'read_orders', now() + interval '1 year')`,
    [`offline_${domain}`, domain],
  )
  await meet(shopId, MARA, NELE, TILO)
  await bookGifts(shop, now)
  await bookLapse(owner, shop, now)
  await bookOrders(shopId, now)
  await bookRedemptions(shop, now)
  await bookFiles(shop, now)
  await joinThem(owner, shopId, now)
  return shop
}

const at = (now: number, days: number) => new Date(now - days * DAY_MS).toISOString()

async function bookGifts({ shopId }: Shop, now: number): Promise<void> {
  for (const [state, days] of [
    ['subscribed', 20],
    ['unsubscribed', 10],
  ] as const) {
    const when = now - days * DAY_MS
    const told = { state, level: 'confirmed_opt_in', at: when, consentAt: when }
    const occasion = { customerId: MARA, source: 'newsletter', key: state, at: when, told } as const
    await acrossShops((tx) => award(tx, shopId, occasion, now))
  }
}

/** Of an order and of a credit; one of them is given back. */
async function bookLapse(owner: pg.Pool, shop: Shop, now: number): Promise<void> {
  const { shopId } = shop
  const then = now - 150 * DAY_MS
  await buy(shopId, { id: 8101, customer: MARA, placedAt: at(now, 180), lines: [{ price: '90.00' }] }, then)
  await adjust(shop, MARA, 40, then)
  await warnMembers(shopId, now - 40 * DAY_MS)
  await sendWarnings(owner, shopId, now - 40 * DAY_MS)
  await expirePoints(now - 20 * DAY_MS)
  const { rows } = await owner.query(
    `SELECT posting_id::text AS id FROM posting WHERE shop_id = $1 AND kind = 'expiry' ORDER BY posting_id DESC LIMIT 1`,
    [shopId],
  )
  const lastDay = at(now, -30).slice(0, 10)
  await reinstatePoints({
    shop,
    customerId: MARA,
    postingId: rows[0].id,
    reason: 'Kulanz',
    lastDay,
    actor,
    now,
  })
}

async function bookOrders(shopId: number, now: number): Promise<void> {
  const lines = [{ price: '200.00', quantity: 2 }]
  const order = { id: 8102, customer: MARA, placedAt: at(now, 30), lines }
  await buy(shopId, order, now - 29 * DAY_MS)
  await maturePoints(now)
  const refunds = [refundOfLine(8102, { id: 1, amount: '200.00', at: at(now, 2) })]
  const less = [{ price: '200.00', quantity: 2, current: 1 }]
  await buy(shopId, { ...order, lines: less, refunds, updatedAt: at(now, 2) }, now)
  await buy(shopId, { id: 8103, customer: TILO, placedAt: at(now, 60), lines: [{ price: '900.00' }] }, now)
  for (const status of ['needs_response', 'won'])
    await acrossShops((tx) => recordDispute(tx, shopId, disputePayload({ id: 8, order: 8103, status }), now))
  await buy(shopId, { id: 8104, customer: TILO, placedAt: at(now, 1), lines: [{ price: '5.00' }] }, now)
}

/** Reserved and free again; used, and back with its order. */
async function bookRedemptions(shop: Shop, now: number): Promise<void> {
  const { shopId } = shop
  await buy(shopId, { id: 8105, customer: NELE, placedAt: at(now, 60), lines: [{ price: '1500.00' }] }, now)
  const wish = { shop, customerId: NELE, rewardId: 'five-off', price: 500, now }
  const first = await redeemCode({ ...wish, requestKey: 'every-code-1' })
  await withShop(shopId, async (tx) => {
    const locked = await lockRedemption(tx, first)
    if (!locked) throw new Error('The code is gone')
    await loadLots(tx, [locked.account])
    const back = await releaseRedemption(tx, locked.account, locked.redemption, 'failed', now)
    await post(tx, [locked.account], back ?? [])
  })
  const { code } = await redeemCode({ ...wish, requestKey: 'every-code-2' })
  const order = { id: 8106, customer: NELE, placedAt: at(now, 1), codes: [code], lines: [{ price: '30.00' }] }
  await buy(shopId, order, now)
  await buy(shopId, { ...order, cancelledAt: at(now, 0), updatedAt: at(now, 0) }, now)
}

async function bookFiles(shop: Shop, now: number): Promise<void> {
  await adjust(shop, TILO, -30, now)
  await undoAdjustment({ shop, customerId: TILO, postingId: await adjust(shop, TILO, 60, now), actor, now })
  await file(shop, 'adjustment', `kunde;punkte;grund\n${TILO};30;Gewinnspiel\n`, now)
  const batchId = await file(
    shop,
    'import',
    `kunde;punkte;verdient am\n${TILO};250;${at(now, 5).slice(0, 10)}\n`,
    now,
  )
  await undoBatch({ shop, batchId, actor })
  await runBatch(shop.shopId, batchId, () => now)
}

let keys = 0
async function adjust(shop: Shop, customerId: string, points: number, now: number): Promise<string> {
  const key = `every-posting-${++keys}`
  await adjustPoints({ shop, customerId, points, reason: 'Kulanz', actor, key, now }, silentAdmin)
  return withShop(shop.shopId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `SELECT max(posting_id)::text AS id FROM posting WHERE shop_id = $1 AND kind = 'adjustment'`,
      [shop.shopId],
    )
    return rows[0]?.id as string
  })
}

async function file(shop: Shop, kind: BulkKind, text: string, now: number): Promise<number> {
  const bytes = new TextEncoder().encode(text)
  const batchId = await uploadBatch({
    shop,
    kind,
    fileName: `${kind}.csv`,
    language: 'de',
    bytes,
    actor,
    now,
  })
  await runBatch(shop.shopId, batchId, () => now)
  await confirmBatch({ shop, batchId, actor })
  await runBatch(shop.shopId, batchId, () => now)
  return batchId
}

/** A guest is claimed, and two customers become one. */
async function joinThem(owner: pg.Pool, shopId: number, now: number): Promise<void> {
  await buy(
    shopId,
    { id: 8107, email: 'gast@beispiel.example', placedAt: at(now, 60), lines: [{ price: '70.00' }] },
    now,
  )
  const { rows } = await owner.query(
    `SELECT account_id::int AS id, guest_hash IS NOT NULL AS guest FROM account
      WHERE shop_id = $1 AND (customer_id = $2 OR guest_hash IS NOT NULL) ORDER BY guest`,
    [shopId, MARA],
  )
  const [kept, gone] = rows.map(({ id }) => ({ shopId, accountId: id, named: true as const }))
  if (!kept || !gone) throw new Error('There is no guest')
  await acrossShops((tx) => joinAccounts(tx, { kind: 'claim', kept, gone }, now, now))
  await acrossShops((tx) => mergeMembers(tx, shopId, { keptId: MARA, deletedId: TILO }, now, now))
}
