import type { LoaderFunctionArgs } from '@remix-run/node'
import { everyMember } from '../loyalty/members/find-members.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { download } from '../requests/download.ts'
import { memberSearch } from '../requests/member-search.server.ts'
import { membersFile } from '../requests/members-file.server.ts'

/** The members list as a file. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql, language } = await adminRequest(request)
  const found = await everyMember(shop, graphql, memberSearch(request), new Date())
  if (!found) return new Response(null, { status: 503 })
  const file = { name: 'stammgast-members.csv', type: 'text/csv' }
  return download(membersFile(found, shop, language), file)
}
