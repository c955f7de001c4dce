import type { LoaderFunctionArgs } from '@remix-run/node'
import { DomainError } from '../domain/text/errors.ts'
import { searchAtTill } from '../loyalty/till/find-at-till.ts'
import { tooMany } from '../requests/shopper-request.server.ts'
import { tillRequest } from '../requests/till-request.server.ts'

const LONGEST = 100

/** `GET /api/till/v1/search?q=Ziegler`: customers by name, e-mail address or telephone; null: Shopify cannot be asked. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const till = await tillRequest(request, context)
  return till.answer(async () => {
    const text = (till.url.searchParams.get('q') ?? '').trim().slice(0, LONGEST)
    if (text === '') throw new DomainError('invalid-payload', 'q is empty')
    if (!(await till.mayLookUp(1))) throw tooMany(till.words(), 60)
    return { customers: await searchAtTill(till, text) }
  })
}
