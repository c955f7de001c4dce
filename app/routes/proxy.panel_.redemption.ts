import type { LoaderFunctionArgs } from '@remix-run/node'
import { readPanelCode } from '../loyalty/surfaces/read-panel.ts'
import { proxyRequest, signedIn } from '../requests/shopper-request.server.ts'

/** `GET /apps/stammgast/panel/redemption?id=…`: asked again and again while a code is being made. */
export async function loader({ request }: LoaderFunctionArgs) {
  const shopper = await proxyRequest(request, ['id'])
  return shopper.answer(async () =>
    readPanelCode(signedIn(shopper), shopper.url.searchParams.get('id') ?? ''),
  )
}
