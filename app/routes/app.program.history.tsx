import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { publishedVersions } from '../loyalty/pages/open-program.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { HistoryPage } from '../ui/program/publish/history-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return { versions: await publishedVersions(shop.shopId) }
}

export const shouldRevalidate = unlessLost

export default function History() {
  return <HistoryPage {...useLoaderData<typeof loader>()} />
}
