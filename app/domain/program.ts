import { z } from 'zod'
import { visiblePart } from './visible-text.ts'

/**
 * The program document: everything a shop's loyalty program promises, in one JSON document. Published versions
 * are immutable; an order is judged for ever by the version that was in force when it was placed.
 *
 * Text that shoppers read is written per language. Decimals are text ("1.5"), money is text in the shop's currency.
 */
export const PROGRAM_SCHEMA_VERSION = 1

/**
 * A message for people who read English, and a code with values for surfaces that speak in their own words
 * (`validateProgram` hands both out).
 */
const coded = (code: string, error: string, values: Record<string, unknown> = {}) => ({
  error,
  params: { code, ...values },
})

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id is 1–40 small letters, digits or hyphens, like "double-stars"')

/** What the numbers of a document may be, for the forms too. `above` is excluded. */
export const LIMITS = {
  pointsPerUnit: { min: 0, max: 10_000, decimals: 4 },
  multiplier: { above: 0, max: 100, decimals: 2 },
  /** No shop's currency has more decimals; those of its own are checked with the whole document. */
  money: { above: 0, max: 1_000_000, decimals: 3 },
  threshold: { min: 0, max: 100_000_000, decimals: 3 },
  cost: { min: 1, max: 100_000_000, decimals: 0 },
  percent: { min: 1, max: 100, decimals: 0 },
  validDays: { min: 1, max: 730, decimals: 0 },
  returnWindowDays: { min: 0, max: 365, decimals: 0 },
  ladderMonths: { min: 1, max: 60, decimals: 0 },
  expiryMonths: { min: 1, max: 120, decimals: 0 },
  warnDays: { min: 1, max: 180, decimals: 0 },
} as const

const whole = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max)
const decimal = ({ max, decimals }: { max: number; decimals: number }) =>
  z
    .string()
    .regex(/^(\d{1,9}|[1-9]\d{9,40})(\.\d{1,40})?$/, 'a decimal like "1.5"')
    .refine(
      (text) => (text.split('.')[1]?.length ?? 0) <= decimals,
      coded('too-many-decimals', `a decimal like "1.5" with at most ${decimals} decimals`, { decimals }),
    )
    .refine((text) => Number(text) <= max, coded('too-large', `at most ${max}`, { maximum: max }))
const positiveDecimal = (limits: { max: number; decimals: number }) =>
  decimal(limits).refine((text) => Number(text) > 0, coded('not-positive', 'more than 0'))
const money = positiveDecimal(LIMITS.money)

/** Of characters that show nothing alone a name would be a hole in the page. */
const shownText = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => visiblePart(text) !== '', coded('required', 'a text that can be seen'))

/** Text in one or both languages; a surface falls back to the other one. */
export const localText = z
  .object({
    de: shownText(120).optional(),
    en: shownText(120).optional(),
  })
  .refine(
    (text) => text.de !== undefined || text.en !== undefined,
    coded('text-missing', 'write the text in at least one language'),
  )
export type LocalText = z.infer<typeof localText>

/** "2026-11-27T00:00" on the shop's wall clock. */
const wallClock = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a local time like "2026-11-27T00:00"')

export const timeWindow = z
  .object({
    /** First moment inside; null: open. */
    start: wallClock.nullable(),
    /** First moment outside (half-open); null: open. */
    end: wallClock.nullable(),
    /** IANA zone in which the merchant meant the times. */
    timeZone: z.string().min(1),
  })
  .refine(
    (w) => !w.start || !w.end || w.start < w.end,
    coded('end-before-start', 'the end must be after the start'),
  )
export type TimeWindow = z.infer<typeof timeWindow>

export const earningRule = z.object({
  /** Points for one whole unit of the shop's currency (1 EUR, 1 JPY). Up to four decimals. */
  pointsPerUnit: decimal(LIMITS.pointsPerUnit),
  /** Applied once to the whole order, never to a line. */
  rounding: z.enum(['floor', 'nearest', 'ceil']),
  /** What counts beside the goods. Gift cards bought never count; paying with one counts as money. */
  counts: z.object({
    /** Tax that is added on top of prices. Tax inside the price always counts: it is what the shopper sees. */
    taxOnTop: z.boolean(),
    shipping: z.boolean(),
    duties: z.boolean(),
    tips: z.boolean(),
    cashRounding: z.boolean(),
  }),
})
export type EarningRule = z.infer<typeof earningRule>

const shopifyId = z.string().regex(/^\d{1,20}$/, 'a Shopify id in digits')

export const campaignScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('products'), ids: z.array(shopifyId).min(1).max(250) }),
  z.object({ kind: z.literal('collections'), ids: z.array(shopifyId).min(1).max(100) }),
  z.object({ kind: z.literal('tags'), tags: z.array(shownText(255)).min(1).max(100) }),
])
export type CampaignScope = z.infer<typeof campaignScope>

export const campaign = z.object({
  id,
  name: localText,
  /** 2 doubles the points of the lines in scope. */
  multiplier: positiveDecimal(LIMITS.multiplier),
  scope: campaignScope,
  /** Ids of tiers that take part; empty: everybody. */
  tiers: z.array(id).max(20),
  window: timeWindow,
})
export type Campaign = z.infer<typeof campaign>

export const tierLevel = z.object({
  id,
  name: localText,
  /** Money ("500.00"), points or orders, by the ladder's basis. The lowest level may start at 0. */
  threshold: decimal(LIMITS.threshold),
  multiplier: positiveDecimal(LIMITS.multiplier),
})
export type TierLevel = z.infer<typeof tierLevel>

export const tierLadder = z.object({
  basis: z.enum(['spend', 'points', 'orders']),
  window: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('rolling'), months: whole(LIMITS.ladderMonths) }),
    z.object({ kind: z.literal('calendar-year') }),
    z.object({ kind: z.literal('lifetime') }),
  ]),
  /** Rising thresholds. Empty: no tiers. */
  levels: z.array(tierLevel).max(20),
})
export type TierLadder = z.infer<typeof tierLadder>

const rewardCommon = {
  id,
  name: localText,
  /** Points. */
  cost: whole(LIMITS.cost),
  minimumSpend: money.nullable(),
  /** Days the code can be used after redeeming; the points come back when it lapses unused. */
  validDays: whole(LIMITS.validDays),
  oncePerMember: z.boolean(),
  tiers: z.array(id).max(20),
  active: z.boolean(),
}
export const reward = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('amount-off'), amount: money, ...rewardCommon }),
  z.object({ kind: z.literal('percent-off'), percent: whole(LIMITS.percent), ...rewardCommon }),
])
export type Reward = z.infer<typeof reward>

export const activityAction = z.enum(['order', 'redemption', 'adjustment'])
export type ActivityAction = z.infer<typeof activityAction>

/** The shortest month: a warning has to fit into the life of the points. */
const SHORTEST_MONTH_DAYS = 28
export const mostWarnDays = (months: number) =>
  Math.min(LIMITS.warnDays.max, months * SHORTEST_MONTH_DAYS - 1)

/** How points lapse. Lots leave first-in first-out, and never before a warning was recorded as sent. */
export const expiryRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('never') }),
  z.object({
    kind: z.literal('after-earning'),
    months: whole(LIMITS.expiryMonths),
    warnDays: whole(LIMITS.warnDays),
  }),
  z.object({
    kind: z.literal('after-inactivity'),
    months: whole(LIMITS.expiryMonths),
    warnDays: whole(LIMITS.warnDays),
    /** What counts as being active; a document from before this could be chosen means orders and redemptions. */
    actions: z.array(activityAction).min(1).default(['order', 'redemption']),
  }),
])
export type ExpiryRule = z.infer<typeof expiryRule>

const unique = <T extends { id: string }>(items: T[]) =>
  new Set(items.map((item) => item.id)).size === items.length

export const program = z
  .object({
    schema: z.literal(PROGRAM_SCHEMA_VERSION),
    name: localText,
    pointName: z.object({
      de: z.object({ one: shownText(30), many: shownText(30) }),
      en: z.object({ one: shownText(30), many: shownText(30) }),
    }),
    earning: earningRule,
    /** Points wait as pending for so long after the order was placed. */
    returnWindowDays: whole(LIMITS.returnWindowDays),
    campaigns: z
      .array(campaign)
      .max(100)
      .refine(unique, coded('duplicate-id', 'two campaigns have the same id')),
    /** Several campaigns on one line: only the highest, all multiplied (2 × 3 = 6), or their extras added (1+1+2 = 4). The tier's multiplier always multiplies the result. */
    stacking: z.enum(['highest', 'multiply', 'add']),
    tiers: tierLadder,
    rewards: z.array(reward).max(100).refine(unique, coded('duplicate-id', 'two rewards have the same id')),
    expiry: expiryRule,
  })
  .superRefine((document, context) => {
    const levels = document.tiers.levels
    const add = (path: (string | number)[], code: string, message: string, values = {}) =>
      context.addIssue({ code: 'custom', path, message, params: { code, ...values } })
    if (!unique(levels)) add(['tiers', 'levels'], 'duplicate-id', 'two tiers have the same id')
    levels.forEach((level, i) => {
      const below = levels[i - 1]
      if (below && Number(level.threshold) <= Number(below.threshold)) {
        const path = ['tiers', 'levels', i, 'threshold']
        add(path, 'threshold-order', 'each tier must start above the one before it', {
          below: below.threshold,
        })
      }
    })
    const { expiry } = document
    if (expiry.kind !== 'never' && expiry.warnDays > mostWarnDays(expiry.months)) {
      const maximum = mostWarnDays(expiry.months)
      const message = `a warning ${expiry.warnDays} days ahead is earlier than points of ${expiry.months} months`
      add(['expiry', 'warnDays'], 'too-large', message, { maximum })
    }
    const known = new Set(levels.map((level) => level.id))
    const check = (path: (string | number)[], ids: string[]) => {
      for (const tier of ids) {
        if (!known.has(tier)) add(path, 'tier-unknown', `there is no tier "${tier}"`, { tier })
      }
    }
    document.campaigns.forEach((c, i) => {
      check(['campaigns', i, 'tiers'], c.tiers)
    })
    document.rewards.forEach((r, i) => {
      check(['rewards', i, 'tiers'], r.tiers)
    })
  })
export type Program = z.infer<typeof program>

/** Shows a text in the wanted language, else in the other one. */
export function inLocale(text: LocalText, locale: string): string {
  return (locale.startsWith('de') ? (text.de ?? text.en) : (text.en ?? text.de)) ?? ''
}
