import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openFiles } from '../loyalty/pages/open-files.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { bulkKindOf, uploadFile } from '../requests/changes/upload-file.server.ts'
import { keepUpload, unlessLost } from '../ui/kit/lost-answer.ts'
import { BulkPage } from '../ui/operations/files/bulk-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const kind = bulkKindOf(new URL(request.url).searchParams.get('kind'))
  return { kind, batches: await openFiles(shop.shopId) }
}

export function action({ request }: ActionFunctionArgs) {
  return uploadFile(request)
}

export const clientAction = keepUpload

export const shouldRevalidate = unlessLost

export default function Bulk() {
  const data = useLoaderData<typeof loader>()
  return <BulkPage key={data.kind} {...data} />
}
