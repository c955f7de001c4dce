import type { LoaderFunctionArgs } from '@remix-run/node'
import { readPanelHistory } from '../loyalty/surfaces/read-panel.ts'
import { proxyRequest, signedIn } from '../requests/shopper-request.server.ts'

/** `GET /apps/stammgast/panel/history?after=…`: an older page. */
export async function loader({ request }: LoaderFunctionArgs) {
  const shopper = await proxyRequest(request, ['after'])
  return shopper.answer(async () =>
    readPanelHistory(signedIn(shopper), shopper.url.searchParams.get('after')),
  )
}
