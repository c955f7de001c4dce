import { TryAgain, type Tx } from '../../db/tx.ts'
import type { OrderFacts } from '../../domain/orders/order-facts.ts'
import { type CodeStanding, codeStanding } from '../../domain/rewards/code-standing.ts'
import { keyOf, loadLots, type OpenAccount, openAccounts } from '../../ledger/accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { takeFreed } from '../earning/settle-award.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { claimsOn, codeKey, noteCodesOnOrders } from './code-orders.ts'
import {
  askShopifyLater,
  captureRedemption,
  endLater,
  type Retake,
  retakeRedemptions,
  returnRedemption,
} from './end-redemption.ts'
import {
  type Coded,
  changeRedemption,
  type EndingReason,
  isCoded,
  isOpen,
  type Redemption,
  redemptionsAgain,
  redemptionsByCode,
  redemptionsOnOrders,
} from './redemption-record.ts'

type Order = { shopId: number; orderId: string }
type Carrying = { shopId: number; facts: Pick<OrderFacts, 'orderId' | 'discountCodes'> }

/**
 * The reward codes of ours that these orders carry now, or carried when they were last seen (`coded`). Asked before
 * accounts are locked, so that theirs are locked, too.
 */
export async function findCodesOfOrders(tx: Tx, now: Carrying[], coded: Order[]): Promise<Coded[]> {
  const found = new Map<string, Coded>()
  for (const redemption of [
    ...(await redemptionsByCode(tx, codesOf(now))),
    ...(await redemptionsOnOrders(tx, coded)),
  ])
    found.set(codeKey(redemption), redemption)
  return [...found.values()]
}

function codesOf(orders: Carrying[]): { shopId: number; code: string }[] {
  return orders.flatMap(({ shopId, facts }) => facts.discountCodes.map((code) => ({ shopId, code })))
}

/**
 * An order that is locked now may carry a code that it did not when the accounts to lock were chosen.
 * @param asked whose codes were asked for then
 * @throws TryAgain in that case
 */
export async function assertAllFound(
  tx: Tx,
  locked: Carrying[],
  asked: Carrying[],
  found: Coded[],
): Promise<void> {
  const keyOfCode = ({ shopId, code }: { shopId: number; code: string }) => `${shopId}/${code.toUpperCase()}`
  const known = new Set([...codesOf(asked), ...found].map(keyOfCode))
  const others = codesOf(locked).filter((code) => !known.has(keyOfCode(code)))
  if ((await redemptionsByCode(tx, others)).length > 0) throw new TryAgain('An order carries another code')
}

/**
 * Brings codes to where the present states of all orders that carry them put them. The accounts are locked and the
 * orders saved; the redemptions are read again under that lock.
 * @param settled orders that changed: what they carry is taken down anew
 * @returns what to write, and then which points to take a second time
 */
export async function settleRedemptions(
  tx: Tx,
  found: Coded[],
  settled: Carrying[],
  accounts: Map<string, OpenAccount>,
  now: number,
): Promise<{ postings: Posting[]; retakes: Retake[] }> {
  const postings: Posting[] = []
  const retakes: Retake[] = []
  if (found.length === 0) return { postings, retakes }
  await noteCodesOnOrders(
    tx,
    settled.map(({ shopId, facts: { orderId } }) => ({ shopId, orderId })),
    carriedBy(settled, found),
  )
  const redemptions = await redemptionsAgain(tx, found)
  const claims = await claimsOn(tx, redemptions)
  for (const redemption of redemptions) {
    const account = accounts.get(keyOf(redemption))
    if (!account) throw new TryAgain(`Redemption ${codeKey(redemption)} moved`)
    await loadLots(tx, [account])
    const standing = codeStanding(claims.get(codeKey(redemption)) ?? [])
    const posting = await settleCode(tx, account, redemption, standing, now)
    if (posting) postings.push(posting)
    if (redemption.status !== 'returned' || (standing.kind !== 'paid' && standing.kind !== 'unpaid')) continue
    const { orderId, placedAt: at } = standing.order
    const { shopId, accountId } = account
    retakes.push({ shopId, accountId, redemption, orderId, at, paid: standing.kind === 'paid' })
  }
  postings.push(...(await takeReturned(tx, { postings, retakes }, accounts, now)))
  return { postings, retakes }
}

/** What returned of gifts that were taken back goes back; where points are taken a second time, what those leave of it. */
async function takeReturned(
  tx: Tx,
  { postings, retakes }: { postings: Posting[]; retakes: Retake[] },
  accounts: Map<string, OpenAccount>,
  now: number,
): Promise<Posting[]> {
  const later = new Set(retakes.map(keyOf))
  const freed: Posting[] = []
  for (const key of new Set(postings.map(keyOf))) {
    const account = accounts.get(key)
    if (account && !later.has(key)) freed.push(...(await takeFreed(tx, account, now)))
  }
  return freed
}

/**
 * The same for codes whose orders are known already: one of them was deleted, or it is to be looked at again. Changes
 * nothing the second time.
 */
export async function settleCodesAgain(tx: Tx, redemptions: Redemption[], now: number): Promise<void> {
  const codes = redemptions.filter(isCoded)
  if (codes.length === 0) return
  const accounts = await openAccounts(tx, codes)
  const { postings, retakes } = await settleRedemptions(tx, codes, [], accounts, now)
  await post(tx, accounts.values(), postings)
  await retakeRedemptions(tx, retakes, now)
  if (postings.length + retakes.length > 0) await markForSync(tx, [...accounts.values()])
}

function carriedBy(settled: Carrying[], found: Coded[]) {
  const byCode = new Map(found.map((redemption) => [`${redemption.shopId}/${redemption.code}`, redemption]))
  return settled.flatMap(({ shopId, facts }) =>
    facts.discountCodes.flatMap((code) => {
      const redemption = byCode.get(`${shopId}/${code.toUpperCase()}`)
      return redemption ? [{ shopId, redemptionId: redemption.redemptionId, orderId: facts.orderId }] : []
    }),
  )
}

function settleCode(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  standing: CodeStanding,
  now: number,
): Promise<Posting | null> {
  if (standing.kind === 'paid') return settlePaid(tx, account, redemption, standing.order)
  if (redemption.status === 'used') return settleUsed(tx, account, redemption, standing, now)
  return redemption.status === 'returned'
    ? clearUncovered(tx, redemption)
    : settleOpen(tx, redemption, standing, now)
}

async function settlePaid(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  order: { orderId: string; placedAt: number },
): Promise<Posting | null> {
  if (isOpen(redemption))
    return captureRedemption(tx, account, redemption, { orderId: order.orderId, at: order.placedAt })
  if (redemption.status === 'used' && redemption.orderId !== order.orderId)
    await changeRedemption(tx, redemption, { orderId: order.orderId })
  return null
}

/**
 * The order that had used the code takes no money any more, or does not carry it any more: the points come back at
 * once, because Shopify keeps counting the code as used. If another one can still be paid, they are held for that.
 */
async function settleUsed(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  standing: Exclude<CodeStanding, { kind: 'paid' }>,
  now: number,
): Promise<Posting | null> {
  if (standing.kind === 'dead')
    return returnRedemption(tx, account, redemption, standing.reason, standing.order.at)
  return returnRedemption(tx, account, redemption, 'code-removed', now)
}

/** Reasons to end a code that no order has given. */
const WITHOUT_ORDER: ReadonlySet<string> = new Set<EndingReason>(['cancelled', 'withdrawn', 'code-removed'])

/** Nothing moves points here: a code that can be used no more is ended in Shopify first. */
async function settleOpen(
  tx: Tx,
  redemption: Redemption,
  standing: Exclude<CodeStanding, { kind: 'paid' }>,
  now: number,
): Promise<null> {
  const { orderId, ending } = redemption
  if (standing.kind === 'dead') {
    await endLater(tx, redemption, standing.reason)
    return null
  }
  const holder = standing.kind === 'unpaid' ? standing.order.orderId : null
  const byOrder = ending !== null && !WITHOUT_ORDER.has(ending)
  const next = { orderId: holder, ending: holder !== null || byOrder ? null : ending }
  if (orderId === holder && ending === next.ending) return null
  await changeRedemption(tx, redemption, next)
  // It has left an order: Shopify knows whether it can be used again.
  if (holder === null) await askShopifyLater(tx, redemption, now)
  return null
}

async function clearUncovered(tx: Tx, redemption: Redemption): Promise<null> {
  if (redemption.uncoveredAt !== null)
    await changeRedemption(tx, redemption, { uncoveredAt: null, orderId: null })
  return null
}
