import { data, redirect } from '@remix-run/node'
import type { BulkKind } from '../../domain/imports/bulk-line.ts'
import { LARGEST_FILE_BYTES, UnreadableFile } from '../../loyalty/imports/read-file.ts'
import { uploadBatch } from '../../loyalty/imports/upload-batch.ts'
import { adminRequest } from '../admin-request.server.ts'
import { bodyForm } from '../request-body.server.ts'

/** What a form puts around the file. */
const ENVELOPE = 10_000

export const bulkKindOf = (text: unknown): BulkKind => (text === 'import' ? 'import' : 'adjustment')

/** Takes a file in and leads to its page. Sent twice it lies there twice, and only one of them can be posted unasked. */
export async function uploadFile(request: Request) {
  const { shop, actor, language } = await adminRequest(request)
  const form = await bodyForm(request, LARGEST_FILE_BYTES + ENVELOPE).catch((thrown: unknown) => {
    if (thrown instanceof Response && thrown.status === 413) return null
    throw thrown
  })
  if (!form) return refuse('too-large')
  const file = form.get('file')
  const kind = bulkKindOf(form.get('kind'))
  if (!(file instanceof File)) throw new Response(null, { status: 400 })
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const id = await uploadBatch({ shop, kind, fileName: file.name, bytes, language, actor, now: Date.now() })
    return redirect(`/app/operations/bulk/${id}`)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return refuse(error.problem, error.line, error.value)
  }
}

function refuse(problem: UnreadableFile['problem'], line: number | null = null, value = '') {
  return data({ refused: { problem, line, value } }, 422)
}
