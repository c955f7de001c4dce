import type { LoaderFunctionArgs } from '@remix-run/node'
import { adminRequest } from '../requests/admin-request.server.ts'
import { download } from '../requests/download.ts'
import { ticketsFile } from '../requests/tickets-file.server.ts'

/** The tickets of a draw as a file; of a draw that is not this shop's there are none. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, language } = await adminRequest(request)
  const file = { name: 'stammgast-tickets.csv', type: 'text/csv' }
  return download(ticketsFile(shop, params.id ?? '', language), file)
}
