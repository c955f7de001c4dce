import { z } from 'zod'
import { coded, documentId, multiplier, shopifyId, shownText, unique } from '../document/document-fields.ts'
import { localText } from '../document/local-text.ts'
import { timeWindow } from '../time/time-window.ts'

export const campaignScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('products'), ids: z.array(shopifyId).min(1).max(250) }),
  z.object({ kind: z.literal('collections'), ids: z.array(shopifyId).min(1).max(100) }),
  z.object({ kind: z.literal('tags'), tags: z.array(shownText(255)).min(1).max(100) }),
])
export type CampaignScope = z.infer<typeof campaignScope>

export const campaign = z.object({
  id: documentId,
  name: localText,
  /** 2 doubles the points of the lines in scope. */
  multiplier,
  scope: campaignScope,
  /** Ids of tiers that take part; empty: everybody. */
  tiers: z.array(documentId).max(20),
  window: timeWindow,
})
export type Campaign = z.infer<typeof campaign>

export const campaigns = z
  .array(campaign)
  .max(100)
  .refine(unique, coded('duplicate-id', 'two campaigns have the same id'))

/**
 * Several campaigns on one line: only the highest, all multiplied (2 × 3 = 6), or their extras added (1+1+2 = 4). The
 * tier's multiplier always multiplies the result.
 */
export const stacking = z.enum(['highest', 'multiply', 'add'])
export type Stacking = z.infer<typeof stacking>
