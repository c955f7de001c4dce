import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { withShop } from '../db/db.server.ts'
import { readStuckDeliveries } from '../loyalty/deliveries/read-deliveries.ts'
import { tryAgain } from '../loyalty/deliveries/try-again.ts'
import { adminRequest, sentJson } from '../requests/admin-request.server.ts'
import { rowId, rowIdIn } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { DeliveriesPage } from '../ui/operations/deliveries-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const before = rowIdIn(new URL(request.url).searchParams.get('before'))
  return withShop(shop.shopId, (tx) => readStuckDeliveries(tx, shop.shopId, before))
}

const wish = z.strictObject({ deliveryId: rowId.nullable() })

/** Safe to send twice: what lies in the inbox already is not put there again. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await adminRequest(request)
  const { deliveryId } = await sentJson(request, wish)
  return { ok: true, tried: await tryAgain(shop.shopId, deliveryId === null ? null : [deliveryId]) }
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Deliveries() {
  return <DeliveriesPage {...useLoaderData<typeof loader>()} />
}
