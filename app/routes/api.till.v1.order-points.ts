import type { LoaderFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { DomainError } from '../domain/text/errors.ts'
import { readOrderPoints } from '../loyalty/surfaces/read-order-points.ts'
import { customer, tillRequest } from '../requests/till-request.server.ts'

const query = z.object({ order: customer, customer })

/** `GET /api/till/v1/order-points?order=1&customer=6001`: what an order has earned the customer who placed it. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const till = await tillRequest(request, context)
  const asked = query.safeParse(Object.fromEntries(till.url.searchParams))
  return till.answer(async () => {
    if (!asked.success) throw new DomainError('invalid-payload', 'order and customer must be ids in digits')
    return readOrderPoints({ ...till, customerId: asked.data.customer }, asked.data.order)
  })
}
