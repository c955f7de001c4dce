import type { LoaderFunctionArgs } from '@remix-run/node'
import { readPanelCode } from '../loyalty/read-panel.ts'
import { proxyRequest, signedIn } from '../shopper-request.server.ts'

/** `GET /apps/stammgast/panel/redemption?id=…`: asked again and again while a code is being made. */
export async function loader({ request }: LoaderFunctionArgs) {
  const shopper = await proxyRequest(request, ['id'])
  return shopper.answer(async () =>
    readPanelCode(signedIn(shopper), shopper.url.searchParams.get('id') ?? ''),
  )
}
