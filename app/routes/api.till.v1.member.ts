import type { LoaderFunctionArgs } from '@remix-run/node'
import { DomainError } from '../domain/text/errors.ts'
import { readAtTill, readCardAtTill } from '../loyalty/till/find-at-till.ts'
import { customer, tillRequest } from '../requests/till-request.server.ts'

/** `GET /api/till/v1/member?customer=6001` or `?card=SG1.6001.40`: who stands at the till, and what she may take. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const till = await tillRequest(request, context)
  const { searchParams } = till.url
  return till.answer(async () => {
    const card = searchParams.get('card')
    if (card !== null) return readCardAtTill(till, card)
    const asked = customer.safeParse(searchParams.get('customer'))
    if (!asked.success) throw new DomainError('invalid-payload', 'customer must be an id in digits')
    return readAtTill(till, asked.data)
  })
}
