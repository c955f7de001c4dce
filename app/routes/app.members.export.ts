import type { LoaderFunctionArgs } from '@remix-run/node'
import { adminRequest } from '../admin-request.server.ts'
import { everyMember } from '../loyalty/find-members.ts'
import { memberSearch } from '../member-search.server.ts'
import { membersFile } from '../members-file.server.ts'

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
