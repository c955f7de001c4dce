import type { LoaderFunctionArgs } from '@remix-run/node'
import { withShop } from '../db/db.server.ts'
import { readGivenDays, withGivenDays } from '../loyalty/imports/given-days.ts'
import { batchLines, readBatch } from '../loyalty/imports/read-batch.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { lineIn, rowIdIn } from '../requests/row-numbers.ts'

/** The next lines of a file, for "show more". */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const { searchParams } = new URL(request.url)
  const batchId = rowIdIn(params.id)
  const after = lineIn(searchParams.get('after') ?? '0')
  if (batchId === null || after === null) throw new Response(null, { status: 400 })
  const problems = searchParams.get('which') === 'problems'
  const lines = await withShop(shop.shopId, async (tx) => {
    const found = await batchLines(tx, shop.shopId, batchId, { problems, after, most: 200 })
    const batch = await readBatch(tx, shop.shopId, batchId)
    return batch ? withGivenDays(found, batch, await readGivenDays(tx, shop, Date.now())) : found
  })
  return Response.json({ lines })
}
