import type { LoaderFunctionArgs } from '@remix-run/node'
import { moreLines } from '../loyalty/pages/open-files.ts'
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
  return Response.json({ lines: await moreLines(shop, batchId, { after, problems }) })
}
