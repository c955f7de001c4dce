import type { LoaderFunctionArgs } from '@remix-run/node'
import { everyMember } from '../loyalty/members/find-members.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { memberSearch } from '../requests/member-search.server.ts'
import { membersFile } from '../requests/members-file.server.ts'

/** The members list as a file. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql, language } = await adminRequest(request)
  const found = await everyMember(shop, graphql, memberSearch(request), new Date())
  if (!found) return new Response(null, { status: 503 })
  return new Response(membersFile(found, shop, language), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="stammgast-members.csv"',
      'Cache-Control': 'no-store',
    },
  })
}
