import type { LoaderFunctionArgs } from '@remix-run/node'
import { noticeSignIn } from '../loyalty/members/claim-guest-points.ts'
import { readPanel } from '../loyalty/surfaces/read-panel.ts'
import { proxyRequest } from '../requests/shopper-request.server.ts'

/** `GET /apps/stammgast/panel`: all that the points panel shows when it opens. */
export async function loader({ request }: LoaderFunctionArgs) {
  const shopper = await proxyRequest(request)
  return shopper.answer(async () => {
    await noticeSignIn(shopper)
    return readPanel(shopper)
  })
}
