import { z } from 'zod'
import { decimal } from '../document/document-fields.ts'
import { byField, section } from '../document/section.ts'
import { factor } from '../money/factor.ts'
import { whatCounts } from '../orders/what-counts.ts'

export const RATE_LIMITS = { min: 0, max: 10_000, decimals: 4 } as const

/** How money spent becomes points. */
export const earningRule = z.object({
  /** Points for one whole unit of the shop's currency (1 EUR, 1 JPY). Up to four decimals. */
  pointsPerUnit: decimal(RATE_LIMITS),
  /** Applied once to the whole order, never to a line. */
  rounding: z.enum(['floor', 'nearest', 'ceil']),
  counts: whatCounts,
})
export type EarningRule = z.infer<typeof earningRule>

export const earningSection = section({
  key: 'earning',
  schema: earningRule,
  compile: ({ pointsPerUnit, rounding, counts }) => ({ rate: factor(pointsPerUnit), rounding, counts }),
  changes: byField,
})
