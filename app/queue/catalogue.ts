import { z } from 'zod'

/**
 * Every job there is: its name and the shape of its payload. `app/jobs` has one file per name. A job may run twice;
 * each handler's use case is safe for that by a business key in the database, never by the queue.
 */
const shop = z.object({ shopId: z.int().positive() })

export const jobCatalogue = {
  /** Write the metafields of members whose points changed. One per shop at a time, coalesced. */
  'sync-members': shop,
  /** Create the discount of a redemption in Shopify. */
  'issue-reward': shop.extend({ redemptionId: z.int().positive() }),
  /** End a code in Shopify, then give its points back, if they have not come back yet. */
  'withdraw-reward': shop.extend({ redemptionId: z.int().positive() }),
  /** Ask Shopify whether a code that has left its order can be used again. */
  'check-code': shop.extend({ redemptionId: z.int().positive() }),
  /** Write the program's public facts to the app's metafield for the storefront. */
  'publish-program-facts': shop,
  /** Read one order from the Admin API, where the deliveries leave a doubt. */
  'read-order': shop.extend({ orderId: z.string().regex(/^\d+$/) }),
  /** Read collections and tags of the products that orders wait for. One per shop at a time, coalesced. */
  'read-products': shop,
  /** Ask Shopify for a customer's verified address and claim the points of guest orders under it. */
  'claim-guest-points': shop.extend({ customerId: z.string().regex(/^\d+$/) }),
  /** Read the orders changed since the watermark, or of the last days, and settle them. */
  'reconcile-orders': shop.extend({
    kind: z.enum(['hourly', 'nightly', 'manual']).optional(),
    days: z.int().min(1).max(60).optional(),
    /** Only the run that waits for Shopify. */
    goesOn: z.boolean().optional(),
  }),
  /** Check every rule of points accounting over a shop's whole book and keep the answer. */
  'audit-shop': shop.extend({ kind: z.enum(['nightly', 'manual']) }),
  /** Give the open codes of a customer who was merged to the one who is left. */
  'move-codes': shop.extend({ accountId: z.int().positive() }),
  /** Compare reward codes with Shopify's discounts, as far as a night goes. */
  'compare-codes': shop,
  /** Take over orders from before the app was installed, page by page. */
  'import-orders': shop,
  /** Look up the customers of an uploaded file, or post its lines. */
  'run-batch': shop.extend({ batchId: z.int().positive() }),
  /** Judge stored orders that no program covered: a first program was published that counts them. */
  'settle-again': shop,
  /** By the clock, over all shops. */
  'mature-points': z.object({}),
  'lapse-rewards': z.object({}),
  'warn-of-expiry': z.object({}),
  'expire-points': z.object({}),
  /** All shops, or the one whose program has changed. */
  'renew-tiers': z.object({ shopId: z.int().positive().optional() }),
  'reconcile-all': z.object({ kind: z.enum(['hourly', 'nightly']).optional() }),
  'audit-all': z.object({}),
  'compare-all-codes': z.object({}),
  'resume-work': z.object({}),
  'tidy-up': z.object({}),
  /** What a new installation needs in Shopify: metafield definition, shop facts. */
  'prepare-shop': shop,
} as const

export type JobName = keyof typeof jobCatalogue
export type JobPayload<N extends JobName> = z.infer<(typeof jobCatalogue)[N]>
