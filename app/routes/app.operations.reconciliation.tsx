import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openReconciliations } from '../loyalty/pages/open-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { askReconciliation } from '../requests/changes/ask-for-checks.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { ReconciliationPage } from '../ui/operations/reconciliation-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return openReconciliations(shop.shopId)
}

export function action({ request }: ActionFunctionArgs) {
  return askReconciliation(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Reconciliation() {
  return <ReconciliationPage {...useLoaderData<typeof loader>()} />
}
