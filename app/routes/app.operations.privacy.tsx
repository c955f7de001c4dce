import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { withShop } from '../db/db.server.ts'
import { readDataRequests } from '../loyalty/upkeep/read-operations.ts'
import { KEEP_DATA_REQUESTS_DAYS } from '../loyalty/upkeep/tidy-up.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
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
