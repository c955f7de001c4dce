import { z } from 'zod'
import { tooManyDecimals } from '../document/currency-decimals.ts'
import { decimal, documentId, multiplier, unique, whole } from '../document/document-fields.ts'
import { type LocalText, localText } from '../document/local-text.ts'
import type { ProgramIssue } from '../document/program-issue.ts'
import { type Around, byField, byItem, section } from '../document/section.ts'
import { type Factor, factor } from '../money/factor.ts'
import { nextMinor } from '../money/money.ts'

export const LADDER_LIMITS = {
  threshold: { min: 0, max: 100_000_000, decimals: 3 },
  months: { min: 1, max: 60, decimals: 0 },
} as const

export const tierLevel = z.object({
  id: documentId,
  name: localText,
  /** Money ("500.00"), points or orders, by the ladder's basis. The lowest level may start at 0. */
  threshold: decimal(LADDER_LIMITS.threshold),
  multiplier,
})
export type TierLevel = z.infer<typeof tierLevel>

/** The tiers of a program, as they stand in its document. */
export const tierLadder = z.object({
  basis: z.enum(['spend', 'points', 'orders']),
  window: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('rolling'), months: whole(LADDER_LIMITS.months) }),
    z.object({ kind: z.literal('calendar-year') }),
    z.object({ kind: z.literal('lifetime') }),
  ]),
  /** Rising thresholds. Empty: no tiers. */
  levels: z.array(tierLevel).max(20),
})
export type TierLadder = z.infer<typeof tierLadder>

export interface CompiledLadder {
  basis: TierLadder['basis']
  window: TierLadder['window']
  /** The shop's currency, for amounts of a ladder by spend. */
  currency: string
  /** Rising. */
  levels: readonly CompiledTier[]
}

export interface CompiledTier {
  id: string
  name: LocalText
  /** Minor units of the currency (spend), points or orders. */
  threshold: number
  multiplier: Factor
}

/**
 * Thresholds as whole numbers: the next minor unit of `currency` by spend, else the next whole point or order.
 * @throws DomainError invalid-amount when a threshold is no decimal
 */
export function compileLadder(ladder: TierLadder, currency: string): CompiledLadder {
  const threshold = (text: string) =>
    ladder.basis === 'spend' ? nextMinor(text, currency) : Math.ceil(Number(text))
  return {
    basis: ladder.basis,
    window: ladder.window,
    currency,
    levels: ladder.levels.map((level) => ({
      id: level.id,
      name: level.name,
      threshold: threshold(level.threshold),
      multiplier: factor(level.multiplier),
    })),
  }
}

/** A member's tier on the ladder; null for no tier (null) and for one that this ladder does not know. */
export function levelOf(ladder: CompiledLadder, tierId: string | null): CompiledTier | null {
  if (tierId === null) return null
  for (const level of ladder.levels) if (level.id === tierId) return level
  return null
}

/** The levels in the order of their thresholds. Those that cannot be read yet come last. */
export function risingLadder(ladder: TierLadder): TierLadder {
  const place = ({ threshold }: TierLevel) =>
    /^\d+(\.\d+)?$/.test(threshold) ? Number(threshold) : Number.MAX_VALUE
  return { ...ladder, levels: [...ladder.levels].sort((a, b) => place(a) - place(b)) }
}

export const tiersSection = section({
  key: 'tiers',
  schema: tierLadder,
  check: ladderIssues,
  compile: (ladder, { currency }) => ({ ladder: compileLadder(ladder, currency) }),
  changes: ({ levels: before, ...ladderBefore }, { levels: after, ...ladderAfter }) => [
    ...byField(ladderBefore, ladderAfter),
    ...byItem(before, after),
  ],
})

function ladderIssues({ basis, levels }: TierLadder, { currency }: Around): ProgramIssue[] {
  const issues: ProgramIssue[] = []
  if (!unique(levels))
    issues.push({ path: 'levels', code: 'duplicate-id', message: 'two tiers have the same id', values: {} })
  levels.forEach((level, i) => {
    const below = levels[i - 1]
    const path = `levels.${i}.threshold`
    if (below && Number(level.threshold) <= Number(below.threshold)) {
      const message = 'each tier must start above the one before it'
      issues.push({ path, code: 'threshold-order', message, values: { below: below.threshold } })
    }
    if (basis === 'spend') issues.push(...tooManyDecimals(path, level.threshold, currency))
  })
  return issues
}
