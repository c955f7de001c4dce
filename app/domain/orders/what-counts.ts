import { z } from 'zod'

/** What of an order counts beside the goods. Gift cards bought never count; paying with one counts as money. */
export const whatCounts = z.object({
  /** Tax that is added on top of prices. Tax inside the price always counts: it is what the shopper sees. */
  taxOnTop: z.boolean(),
  shipping: z.boolean(),
  duties: z.boolean(),
  tips: z.boolean(),
  cashRounding: z.boolean(),
})
export type WhatCounts = z.infer<typeof whatCounts>
