import type { LoaderFunctionArgs } from '@remix-run/node'
import { dataExport } from '../loyalty/pages/open-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { download } from '../requests/download.ts'

/** The file that a merchant hands on to a customer who asked for her data. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const { id = '' } = params
  const found = /^\d{1,18}$/.test(id) ? await dataExport(shop.shopId, id) : null
  if (found === null) return new Response(null, { status: 404 })
  const file = { name: `data-request-${id}.json`, type: 'application/json' }
  return download(`${JSON.stringify(found, null, 2)}\n`, file)
}
