import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { withShop } from '../db/db.server.ts'
import type { BulkKind } from '../domain/imports/bulk-line.ts'
import { listBatches } from '../loyalty/imports/read-batch.ts'
import { LARGEST_FILE_BYTES, UnreadableFile } from '../loyalty/imports/read-file.ts'
import { uploadBatch } from '../loyalty/imports/upload-batch.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { bodyForm } from '../requests/request-body.server.ts'
import { keepUpload, unlessLost } from '../ui/kit/lost-answer.ts'
import { BulkPage } from '../ui/operations/files/bulk-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const wanted = new URL(request.url).searchParams.get('kind')
  const kind: BulkKind = wanted === 'import' ? 'import' : 'adjustment'
  return { kind, batches: await withShop(shop.shopId, (tx) => listBatches(tx, shop.shopId)) }
}

/** What a form puts around the file. */
const ENVELOPE = 10_000

export async function action({ request }: ActionFunctionArgs) {
  const { shop, actor, language } = await adminRequest(request)
  const form = await bodyForm(request, LARGEST_FILE_BYTES + ENVELOPE).catch((thrown: unknown) => {
    if (thrown instanceof Response && thrown.status === 413) return null
    throw thrown
  })
  if (!form) return refuse('too-large')
  const file = form.get('file')
  const kind: BulkKind = form.get('kind') === 'import' ? 'import' : 'adjustment'
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

export const clientAction = keepUpload

function refuse(problem: UnreadableFile['problem'], line: number | null = null, value = '') {
  return data({ refused: { problem, line, value } }, 422)
}

export const shouldRevalidate = unlessLost

export default function Bulk() {
  const { kind, batches } = useLoaderData<typeof loader>()
  return <BulkPage key={kind} kind={kind} batches={batches} />
}
