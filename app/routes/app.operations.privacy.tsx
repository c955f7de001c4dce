import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { adminRequest } from '../admin-request.server.ts'
import { withShop } from '../db.server.ts'
import { readDataRequests } from '../loyalty/read-operations.ts'
import { KEEP_DATA_REQUESTS_DAYS } from '../loyalty/tidy-up.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { PrivacyPage } from '../ui/operations/privacy-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const requests = await withShop(shop.shopId, (tx) => readDataRequests(tx, shop.shopId))
  return { requests, keptDays: KEEP_DATA_REQUESTS_DAYS }
}

export const shouldRevalidate = unlessLost

export default function Privacy() {
  return <PrivacyPage {...useLoaderData<typeof loader>()} />
}
