import type { LoaderFunctionArgs } from '@remix-run/node'
import { readMemberHistory } from '../loyalty/surfaces/read-member-page.ts'
import { adminRequest } from '../requests/admin-request.server.ts'

/** Older lines of a member's history. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, language, actor } = await adminRequest(request)
  const after = new URL(request.url).searchParams.get('after')
  return Response.json(await readMemberHistory(shop, params.customerId ?? '', language, after, actor))
}
