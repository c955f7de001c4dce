import { data } from '@remix-run/node'
import { z } from 'zod'
import { SECTIONS } from '../../domain/program/program.ts'
import { isDomainError } from '../../domain/text/errors.ts'
import { changeDraft, type DraftChange } from '../../loyalty/program/change-draft.ts'
import type { DraftAnswer } from '../../ui/program/draft/draft-answer.ts'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { rowRevision, rowVersion } from '../row-numbers.ts'

const part = z.unknown().optional()

/** Every change of the draft. The parts of a patch are checked with the whole document. */
const change = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('start') }),
  z.strictObject({
    intent: z.literal('save'),
    revision: rowRevision,
    patch: z.strictObject(Object.fromEntries(SECTIONS.map(({ key }) => [key, part]))),
  }),
  z.strictObject({ intent: z.literal('restore'), revision: rowRevision, version: rowVersion }),
  z.strictObject({ intent: z.literal('discard'), revision: rowRevision }),
])

/** A hundred campaigns, each of a hundred tags. */
const LONGEST_CHANGE = 4 * 2 ** 20

/** Safe to send twice: what the draft says already is answered as it would have been. */
export async function changeDraftOf(request: Request) {
  const { shop, actor } = await adminRequest(request)
  const wanted = await sentJson(request, change, LONGEST_CHANGE)
  try {
    const answer: DraftAnswer = await changeDraft(shop, wanted as DraftChange, actor)
    // With an error status the page keeps what was typed.
    return answer.ok ? answer : data(answer, 422)
  } catch (error) {
    if (!isDomainError(error, 'stale-draft', 'program-missing')) throw error
    return data({ ok: false, refused: error.code } satisfies DraftAnswer, 409)
  }
}
