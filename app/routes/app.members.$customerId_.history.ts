import type { LoaderFunctionArgs } from '@remix-run/node'
import { adminRequest } from '../admin-request.server.ts'
import { readMemberHistory } from '../loyalty/read-member-page.ts'

/** Older lines of a member's history. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, language, actor } = await adminRequest(request)
  const after = new URL(request.url).searchParams.get('after')
  return Response.json(await readMemberHistory(shop, params.customerId ?? '', language, after, actor))
}
