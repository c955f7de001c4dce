import { z } from 'zod'
import { readWhy } from '../../domain/earning/explain.ts'
import type { OrderWhy, WhyLine } from '../../domain/earning/order-why.ts'
import { EARNING_SOURCES } from '../../domain/earning/sources.ts'

/**
 * The explanation of an order's points as it lies in `posting.why`: without what is as usual, lines as lists. It is
 * written with every award and read when somebody asks.
 */
const USUAL = { rounding: 'floor', stacking: 'highest', tier: null, out: [], zero: null }

type StoredLine = [
  value: number,
  line?: string | null,
  title?: string | null,
  campaigns?: [id: string, factor: string][],
  more?: Pick<WhyLine, 'kind' | 'factor' | 'outdone'>,
]

export function storeWhy({ lines, rounding, stacking, tier, out, zero, ...why }: OrderWhy): object {
  return {
    ...why,
    v: 2,
    rounding: rounding === USUAL.rounding ? undefined : rounding,
    stacking: stacking === USUAL.stacking ? undefined : stacking,
    tier: tier ?? undefined,
    zero: zero ?? undefined,
    out: out.length > 0 ? out : undefined,
    lines: lines.map(storeLine),
  }
}

/** The explanation, or null if there is none that can be read. Explanations of the first form read just as well. */
export function readStoredWhy(value: unknown): OrderWhy | null {
  const stored = value as { v?: unknown; lines?: unknown[] } | null
  if (stored?.v !== 2 || !Array.isArray(stored.lines) || !stored.lines.every(Array.isArray))
    return readWhy(value)
  return readWhy({
    ...USUAL,
    ...stored,
    v: 1,
    lines: stored.lines.map((line) => readLine(line as StoredLine)),
  })
}

const moment = z.number().min(0).max(100_000_000_000_000).nullish()
const fields = z.looseObject({
  orders: z.array(z.string()).nullish(),
  on: z.iso.date().nullish(),
  earnedAt: moment,
  warnedAt: moment,
  idleMonths: z.number().nullish(),
  source: z.enum(EARNING_SOURCES.map(({ source }) => source)).nullish(),
  because: z.string().nullish(),
  reason: z.string().nullish(),
})

/** Of any kind of posting: the explanation, or null where a field is none that surfaces can put into words. */
export const soundWhy = (value: unknown): unknown => (fields.safeParse(value).success ? value : null)

function storeLine({ kind, value, line, title, factor, campaigns, outdone }: WhyLine): StoredLine {
  const ofOne = campaigns?.length === 1 && campaigns[0]?.factor === factor
  const plain = kind === 'line' && outdone === undefined && (ofOne || factor === undefined)
  if (plain && campaigns === undefined) return title === undefined ? [value, line] : [value, line, title]
  const named = campaigns?.map(({ id, factor }): [string, string] => [id, factor])
  return plain
    ? [value, line, title, named]
    : [value, line ?? null, title ?? null, named ?? [], { kind, factor, outdone }]
}

function readLine(stored: StoredLine): WhyLine {
  const [value, line, title, campaigns, more] = stored
  const named = campaigns?.map(([id, factor]) => ({ id, factor }))
  return {
    kind: 'line',
    value,
    line: line ?? undefined,
    title: title ?? undefined,
    factor: campaigns?.length === 1 ? campaigns[0]?.[1] : undefined,
    campaigns: named && named.length > 0 ? named : undefined,
    ...more,
  }
}
