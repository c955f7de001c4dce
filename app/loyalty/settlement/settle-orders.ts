import type { Tx } from '../../db/tx.ts'
import { keyOf, loadLots, type OpenAccount } from '../../ledger/accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import type { DecidedOrder, KnownOrder, OrderToSettle } from '../orders/orders.ts'
import {
  changeReason,
  newestOfEach,
  type OrderChange,
  type OrderReading,
  orderKey,
  outdone,
  type Settled,
} from '../orders/readings.ts'
import { saveOrders } from '../orders/write.ts'
import { loadPrograms, type ShopPrograms } from '../program/programs.ts'
import { retakeRedemptions } from '../rewards/end-redemption.ts'
import { settleRedemptions } from '../rewards/settle-redemptions.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { settleOrder } from './decide.ts'
import { freezeDisputed, releaseDisputed } from './disputed-points.ts'
import { judgeTiers, setTiersNow } from './judge-tiers.ts'
import { type OpenOrders, openOrders } from './open-orders.ts'
import { takeUp } from './take-up.ts'

export type { OrderReading, Settled } from '../orders/readings.ts'

/**
 * Brings orders into the book: takes the newest state of each, computes what it is worth under the program of its
 * own day, and posts target minus already posted. Any number of orders of any shops in one transaction; the same
 * reading twice posts nothing the second time.
 * @param now epoch milliseconds; only decides what is still pending
 * @param options.told hears of every order that was settled, what it did to the book
 * @param options.programs those of the readings' shops, if the caller has loaded them in this transaction
 * @returns one answer for each reading, in their order
 * @throws TryAgain when an order moved to another account, or its holder was redacted, while we chose what to lock
 */
export async function settleOrders(
  tx: Tx,
  readings: OrderReading[],
  now: number,
  {
    told,
    programs: loaded,
  }: { told?: (change: OrderChange) => void; programs?: Map<number, ShopPrograms> } = {},
): Promise<Settled[]> {
  const newest = newestOfEach(readings)
  const opened = await openOrders(tx, newest)
  const programs = loaded ?? (await loadPrograms(tx, new Set(readings.map(({ shopId }) => shopId))))
  const outcomes = new Map<string, Settled['outcome']>()
  const fresh = new Map<string, OrderToSettle>()
  for (const [key, reading] of newest) {
    const { outcome, order } = takeUp(key, reading, opened, programs.get(reading.shopId))
    outcomes.set(key, outcome)
    if (order) fresh.set(key, order)
  }
  const settled = await settleFresh(tx, fresh, opened, programs, now)
  if (told) for (const { order, known: before } of settled) told(changeOf(order, before))
  return readings.map((reading) => {
    const key = orderKey(reading.shopId, reading.facts.orderId)
    const outcome = outcomes.get(key) as Settled['outcome']
    const preferred = newest.get(key) as OrderReading
    return { outcome: preferred === reading ? outcome : outdone(reading, preferred, outcome) }
  })
}

function changeOf(order: DecidedOrder, before: KnownOrder | undefined): OrderChange {
  const moved = before !== undefined && before.accountId !== order.accountId
  return {
    orderId: order.orderId,
    name: order.facts.name,
    why: changeReason(before?.facts ?? null, order.facts, moved),
    before: before ? before.postedPending + before.postedAvailable : null,
    after: order.postedPending + order.postedAvailable,
    moved,
  }
}

async function settleFresh(
  tx: Tx,
  fresh: Map<string, OrderToSettle>,
  { accounts, codes }: OpenOrders,
  programs: Map<number, ShopPrograms>,
  now: number,
): Promise<{ order: DecidedOrder; known: KnownOrder | undefined }[]> {
  if (fresh.size === 0) return []
  const { judged, timelines } = await judgeTiers(tx, fresh, programs, now)
  await loadLots(tx, accountsThatMayGive(judged, accounts))

  const orders: DecidedOrder[] = []
  const postings: Posting[] = await releaseDisputed(tx, judged, accounts, now)
  for (const toSettle of judged) {
    const settled = settleOrder(toSettle, accounts, now)
    orders.push(settled.order)
    postings.push(...settled.postings)
  }
  // The orders first: whoever writes the same new order at this moment is met here and not at its postings.
  await saveOrders(tx, orders)
  const redeemed = await settleRedemptions(tx, codes, [...fresh.values()], accounts, now)
  postings.push(...redeemed.postings)
  const moved = new Set(setTiersNow(timelines, accounts, programs, now))
  for (const posting of postings) {
    const account = accounts.get(keyOf(posting))
    if (account) moved.add(account)
  }
  await post(tx, moved, postings)
  const frozen = await freezeDisputed(tx, orders, now)
  await post(tx, frozen.accounts, frozen.postings)
  await retakeRedemptions(tx, redeemed.retakes, now)
  await markForSync(tx, [
    ...moved,
    ...timelines.map(({ key }) => key),
    ...redeemed.retakes,
    ...orders.flatMap(({ shopId, accountId }) => (accountId ? [{ shopId, accountId }] : [])),
  ])
  // Of other orders of the same members only the tier has changed: they were not read.
  return orders.flatMap((order) => {
    const item = fresh.get(orderKey(order.shopId, order.orderId))
    return item ? [{ order, known: item.known }] : []
  })
}

/** Only who may have to give points back needs the lots. */
function accountsThatMayGive(judged: OrderToSettle[], accounts: Map<string, OpenAccount>): OpenAccount[] {
  const keys = new Set<string>()
  for (const { shopId, known } of judged) {
    if (known?.accountId != null && known.postedAvailable > 0)
      keys.add(keyOf({ shopId, accountId: known.accountId }))
  }
  return [...keys].flatMap((key) => accounts.get(key) ?? [])
}
