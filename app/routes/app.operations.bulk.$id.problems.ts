import type { LoaderFunctionArgs } from '@remix-run/node'
import { everyProblem } from '../loyalty/pages/open-files.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { batchIdOf } from '../requests/changes/decide-file.server.ts'
import { download } from '../requests/download.ts'
import { problemsFile } from '../requests/problems-file.server.ts'

/** The lines of a file that cannot be booked, as a file. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, language } = await adminRequest(request)
  const batchId = batchIdOf(params.id)
  const lines = await everyProblem(shop.shopId, batchId)
  const file = { name: `stammgast-lines-${batchId}.csv`, type: 'text/csv' }
  return download(problemsFile(lines, language), file)
}
