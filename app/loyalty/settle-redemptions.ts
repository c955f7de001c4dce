import { type AccountKey, keyOf, loadLots, type OpenAccount } from '../ledger/accounts.ts'
import type { Posting } from '../ledger/post.ts'
import type { Tx } from '../ledger/tx.ts'
import { captureRedemption, releaseRedemption, returnRedemption, withdrawLater } from './end-redemption.ts'
import { changeRedemption, type Redemption, redemptionsByCode } from './redemption-record.ts'
import type { DecidedOrder } from './settlement/decide.ts'
import type { OrderReading } from './settlement/readings.ts'

/** A reward code of ours that stands on an order. */
export interface CodeUse extends AccountKey {
  redemption: Redemption
  orderId: string
}

/** Our codes on these orders. Asked before the accounts are locked, so that theirs are locked too. */
export async function findRedemptionsOfOrders(tx: Tx, readings: OrderReading[]): Promise<CodeUse[]> {
  const orders = new Map<string, string>()
  const codes: { shopId: number; code: string }[] = []
  for (const { shopId, facts } of readings) {
    for (const code of facts.discountCodes) {
      orders.set(`${shopId}/${code.toUpperCase()}`, facts.orderId)
      codes.push({ shopId, code })
    }
  }
  return (await redemptionsByCode(tx, codes)).map((redemption) => ({
    shopId: redemption.shopId,
    accountId: redemption.accountId,
    redemption,
    orderId: orders.get(`${redemption.shopId}/${redemption.code}`) ?? '',
  }))
}

/**
 * Captures what a paid order used and gives back what a cancelled one did; an order that is not paid yet keeps its
 * code reserved. The accounts are locked; the redemptions are read again under that lock.
 */
export async function settleRedemptions(
  tx: Tx,
  uses: CodeUse[],
  orders: DecidedOrder[],
  accounts: Map<string, OpenAccount>,
): Promise<Posting[]> {
  const postings: Posting[] = []
  if (uses.length === 0) return postings
  const current = await redemptionsByCode(
    tx,
    uses.map(({ shopId, redemption }) => ({ shopId, code: redemption.code })),
  )
  const byId = new Map(
    current.map((redemption) => [`${redemption.shopId}/${redemption.redemptionId}`, redemption]),
  )
  for (const use of uses) {
    const order = orders.find(({ shopId, orderId }) => shopId === use.shopId && orderId === use.orderId)
    const redemption = byId.get(`${use.shopId}/${use.redemption.redemptionId}`)
    const account = accounts.get(keyOf(use))
    if (!order || !redemption || !account || order.facts.test) continue
    await loadLots(tx, [account])
    const posting = await settleUse(tx, account, redemption, order)
    if (posting) postings.push(posting)
  }
  return postings
}

async function settleUse(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  { facts, orderId }: DecidedOrder,
): Promise<Posting | null> {
  if (redemption.orderId !== null && redemption.orderId !== orderId) return null // another order holds the code
  if (facts.cancelledAt !== null) {
    await withdrawLater(tx, redemption) // used or not: a code whose points went back must not be usable
    if (redemption.status === 'used') return returnRedemption(tx, account, redemption, facts.cancelledAt)
    return releaseRedemption(tx, account, redemption, 'order-cancelled', facts.cancelledAt)
  }
  if (facts.paid) return captureRedemption(tx, account, redemption, { orderId, at: facts.placedAt })
  if (redemption.orderId === null) await changeRedemption(tx, redemption, { orderId })
  return null
}
