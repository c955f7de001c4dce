import type { LoaderFunctionArgs } from '@remix-run/node'
import { noticeSignIn } from '../loyalty/claim-guest-points.ts'
import { readPanel } from '../loyalty/read-panel.ts'
import { proxyRequest } from '../shopper-request.server.ts'

/** `GET /apps/stammgast/panel`: all that the points panel shows when it opens. */
export async function loader({ request }: LoaderFunctionArgs) {
  const shopper = await proxyRequest(request)
  return shopper.answer(async () => {
    await noticeSignIn(shopper)
    return readPanel(shopper)
  })
}
