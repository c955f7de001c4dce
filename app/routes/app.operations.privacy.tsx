import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openPrivacy } from '../loyalty/pages/open-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { PrivacyPage } from '../ui/operations/privacy-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return openPrivacy(shop.shopId)
}

export const shouldRevalidate = unlessLost

export default function Privacy() {
  return <PrivacyPage {...useLoaderData<typeof loader>()} />
}
