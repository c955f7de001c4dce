/** The rules of store credit: what may be credited, which credit is spent first, when credit ends. */
import type { Cents, IsoTime, Order, StoreCredit, StoreCreditTransaction } from '../model.ts'
import { CommerceError } from './errors.ts'

/** The name under which Shopify lists store credit among the ways an order was paid. */
export const STORE_CREDIT = 'shopify_store_credit'

/** Shopify lets a customer's account hold so much: 15,000 of its currency. */
export const CREDIT_LIMIT: Cents = 1_500_000

/** Every way in which the order was paid: store credit first, as Shopify lists it. */
export function gatewayNames(order: Order): string[] {
  const credit = order.transactions.some((one) => one.kind === 'sale' && one.gateway === STORE_CREDIT)
  return [...new Set([...(credit ? [STORE_CREDIT] : []), order.gateway])]
}

type Credit = StoreCredit<'credit'>
type Debit = StoreCredit<'debit'>
export type SpentPart = { creditId: number; amount: Cents }

/** Times are compared as instants: both are written in UTC with the same number of digits. */
const isOver = (credit: Credit, at: IsoTime) => credit.expiresAt !== null && credit.expiresAt <= at

/**
 * Shopify names one fault at a time; the order is the one of its recorded answers.
 * @throws {CommerceError} `expiry-in-past`, `amount-not-positive`
 */
export function assertCreditable(amount: Cents, expiresAt: IsoTime | null, at: IsoTime): void {
  if (expiresAt !== null && expiresAt <= at)
    throw new CommerceError('expiry-in-past', `Credit cannot end at ${expiresAt}: it is ${at}`)
  assertPositive(amount)
}

/** @throws {CommerceError} `amount-not-positive` */
export function assertPositive(amount: Cents): void {
  if (amount <= 0) throw new CommerceError('amount-not-positive', `${amount} cents is not a positive amount`)
}

/** @throws {CommerceError} `credit-limit` */
export function assertWithinLimit(balance: Cents, amount: Cents): void {
  if (balance + amount > CREDIT_LIMIT)
    throw new CommerceError('credit-limit', `${balance} + ${amount} cents is more than ${CREDIT_LIMIT}`)
}

/**
 * Which credits pay for an amount: the soonest ending first, credit without an end last, older before newer.
 * @throws {CommerceError} `insufficient-funds`
 */
export function spend(transactions: StoreCreditTransaction[], amount: Cents, at: IsoTime): SpentPart[] {
  const open = transactions
    .filter((one): one is Credit => one.kind === 'credit' && one.remaining > 0 && !isOver(one, at))
    .sort((a, b) => compareEnds(a.expiresAt, b.expiresAt) || a.id - b.id)
  let left = amount
  const parts: SpentPart[] = []
  for (const credit of open) {
    if (left === 0) break
    const part = Math.min(credit.remaining, left)
    parts.push({ creditId: credit.id, amount: part })
    left -= part
  }
  if (left > 0) throw new CommerceError('insufficient-funds', `${amount} cents is ${left} more than there is`)
  return parts
}

/**
 * To which credits money of a debit goes back: those spent last first, so that what comes back lasts longest.
 * Shopify does not say which it chooses.
 */
export function giveBack(debit: Debit, amount: Cents): SpentPart[] {
  let left = amount
  const parts: SpentPart[] = []
  for (const { creditId, amount: spent, returned } of [...debit.spent].reverse()) {
    const part = Math.min(spent - returned, left)
    if (part > 0) parts.push({ creditId, amount: part })
    left -= part
  }
  if (left > 0) throw new RangeError(`${amount} cents is ${left} more than debit ${debit.id} has left`)
  return parts
}

/** Credits that ended with money in them and whose expiration is not booked yet, in the order of their ends. */
export function dueExpirations(transactions: Iterable<StoreCreditTransaction>, at: IsoTime): Credit[] {
  const due: Credit[] = []
  for (const one of transactions)
    if (one.kind === 'credit' && one.remaining > one.expired && isOver(one, at)) due.push(one)
  return due.sort((a, b) => compareEnds(a.expiresAt, b.expiresAt) || a.id - b.id)
}

function compareEnds(a: IsoTime | null, b: IsoTime | null): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -1 : 1
}
