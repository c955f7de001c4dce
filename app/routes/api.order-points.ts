import type { LoaderFunctionArgs } from '@remix-run/node'
import { DomainError } from '../domain/text/errors.ts'
import { readOrderPoints } from '../loyalty/surfaces/read-order-points.ts'
import { extensionRequest } from '../requests/shopper-request.server.ts'

/** `GET /api/order-points?order=gid://shopify/Order/…`: what the shopper's own order has earned. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const shopper = await extensionRequest(request, context)
  const order = /^(?:gid:\/\/shopify\/Order\/)?(\d{1,18})$/.exec(
    shopper.url.searchParams.get('order') ?? '',
  )?.[1]
  return shopper.answer(async () => {
    if (!order) throw new DomainError('invalid-payload', 'order must be an id like "gid://shopify/Order/1"')
    return readOrderPoints(shopper, order)
  })
}
