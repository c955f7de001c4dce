import type { Tx } from '../../db/tx.ts'
import { withFrozen, withLabelsOf, withProductsOf } from '../../domain/orders/frozen-facts.ts'
import type { OrderFacts } from '../../domain/orders/order-facts.ts'
import { isCountable } from '../../domain/program/countable.ts'
import { keyOf, loadLots, type OpenAccount } from '../../ledger/accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import type { DecidedOrder, KnownOrder } from '../orders/orders.ts'
import {
  changeReason,
  factsDigest,
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
import type { Coded } from '../rewards/redemption-record.ts'
import { settleRedemptions } from '../rewards/settle-redemptions.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { settleOrder } from './decide.ts'
import { freezeDisputed, releaseDisputed } from './disputed-points.ts'
import { type Fresh, type Judged, judgeTiers, programOf, setTiersNow } from './judge-tiers.ts'
import { openOrders } from './open-orders.ts'

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
  const { holders, codes, accounts, known, disputes } = await openOrders(tx, newest)
  const programs = loaded ?? (await loadPrograms(tx, new Set(readings.map(({ shopId }) => shopId))))
  const outcomes = new Map<string, Settled>()
  const fresh = new Map<string, Fresh>()
  for (const [key, reading] of newest) {
    const before = known.get(key)
    const dispute = disputes.get(key) ?? ('none' as const)
    // A chargeback that was told while its order was on its way has not been counted yet.
    const disputeMissed = before !== undefined && before.facts.dispute !== dispute
    const compared = compareWithKnown(reading, before)
    // The merchant takes over an order that nothing has judged so far.
    const takenOver = reading.past !== undefined && (before?.programVersion ?? null) === null
    const again = (disputeMissed || takenOver) && compared !== 'settled'
    const outcome = again && compared !== 'in-doubt' ? 'settled' : compared
    outcomes.set(key, { outcome })
    if (compared !== 'settled' && !again) continue
    const judged: OrderReading = again ? { ...reading, origin: 'again' } : reading
    const state = newestState(judged, before)
    const facts: OrderFacts = { ...state, dispute }
    if ((takenOver && reading.past === 'history') || reading.past === 'taken-back') facts.history = true
    if (holders.before.get(key)?.redacted) Object.assign(facts, NOBODY)
    const { shopId } = reading
    const program = programOf({ facts, known: before, takenOver }, programs.get(shopId))
    const countable = program === null || isCountable(program, facts)
    if (!countable && mustBeLeft(reading, before)) {
      outcomes.set(key, { outcome: 'uncountable' })
      continue
    }
    fresh.set(key, {
      shopId,
      facts,
      digest: factsDigest(state),
      account: holders.after(key, judged),
      known: before,
      program: countable ? program : null,
    })
  }
  const settled = await settleFresh(tx, fresh, { accounts, codes, programs }, now)
  if (told) for (const { order, known: before } of settled) told(changeOf(order, before))
  return readings.map((reading) => {
    const key = orderKey(reading.shopId, reading.facts.orderId)
    const verdict = outcomes.get(key) as Settled
    return newest.get(key) === reading ? verdict : outdone(reading, newest.get(key) as OrderReading, verdict)
  })
}

/**
 * A state whose points cannot be counted: what the book holds of the order already stays, and a delivery is set aside
 * for the merchant to see. A new order that was read has no such place: it is kept, without a program and points.
 */
function mustBeLeft({ origin }: OrderReading, known: KnownOrder | undefined): boolean {
  return origin === 'delivery' || (known?.programVersion ?? null) !== null
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

/** Order comes from Shopify's `updated_at` alone; two different states of one second leave a doubt. */
function compareWithKnown(reading: OrderReading, known: KnownOrder | undefined): Settled['outcome'] {
  if (!known || reading.origin === 'again') return 'settled'
  if (reading.facts.updatedAt < known.updatedAt) return 'superseded'
  const same = factsDigest(withProductsOf(reading.facts, known.facts)) === known.digest
  if (same) return reading.facts.updatedAt > known.updatedAt ? 'settled' : 'unchanged'
  if (reading.facts.updatedAt > known.updatedAt || reading.origin === 'read') return 'settled'
  return 'in-doubt'
}

/** "Again" judges the state that is known by now, which may be newer than the one its caller saw. */
function newestState({ facts, origin }: OrderReading, known: KnownOrder | undefined): OrderFacts {
  if (!known) return facts
  if (origin !== 'again') return withFrozen(facts, known)
  return known.programVersion === null ? withLabelsOf(known.facts, facts) : known.facts
}

/** What is kept of a person who was redacted, whatever an order still says. */
const NOBODY = { customerId: null, guestHash: null } satisfies Partial<OrderFacts>

async function settleFresh(
  tx: Tx,
  fresh: Map<string, Fresh>,
  {
    accounts,
    codes,
    programs,
  }: { accounts: Map<string, OpenAccount>; codes: Coded[]; programs: Map<number, ShopPrograms> },
  now: number,
): Promise<{ order: DecidedOrder; known: KnownOrder | undefined }[]> {
  if (fresh.size === 0) return []
  const { judged, timelines } = await judgeTiers(tx, fresh, programs, now)
  await loadLots(tx, accountsThatMayGive(judged, accounts))

  const orders: DecidedOrder[] = []
  const postings: Posting[] = await releaseDisputed(tx, judged, accounts, now)
  for (const { shopId, ...judgement } of judged) {
    const settled = settleOrder(
      judgement,
      {
        of: (accountId) => (accountId === null ? null : (accounts.get(keyOf({ shopId, accountId })) ?? null)),
      },
      now,
    )
    settled.order.shopId = shopId
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
  await freezeDisputed(tx, orders, now)
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
function accountsThatMayGive(judged: Judged[], accounts: Map<string, OpenAccount>): OpenAccount[] {
  const keys = new Set<string>()
  for (const { shopId, known } of judged) {
    if (known?.accountId != null && known.postedAvailable > 0)
      keys.add(keyOf({ shopId, accountId: known.accountId }))
  }
  return [...keys].flatMap((key) => accounts.get(key) ?? [])
}
