import type { LoaderFunctionArgs } from '@remix-run/node'
import { withShop } from '../db/db.server.ts'
import { readDataExport } from '../loyalty/upkeep/read-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'

/** The file that a merchant hands on to a customer who asked for her data. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const { id = '' } = params
  const found = /^\d{1,18}$/.test(id)
    ? await withShop(shop.shopId, (tx) => readDataExport(tx, shop.shopId, id))
    : null
  if (found === null) return new Response(null, { status: 404 })
  return new Response(`${JSON.stringify(found, null, 2)}\n`, {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="data-request-${id}.json"`,
      'Cache-Control': 'no-store',
    },
  })
}
