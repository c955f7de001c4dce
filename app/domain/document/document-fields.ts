import { z } from 'zod'
import { visiblePart } from '../text/visible-text.ts'

/** The fields that all sections of the program document are made of. */

/**
 * A message for people who read English, and a code with values for surfaces that speak in their own words
 * (`validateProgram` hands both out).
 */
export const coded = (code: string, error: string, values: Record<string, unknown> = {}) => ({
  error,
  params: { code, ...values },
})

/** Of characters that show nothing alone a name would be a hole in the page. */
export const shownText = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => visiblePart(text) !== '', coded('required', 'a text that can be seen'))

export const documentId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id is 1–40 small letters, digits or hyphens, like "double-stars"')

export const shopifyId = z.string().regex(/^\d{1,20}$/, 'a Shopify id in digits')

/** True when no two have the same id. */
export const unique = <T extends { id: string }>(items: T[]) =>
  new Set(items.map((item) => item.id)).size === items.length

export const whole = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max)

/** Decimal text ("1.5"), never a number, so that no binary fraction comes into it. */
export const decimal = ({ max, decimals }: { max: number; decimals: number }) =>
  z
    .string()
    .regex(/^(\d{1,9}|[1-9]\d{9,40})(\.\d{1,40})?$/, 'a decimal like "1.5"')
    .refine(
      (text) => (text.split('.')[1]?.length ?? 0) <= decimals,
      coded('too-many-decimals', `a decimal like "1.5" with at most ${decimals} decimals`, { decimals }),
    )
    .refine((text) => Number(text) <= max, coded('too-large', `at most ${max}`, { maximum: max }))

export const positiveDecimal = (limits: { max: number; decimals: number }) =>
  decimal(limits).refine((text) => Number(text) > 0, coded('not-positive', 'more than 0'))

/**
 * Money in the shop's currency, above 0. No currency has more decimals; those of the shop's own are checked with the
 * whole document.
 */
export const MONEY_LIMITS = { above: 0, max: 1_000_000, decimals: 3 } as const
export const moneyText = positiveDecimal(MONEY_LIMITS)

/** A factor on points: of a campaign, of a tier. */
export const MULTIPLIER_LIMITS = { above: 0, max: 100, decimals: 2 } as const
export const multiplier = positiveDecimal(MULTIPLIER_LIMITS)
