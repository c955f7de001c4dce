import type { LoaderFunctionArgs } from '@remix-run/node'
import { documentId } from '../domain/document/document-fields.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { download } from '../requests/download.ts'
import { ticketsFile } from '../requests/tickets-file.server.ts'

/** The tickets of a draw as a file; of a draw that is not this shop's there are none. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, language } = await adminRequest(request)
  // What is no id is no draw of anybody's, and the database does not bear every text.
  const draw = documentId.safeParse(params.id)
  if (!draw.success) throw new Response(null, { status: 404 })
  const file = { name: 'stammgast-tickets.csv', type: 'text/csv' }
  return download(ticketsFile(shop, draw.data, language), file)
}
