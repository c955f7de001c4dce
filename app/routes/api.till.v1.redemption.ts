import type { LoaderFunctionArgs } from '@remix-run/node'
import { DomainError } from '../domain/text/errors.ts'
import { readPanelCode } from '../loyalty/surfaces/read-panel.ts'
import { customer, tillRequest } from '../requests/till-request.server.ts'

/** `GET /api/till/v1/redemption?customer=…&id=…`: asked again and again while a code is being made. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const till = await tillRequest(request, context)
  const { searchParams } = till.url
  return till.answer(async () => {
    const asked = customer.safeParse(searchParams.get('customer'))
    if (!asked.success) throw new DomainError('invalid-payload', 'customer must be an id in digits')
    return readPanelCode({ ...till, customerId: asked.data }, searchParams.get('id') ?? '')
  })
}
