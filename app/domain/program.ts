import { z } from 'zod'
import { campaigns, stacking } from './campaigns.ts'
import { coded, unique, whole } from './document-fields.ts'
import { earningRule } from './earning-rule.ts'
import { expiryRule, mostWarnDays } from './expiry-rule.ts'
import { tierLadder } from './ladder.ts'
import { localText } from './local-text.ts'
import { pointName } from './point-name.ts'
import { reward } from './reward.ts'

/**
 * The program document: everything a shop's loyalty program promises, in one JSON document. Published versions
 * are immutable; an order is judged for ever by the version that was in force when it was placed.
 *
 * Text that shoppers read is written per language. Decimals are text ("1.5"), money is text in the shop's currency.
 */
export const PROGRAM_SCHEMA_VERSION = 1

export const RETURN_WINDOW_LIMITS = { min: 0, max: 365, decimals: 0 } as const

export const program = z
  .object({
    schema: z.literal(PROGRAM_SCHEMA_VERSION),
    name: localText,
    pointName,
    earning: earningRule,
    /** Points wait as pending for so long after the order was placed. */
    returnWindowDays: whole(RETURN_WINDOW_LIMITS),
    campaigns,
    stacking,
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
