import { fromMinor } from '../money/money.ts'
import { addMonths, DAY_MS, startOfYear } from '../time/time-window.ts'
import type { CompiledLadder, CompiledTier, TierLadder } from './ladder.ts'

/**
 * So long an order may still turn out to have been none, as far as the multiplier of others is concerned: in the EU a
 * buyer has 14 days from delivery to withdraw, 14 more to send the goods back and the shop 14 to repay; many shops
 * give longer. Whoever keeps it that long has bought it.
 */
export const TRIAL_DAYS = 60

/**
 * Tiers, derived and never stored as truth. An order contributes to the ladder what its own final state says it
 * was worth at each moment; a member's level at a moment is the level of the sum of these contributions. So any
 * order of arrival ends in the same level, and:
 * - an order is multiplied by the tier that the member's other orders, placed before it, had earned by then;
 * - money that goes back before an order, or within the trial of the order that it is for, counts against it:
 *   spending, earning with the gained multiplier and taking the money back does not work, in whatever order;
 * - a refund later than that does not touch orders that are already multiplied.
 */
export interface StatusStep {
  /** From this moment on (epoch ms)… */
  at: number
  /** …the order is worth so much: qualifying value in minor units, */
  spend: number
  /** points without any tier's doing, */
  points: number
  /** and 1 while anything of it stands, else 0. */
  orders: number
}

/** One order's steps, oldest first; the first lies at the time when it was placed. Empty: it never counted. */
export type StatusSteps = readonly StatusStep[]

/**
 * The level of a member at the moment an order is placed, by her other orders: placed before `at` and inside the
 * window, each with its value as it stood at `at`, or at the end of its trial if that is later. Null: below the
 * first level, or no levels.
 * @param othersSteps one entry for each other order
 */
export function tierAt(
  ladder: CompiledLadder,
  othersSteps: readonly StatusSteps[],
  at: number,
  zone: string,
): CompiledTier | null {
  if (ladder.levels.length === 0) return null
  return levelFor(ladder, statusSum(ladder, othersSteps, at, zone, false))
}

/** The first moment that counts for a level at `at`; an order placed exactly then counts. */
export function windowStart(window: TierLadder['window'], at: number, zone: string): number {
  if (window.kind === 'lifetime') return -Infinity
  return window.kind === 'rolling' ? addMonths(at, -window.months, zone) : startOfYear(at, zone)
}

/** The highest level whose threshold the sum reaches. */
export function levelFor(ladder: CompiledLadder, sum: number): CompiledTier | null {
  let reached: CompiledTier | null = null
  for (const level of ladder.levels) {
    if (level.threshold > sum) break
    reached = level
  }
  return reached
}

/** The level that asks for nothing, where every member stands without an order; null where each asks for something. */
export function entryLevel(ladder: CompiledLadder): CompiledTier | null {
  return levelFor(ladder, 0)
}

function statusSum(
  ladder: CompiledLadder,
  orders: readonly StatusSteps[],
  at: number,
  zone: string,
  withThisMoment: boolean,
): number {
  const from = windowStart(ladder.window, at, zone)
  const { basis } = ladder
  let sum = 0
  for (const steps of orders) {
    const [placed] = steps
    if (placed === undefined || placed.at < from) continue
    if (withThisMoment ? placed.at > at : placed.at >= at) continue
    const until = withThisMoment ? at : Math.max(at, placed.at + TRIAL_DAYS * DAY_MS)
    let standing = placed
    for (const step of steps) {
      if (step.at > until) break
      standing = step
    }
    sum += standing[basis]
  }
  return sum
}

export interface TierProgress {
  basis: TierLadder['basis']
  /** Minor units, points or orders inside the window now. */
  sum: number
  current: CompiledTier | null
  /** Null on the highest level, and without levels. */
  next: CompiledTier | null
  /** What is missing to `next`, as `sum`; 0 without one. */
  missing: number
  /** The same as people read it: "120.00", "300", "3". */
  missingText: string
  /** From the current threshold (0) to the next (1); 1 on the highest level. */
  progress: number
}

/**
 * Where a member stands now. @param steps one entry for each of her orders
 */
export function tierProgress(
  ladder: CompiledLadder,
  steps: readonly StatusSteps[],
  now: number,
  zone: string,
): TierProgress {
  return progressFor(ladder, statusSum(ladder, steps, now, zone, true))
}

/** `tierProgress` for a sum that is already known. */
export function progressFor(ladder: CompiledLadder, sum: number): TierProgress {
  const current = levelFor(ladder, sum)
  const next = ladder.levels.find((level) => level.threshold > sum) ?? null
  const missing = next === null ? 0 : next.threshold - sum
  const start = current?.threshold ?? 0
  return {
    basis: ladder.basis,
    sum,
    current,
    next,
    missing,
    missingText: ladder.basis === 'spend' ? fromMinor(missing, ladder.currency) : String(missing),
    progress: next === null ? 1 : (sum - start) / (next.threshold - start),
  }
}
