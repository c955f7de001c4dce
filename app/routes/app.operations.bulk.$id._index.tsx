import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { isDomainError } from '../domain/text/errors.ts'
import { statusOf } from '../http/http-errors.ts'
import { confirmBatch, discardBatch, SameFilePosted, undoBatch } from '../loyalty/imports/decide-batch.ts'
import { DaysChanged } from '../loyalty/imports/given-days.ts'
import { openBatch } from '../loyalty/imports/open-batch.ts'
import { adminRequest, sentJson } from '../requests/admin-request.server.ts'
import { rowId, rowIdIn, rowVersion } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { type BatchAnswer, BatchPage } from '../ui/operations/files/batch-page.tsx'

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, graphql } = await adminRequest(request)
  const page = await openBatch(shop, graphql, batchIdOf(params.id))
  if (!page) throw new Response(null, { status: 404 })
  return page
}

const wish = z.strictObject({
  intent: z.enum(['confirm', 'discard', 'undo']),
  /** The posted batch of the same file that is to be repeated. */
  despite: rowId.optional(),
  /** The version by which the page showed the last days of lines that name none. */
  version: rowVersion.nullable().optional(),
})

/** Each is safe to send twice. */
export async function action({ request, params }: ActionFunctionArgs) {
  const { shop, actor } = await adminRequest(request)
  const decision = { shop, actor, batchId: batchIdOf(params.id) }
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

export const clientAction = keepForm

function batchIdOf(text: string | undefined): number {
  const batchId = rowIdIn(text)
  if (batchId === null) throw new Response(null, { status: 404 })
  return batchId
}

export const shouldRevalidate = unlessLost

export default function Batch() {
  const data = useLoaderData<typeof loader>()
  return <BatchPage key={data.batch.batchId} {...data} />
}
