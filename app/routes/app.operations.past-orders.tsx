import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openPastOrders } from '../loyalty/pages/open-past-orders.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { decidePastOrders } from '../requests/changes/decide-past-orders.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { PastOrdersPage } from '../ui/operations/past-orders/past-orders-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return openPastOrders(shop, Date.now())
}

export function action({ request }: ActionFunctionArgs) {
  return decidePastOrders(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function PastOrders() {
  return <PastOrdersPage {...useLoaderData<typeof loader>()} />
}
