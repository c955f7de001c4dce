import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openBatch } from '../loyalty/imports/open-batch.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { batchIdOf, decideFile } from '../requests/changes/decide-file.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { BatchPage } from '../ui/operations/files/batch-page.tsx'

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, graphql } = await adminRequest(request)
  const page = await openBatch(shop, graphql, batchIdOf(params.id))
  if (!page) throw new Response(null, { status: 404 })
  return page
}

export function action({ request, params }: ActionFunctionArgs) {
  return decideFile(request, params.id)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Batch() {
  const data = useLoaderData<typeof loader>()
  return <BatchPage key={data.batch.batchId} {...data} />
}
