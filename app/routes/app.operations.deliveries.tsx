import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openDeliveries } from '../loyalty/pages/open-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { tryDeliveries } from '../requests/changes/ask-for-checks.server.ts'
import { rowIdIn } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { DeliveriesPage } from '../ui/operations/deliveries-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const before = rowIdIn(new URL(request.url).searchParams.get('before'))
  return openDeliveries(shop.shopId, before)
}

export function action({ request }: ActionFunctionArgs) {
  return tryDeliveries(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Deliveries() {
  return <DeliveriesPage {...useLoaderData<typeof loader>()} />
}
