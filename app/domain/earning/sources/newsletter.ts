import { z } from 'zod'
import { earningSource } from '../source.ts'

/** Long enough that nobody subscribes for the points alone, short enough that a later change of mind costs nothing. */
const WITHDRAWN_WITHIN_DAYS = 30

/** Subscribing to the shop's news by e-mail, as Shopify tells of the consent. */
export const newsletter = earningSource({
  source: 'newsletter',
  terms: {
    /** Only a subscription that was confirmed by a link in an e-mail (double opt-in). */
    confirmedOnly: z.boolean(),
  },
  fields: { confirmedOnly: { as: 'checkbox' } },
  blank: { confirmedOnly: true },
  often: 'once',
  occasion: z.object({
    /** Shopify's words: "subscribed", "unsubscribed", "pending" … */
    state: z.string(),
    /** "single_opt_in", "confirmed_opt_in"; "unknown" and null of consent that nobody can show. */
    level: z.string().nullable(),
  }),
  earns: (occasions, termsAt) => {
    let subscribedBefore = false
    for (const occasion of occasions) {
      // Who takes leave of a subscription that nobody has heard of had it before the points were promised.
      if (occasion.state === 'unsubscribed' && !subscribedBefore) return null
      if (occasion.state !== 'subscribed') continue
      const terms = termsAt(occasion.at)
      if (!terms) return null
      if (suffices(occasion.level, terms.confirmedOnly)) return occasion
      subscribedBefore = true
    }
    return null
  },
  withdrawn: { withinDays: WITHDRAWN_WITHIN_DAYS, by: ({ state }) => state === 'unsubscribed' },
  conditions: ({ confirmedOnly }, words) => [
    ...(confirmedOnly ? [words.say('sources:newsletter.confirmed')] : []),
    words.say('sources:newsletter.withdrawn', { count: WITHDRAWN_WITHIN_DAYS }),
  ],
})

/** Consent that Shopify knows no opt-in of was typed in or brought along by somebody else. */
function suffices(level: string | null, confirmedOnly: boolean): boolean {
  return level === 'confirmed_opt_in' || (!confirmedOnly && level === 'single_opt_in')
}
