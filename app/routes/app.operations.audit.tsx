import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openAudits } from '../loyalty/pages/open-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { askAudit } from '../requests/changes/ask-for-checks.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { AuditPage } from '../ui/operations/audit-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return openAudits(shop.shopId)
}

export function action({ request }: ActionFunctionArgs) {
  return askAudit(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Audit() {
  return <AuditPage {...useLoaderData<typeof loader>()} />
}
