import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openOperations } from '../loyalty/pages/open-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { OverviewPage } from '../ui/operations/overview-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return openOperations(shop.shopId)
}

export const shouldRevalidate = unlessLost

export default function Operations() {
  return <OverviewPage {...useLoaderData<typeof loader>()} />
}
