import type { ActionFunctionArgs } from '@remix-run/node'
import { redeemInPanel } from '../loyalty/read-panel.ts'
import { bodyText, proxyRequest, signedIn } from '../shopper-request.server.ts'

/** `POST /apps/stammgast/panel/redeem` with `rewardId` and `key`; the same key never redeems twice. */
export async function action({ request }: ActionFunctionArgs) {
  const shopper = await proxyRequest(request)
  return shopper.answer(async () => {
    const form = new URLSearchParams(await bodyText(request, 2_000))
    return redeemInPanel(signedIn(shopper), form.get('rewardId') ?? '', form.get('key') ?? '')
  })
}
