import { z } from 'zod'
import { earningSource } from '../source.ts'

/**
 * Opening an account with the shop. A customer whom only a checkout made is none: see
 * docs/decisions/0053-points-for-what-people-do.md.
 */
export const signUp = earningSource({
  source: 'sign-up',
  terms: {},
  fields: {},
  blank: {},
  often: 'once',
  occasion: z.discriminatedUnion('by', [
    /** Shopify told that the account was opened. */
    z.object({ by: z.literal('account') }),
    /** The person signed in: there is an account, and it is not older than the customer (epoch ms). */
    z.object({ by: z.literal('sign-in'), customerSince: z.number() }),
  ]),
  earns: ([first], termsAt) => {
    if (!first || !termsAt(first.at)) return null
    // Whoever was a customer before the points were promised may have had the account for years.
    if (first.by === 'sign-in' && !termsAt(first.customerSince)) return null
    return first
  },
  conditions: () => [],
})
