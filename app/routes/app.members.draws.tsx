import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openDraws } from '../loyalty/pages/open-draws.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { DrawsPage } from '../ui/members/draws/draws-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, language } = await adminRequest(request)
  return openDraws(shop, language, Date.now())
}

export const shouldRevalidate = unlessLost

export default function Draws() {
  return <DrawsPage {...useLoaderData<typeof loader>()} />
}
