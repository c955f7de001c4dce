import { z } from 'zod'
import type { OrderWhy } from './order-why.ts'

/**
 * The reader of explanations. A `why` lies in the ledger for years as JSON; surfaces never touch it raw but read
 * it here and put the steps into words.
 */
const LEFT_OUT_CODES = [
  'gift-card',
  'tax-on-top',
  'shipping',
  'duties',
  'tips',
  'cash-rounding',
  'removed',
  'refunded',
  'refunded-without-lines',
  'outstanding',
] as const
const PART_KINDS = ['line', 'shipping', 'duties', 'tips', 'cash-rounding'] as const

const orderWhy: z.ZodType<OrderWhy> = z.object({
  v: z.literal(1),
  program: z.number(),
  currency: z.string(),
  rate: z.string(),
  rounding: z.enum(['floor', 'nearest', 'ceil']),
  stacking: z.enum(['highest', 'multiply', 'add']),
  tier: z.object({ id: z.string(), factor: z.string() }).nullable(),
  lines: z.array(
    z.object({
      kind: z.enum(PART_KINDS),
      line: z.string().optional(),
      title: z.string().optional(),
      value: z.number(),
      factor: z.string().optional(),
      campaigns: z.array(z.object({ id: z.string(), factor: z.string() })).optional(),
      outdone: z.array(z.string()).optional(),
    }),
  ),
  out: z.array(z.object({ code: z.enum(LEFT_OUT_CODES), line: z.string().optional(), amount: z.number() })),
  exact: z.string(),
  points: z.number(),
  zero: z.enum(['test', 'unpaid', 'cancelled', 'dispute-lost', 'history']).nullable(),
})

/** The explanation of an order's points, or null if the value is none (another kind of posting, another age). */
export function readWhy(value: unknown): OrderWhy | null {
  const read = orderWhy.safeParse(value)
  return read.success ? read.data : null
}

/**
 * The explanation as a list of steps in the order of the arithmetic, each a code with values. Money in minor
 * units of the explanation's currency.
 */
export type WhyStep =
  | { code: 'zero'; reason: NonNullable<OrderWhy['zero']> }
  | {
      code: 'counted'
      kind: OrderWhy['lines'][number]['kind']
      line: string | null
      title: string | null
      value: number
      /** "2"; "1" without a campaign. */
      factor: string
      campaigns: readonly { id: string; factor: string }[]
      outdone: readonly string[]
    }
  | { code: 'left-out'; reason: OrderWhy['out'][number]['code']; line: string | null; amount: number }
  | { code: 'qualifying'; value: number }
  | { code: 'rate'; pointsPerUnit: string }
  | { code: 'tier'; id: string; factor: string }
  | { code: 'rounded'; rounding: OrderWhy['rounding']; exact: string; points: number }
  | { code: 'version'; program: number }

/** Zero orders have one step; others: counted…, left-out…, qualifying, rate, tier?, rounded, version. */
export function whySteps(why: OrderWhy): WhyStep[] {
  if (why.zero !== null)
    return [
      { code: 'zero', reason: why.zero },
      { code: 'version', program: why.program },
    ]
  const counted = why.lines.map(
    (line): WhyStep => ({
      code: 'counted',
      kind: line.kind,
      line: line.line ?? null,
      title: line.title ?? null,
      value: line.value,
      factor: line.factor ?? '1',
      campaigns: line.campaigns ?? [],
      outdone: line.outdone ?? [],
    }),
  )
  const leftOut = why.out.map(
    ({ code, line, amount }): WhyStep => ({ code: 'left-out', reason: code, line: line ?? null, amount }),
  )
  const qualifying = why.lines.reduce((sum, line) => sum + line.value, 0)
  return [
    ...counted,
    ...leftOut,
    { code: 'qualifying', value: qualifying },
    { code: 'rate', pointsPerUnit: why.rate },
    ...(why.tier !== null && why.tier.factor !== '1' ? [{ code: 'tier' as const, ...why.tier }] : []),
    { code: 'rounded', rounding: why.rounding, exact: why.exact, points: why.points },
    { code: 'version', program: why.program },
  ]
}
