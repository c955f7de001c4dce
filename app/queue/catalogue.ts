import { z } from 'zod'
import { type Job, job } from './job.ts'

const id = z.int().positive()
const digits = z.string().regex(/^\d+$/)
const shop = z.object({ shopId: id })
const nothing = z.object({})

/** One that has not begun of each shop. */
const perShop = { by: ['shopId'] } as const

const HOURLY = 60

/**
 * Every job there is; `app/jobs/registry.ts` says what runs each. A job may run twice: its use case is safe for that by
 * a business key in the database, never by the queue.
 */
export const jobCatalogue = {
  /** Write the metafields of members whose points changed. */
  'sync-members': job(shop, perShop),
  /** Create the discount of a redemption in Shopify. Tried for over an hour before the points go back. */
  'issue-reward': job(shop.extend({ redemptionId: id }), { by: ['shopId', 'redemptionId'], attempts: 8 }),
  /** End a code in Shopify, then give its points back, if they have not come back yet. */
  'withdraw-reward': job(shop.extend({ redemptionId: id }), { by: ['shopId', 'redemptionId'] }),
  /** Ask Shopify whether a code that has left its order can be used again. */
  'check-code': job(shop.extend({ redemptionId: id }), { by: ['shopId', 'redemptionId'] }),
  /** Write the program's public facts to the app's metafield for the storefront. */
  'publish-program-facts': job(shop, perShop),
  /** Read one order from the Admin API, where the deliveries leave a doubt. */
  'read-order': job(shop.extend({ orderId: digits }), { by: ['shopId', 'orderId'] }),
  /** Read collections and tags of the products that orders wait for. */
  'read-products': job(shop, perShop),
  /** Ask Shopify for a customer's verified address and claim the points of guest orders under it. */
  'claim-guest-points': job(shop.extend({ customerId: digits }), { by: ['shopId', 'customerId'] }),
  /** Read the orders changed since the watermark, or of the last days, and settle them. */
  'reconcile-orders': job(
    shop.extend({
      kind: z.enum(['hourly', 'nightly', 'manual']).optional(),
      days: z.int().min(1).max(60).optional(),
      /** Only the run that waits for Shopify. */
      goesOn: z.boolean().optional(),
    }),
    perShop,
  ),
  /** Check every rule of points accounting over a shop's whole book and keep the answer. */
  'audit-shop': job(shop.extend({ kind: z.enum(['nightly', 'manual']) }), { ...perShop, attempts: 3 }),
  /** Give the open codes of a customer who was merged to the one who is left. The night mends what fails. */
  'move-codes': job(shop.extend({ accountId: id }), { by: ['shopId', 'accountId'], attempts: 8 }),
  /** Compare reward codes with Shopify's discounts, as far as a night goes. */
  'compare-codes': job(shop, { ...perShop, attempts: 3 }),
  /** Take over orders from before the app was installed, page by page. */
  'import-orders': job(shop, perShop),
  /** Look up the customers of an uploaded file, or post its lines. */
  'run-batch': job(shop.extend({ batchId: id }), { by: ['shopId', 'batchId'] }),
  /** Judge stored orders that no program covered: a first program was published that counts them. */
  'settle-again': job(shop, perShop),
  /** What a new installation needs in Shopify: metafield definition, shop facts. */
  'prepare-shop': job(shop, perShop),

  'mature-points': job(nothing, { clock: [{ at: '* * * * *', everyMinutes: 1 }] }),
  'lapse-rewards': job(nothing, { clock: [{ at: '*/10 * * * *', everyMinutes: 10 }] }),
  // Every hour, since each shop has its own midnight. Each finds little: a shop is looked through once a local day.
  'warn-of-expiry': job(nothing, { clock: [{ at: '3 * * * *', everyMinutes: HOURLY }] }),
  'expire-points': job(nothing, { clock: [{ at: '8 * * * *', everyMinutes: HOURLY }] }),
  /** All shops, or the one whose program has changed. */
  'renew-tiers': job(shop.partial(), { ...perShop, clock: [{ at: '12 * * * *', everyMinutes: HOURLY }] }),
  'reconcile-all': job(z.object({ kind: z.enum(['hourly', 'nightly']).optional() }), {
    clock: [
      // Lost deliveries are repaired within the hour.
      { at: '17 * * * *', everyMinutes: HOURLY },
      // What a shop's own clock or a late change slipped past the hourly reading.
      { at: '7 3 * * *', everyMinutes: HOURLY, name: 'reconcile-nightly', payload: { kind: 'nightly' } },
    ],
  }),
  'audit-all': job(nothing, { clock: [{ at: '33 3 * * *', everyMinutes: HOURLY }] }),
  // When orders that were missed have been read, so that what they used is known.
  'compare-all-codes': job(nothing, { clock: [{ at: '49 3 * * *', everyMinutes: HOURLY }] }),
  'resume-work': job(nothing, { clock: [{ at: '*/2 * * * *', everyMinutes: 2 }] }),
  'tidy-up': job(nothing, { clock: [{ at: '41 2 * * *', everyMinutes: HOURLY }] }),
} as const satisfies Record<string, Job<z.ZodType>>

export type JobName = keyof typeof jobCatalogue
export type JobPayload<N extends JobName> = z.infer<(typeof jobCatalogue)[N]['payload']>
