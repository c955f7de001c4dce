import { data, redirect } from '@remix-run/node'
import { z } from 'zod'
import { isDomainError } from '../../domain/text/errors.ts'
import { statusOf } from '../../http/http-errors.ts'
import { confirmBatch, discardBatch, SameFilePosted, undoBatch } from '../../loyalty/imports/decide-batch.ts'
import { DaysChanged } from '../../loyalty/imports/given-days.ts'
import type { BatchAnswer } from '../../ui/operations/files/batch-page.tsx'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { rowId, rowIdIn, rowVersion } from '../row-numbers.ts'

const wish = z.strictObject({
  intent: z.enum(['confirm', 'discard', 'undo']),
  /** The posted batch of the same file that is to be repeated. */
  despite: rowId.optional(),
  /** The version by which the page showed the last days of lines that name none. */
  version: rowVersion.nullable().optional(),
})

/** What becomes of a file that was checked. Each is safe to send twice. */
export async function decideFile(request: Request, file: string | undefined) {
  const { shop, actor } = await adminRequest(request)
  const decision = { shop, actor, batchId: batchIdOf(file) }
  const { intent, despite, version } = await sentJson(request, wish)
  try {
    if (intent === 'undo') return redirect(`/app/operations/bulk/${await undoBatch(decision)}`)
    if (intent === 'confirm') await confirmBatch({ ...decision, despite, version })
    else await discardBatch(decision)
    return { ok: true, intent } satisfies BatchAnswer
  } catch (error) {
    if (!isDomainError(error)) throw error
    const why = {
      ...(error instanceof SameFilePosted && { sameFile: error.sameFile }),
      ...(error instanceof DaysChanged && { daysChanged: true as const }),
    }
    return data({ ok: false, intent, ...why } satisfies BatchAnswer, statusOf(error.code))
  }
}

/**
 * The file of an address.
 * @throws Response 404 when it is no number of a row
 */
export function batchIdOf(text: string | undefined): number {
  const batchId = rowIdIn(text)
  if (batchId === null) throw new Response(null, { status: 404 })
  return batchId
}
