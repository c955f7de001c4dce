import { type ActionFunctionArgs, data } from '@remix-run/node'
import { z } from 'zod'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { withShop } from '../db.server.ts'
import { isDomainError } from '../domain/errors.ts'
import {
  type DraftPatch,
  discardDraft,
  restoreVersion,
  saveDraft,
  startDraft,
} from '../loyalty/save-draft.ts'
import type { DraftAnswer } from '../ui/program/draft-answer.ts'

const part = z.unknown().optional()
const revision = z.int().min(0)

/** Every change of the draft comes through here. The parts of a patch are checked with the whole document. */
const change = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('start') }),
  z.strictObject({
    intent: z.literal('save'),
    revision,
    patch: z.strictObject({
      name: part,
      pointName: part,
      earning: part,
      returnWindowDays: part,
      campaigns: part,
      stacking: part,
      tiers: part,
      rewards: part,
      expiry: part,
    }),
  }),
  z.strictObject({ intent: z.literal('restore'), revision, version: z.int().min(1) }),
  z.strictObject({ intent: z.literal('discard'), revision }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { shop, actor } = await adminRequest(request)
  const wanted = await sentJson(request, change)
  try {
    const answer = await withShop(shop.shopId, async (tx): Promise<DraftAnswer> => {
      switch (wanted.intent) {
        case 'start':
          return { ok: true, revision: await startDraft(tx, shop, actor) }
        case 'save':
          return saveDraft(tx, shop, { ...wanted, patch: wanted.patch as DraftPatch, actor })
        case 'restore':
          return { ok: true, revision: await restoreVersion(tx, shop.shopId, { ...wanted, actor }) }
        case 'discard':
          return { ok: true, revision: await discardDraft(tx, shop.shopId, { ...wanted, actor }) }
      }
    })
    // With an error status the page keeps what was typed.
    return answer.ok ? answer : data(answer, 422)
  } catch (error) {
    if (!isDomainError(error, 'stale-draft', 'program-missing')) throw error
    return data({ ok: false, refused: error.code } satisfies DraftAnswer, 409)
  }
}
