import type { ActionFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { redeemInPanel } from '../loyalty/surfaces/read-panel.ts'
import { bodyJson, proxyRequest, signedIn } from '../requests/shopper-request.server.ts'

const wish = z.object({ rewardId: z.string(), price: z.number(), key: z.string() })

/** `POST /apps/stammgast/panel/redeem` with `{rewardId, price, key}`: the price that was shown. The same key never redeems twice. */
export async function action({ request }: ActionFunctionArgs) {
  const shopper = await proxyRequest(request)
  return shopper.answer(async () => {
    const { rewardId, price, key } = await bodyJson(request, 2_000, wish)
    return redeemInPanel(signedIn(shopper), { rewardId, price, requestKey: key })
  })
}
