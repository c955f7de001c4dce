import {
  awardAvailable,
  awardPending,
  type Move,
  reverseAvailable,
  reversePending,
} from '../../domain/account/account.ts'
import type { LotOrigin } from '../../domain/account/lots.ts'
import { evaluateOrder, worthIsFrozen } from '../../domain/earning/evaluate-order.ts'
import { expiresOn } from '../../domain/expiry/expiry.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { type StatusSteps, tierAt } from '../../domain/tiers/tiers.ts'
import { keyOf, type OpenAccount } from '../../ledger/accounts.ts'
import type { Posting } from '../../ledger/post.ts'
import type { DecidedOrder, OrderToSettle, TimelineOrder } from '../orders/orders.ts'
import { storeWhy } from '../orders/stored-why.ts'

const DAY_MS = 86_400_000

/**
 * The tier under which each order of a member stands, oldest first: what the member's other orders had earned by
 * then. `judge` is asked for every order from `from` on whose tier is new or differs from the one it was judged by;
 * earlier ones only count for the others.
 */
export function walkTimeline(
  timeline: TimelineOrder[],
  from: number,
  programOf: (order: TimelineOrder) => CompiledProgram | null,
  judge: (order: TimelineOrder, tierId: string | null) => void,
  mustJudge: ReadonlySet<string>,
): void {
  for (const order of timeline) {
    if (order.placedAt < from) continue
    const program = programOf(order)
    const tierId = program ? tierOf(program, timeline, order) : null
    if (tierId !== order.tierId || mustJudge.has(order.orderId)) judge(order, tierId)
  }
}

function tierOf(program: CompiledProgram, timeline: TimelineOrder[], order: TimelineOrder): string | null {
  if (program.ladder.levels.length === 0) return null
  const others: StatusSteps[] = []
  for (const other of timeline) if (other !== order) others.push(other.statusSteps)
  return tierAt(program.ladder, others, order.placedAt, program.timeZone)?.id ?? null
}

/**
 * Judges one order and plans the difference between its worth and what the book holds of it. Changes the account
 * drafts; returns the order's new state and the postings (none when nothing differs).
 */
export function settleOrder(
  toSettle: OrderToSettle,
  accounts: Map<string, OpenAccount>,
  now: number,
): { order: DecidedOrder; postings: Posting[] } {
  const { shopId, facts, known, program, tierId } = toSettle
  const verdict = program ? evaluateOrder(program, facts, { tierId }) : null
  const frozen = worthIsFrozen(facts)
  const worth = frozen ? (known?.worth ?? 0) : (verdict?.points ?? 0)
  const order = decidedOrder(toSettle, worth)
  const postings: Posting[] = []
  const eventAt = known && known.postings > 0 ? facts.updatedAt : facts.placedAt
  const write = (account: OpenAccount, moves: Move[], why: unknown) => {
    if (moves.length > 0) postings.push(nextPosting(account, order, eventAt, moves, why))
  }

  const before = openOf(accounts, shopId, known?.accountId ?? null)
  const account = openOf(accounts, shopId, order.accountId)
  if (before && before !== account) {
    // The order now belongs to somebody else, or to no customer: the former holder gives back all of it.
    const moved = facts.customerId === null ? 'off' : true
    write(before, takeBack(before, order, order.postedPending + order.postedAvailable), { v: 1, moved })
  }
  if (!account) return { order, postings }
  const difference = worth - order.postedPending - order.postedAvailable
  const why = {
    ...(verdict && storeWhy(verdict.why)),
    was: worth - difference,
    frozen: frozen || undefined,
  }
  if (difference > 0) write(account, give(account, order, difference, program, now), why)
  if (difference < 0) write(account, takeBack(account, order, -difference), why)
  return { order, postings }
}

/** The order with this worth, of which the book still holds what it held. */
function decidedOrder(
  { shopId, holder, forgotten, facts, digest, known, program, statusSteps, tierId }: OrderToSettle,
  worth: number,
): DecidedOrder {
  return {
    shopId,
    orderId: facts.orderId,
    accountId: holder?.accountId ?? null,
    updatedAt: facts.updatedAt,
    placedAt: facts.placedAt,
    programVersion: program?.version ?? null,
    tierId,
    facts,
    digest,
    statusSteps,
    worth,
    postedPending: known?.postedPending ?? 0,
    postedAvailable: known?.postedAvailable ?? 0,
    postings: known?.postings ?? 0,
    maturesAt: program ? facts.placedAt + program.returnWindowDays * DAY_MS : null,
    forgotten,
    isNew: known === undefined,
  }
}

function nextPosting(
  { shopId, accountId }: OpenAccount,
  order: DecidedOrder,
  eventAt: number,
  moves: Move[],
  why: unknown,
): Posting {
  order.postings += 1
  return {
    shopId,
    accountId,
    kind: 'order',
    sourceId: order.orderId,
    part: 'worth',
    version: order.postings,
    programVersion: order.programVersion,
    eventAt,
    actor: 'system',
    reason: null,
    why,
    moves,
  }
}

function openOf(
  accounts: Map<string, OpenAccount>,
  shopId: number,
  accountId: number | null,
): OpenAccount | null {
  return accountId === null ? null : (accounts.get(keyOf({ shopId, accountId })) ?? null)
}

function give(
  account: OpenAccount,
  order: DecidedOrder,
  amount: number,
  program: CompiledProgram | null,
  now: number,
): Move[] {
  if (order.maturesAt !== null && now < order.maturesAt) {
    order.postedPending += amount
    return awardPending(account, amount)
  }
  order.postedAvailable += amount
  return awardAvailable(account, amount, lotOrigin(order, program))
}

/** Points of an order live from the day it was placed. */
export function lotOrigin(
  order: { orderId: string; placedAt: number },
  program: CompiledProgram | null,
): LotOrigin {
  return {
    orderId: order.orderId,
    earnedAt: order.placedAt,
    expiresOn: program ? expiresOn(program.expiry, order.placedAt, program.timeZone) : null,
  }
}

/** Pending points go first: nobody could spend them yet. */
function takeBack(account: OpenAccount, order: DecidedOrder, amount: number): Move[] {
  const pending = Math.min(amount, order.postedPending)
  const available = amount - pending
  order.postedPending -= pending
  order.postedAvailable -= available
  const moves = reversePending(account, pending)
  if (available > 0) moves.push(...reverseAvailable(account, available, order.orderId))
  return moves
}
