import { data } from '@remix-run/node'
import { z } from 'zod'
import { isDomainError } from '../../domain/text/errors.ts'
import { publishDraft } from '../../loyalty/program/change-draft.ts'
import type { PublishAnswer } from '../../ui/program/publish/publish-answer.ts'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { rowRevision } from '../row-numbers.ts'

const wish = z.strictObject({
  revision: rowRevision,
  countFrom: z.iso.date().nullable(),
  note: z.string().trim().max(200),
})

/** Safe to send twice: the second finds what is live already. */
export async function publishDraftOf(request: Request) {
  const { shop, actor } = await adminRequest(request)
  const wanted = await sentJson(request, wish)
  try {
    const result = await publishDraft(shop, wanted, actor)
    return result.outcome === 'invalid' ? data(result satisfies PublishAnswer, 422) : result
  } catch (error) {
    if (!isDomainError(error, 'stale-draft', 'program-missing', 'invalid-payload')) throw error
    return data({ outcome: 'refused', code: error.code } satisfies PublishAnswer, 409)
  }
}
