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
  /** Remove a code in Shopify whose points went back. */
  'withdraw-reward': shop.extend({ redemptionId: z.int().positive() }),
  /** Write the program's public facts to the app's metafield for the storefront. */
  'publish-program-facts': shop,
  /** Read one order from the Admin API, where the deliveries leave a doubt. */
  'read-order': shop.extend({ orderId: z.string().regex(/^\d+$/) }),
  /** Read the orders changed since the watermark and settle them. */
  'reconcile-orders': shop,
  /** Judge stored orders that no program covered: a first program was published that counts them. */
  'settle-again': shop,
  /** By the clock, over all shops. */
  'mature-points': z.object({}),
  'lapse-rewards': z.object({}),
  'reconcile-all': z.object({}),
  'tidy-up': z.object({}),
  /** What a new installation needs in Shopify: metafield definition, shop facts. */
  'prepare-shop': shop,
} as const

export type JobName = keyof typeof jobCatalogue
export type JobPayload<N extends JobName> = z.infer<(typeof jobCatalogue)[N]>
