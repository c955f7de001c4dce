import type { ActionFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { redeemInPanel } from '../loyalty/surfaces/read-panel.ts'
import { bodyJson, proxyRequest, signedIn } from '../requests/shopper-request.server.ts'

const wish = z.object({
  rewardId: z.string(),
  price: z.number(),
  worth: z.string().max(20).optional(),
  variant: z.string().max(20).optional(),
  key: z.string(),
})

/** `POST /apps/stammgast/panel/redeem` with `{rewardId, price, key}`: the price that was shown; where it is chosen, with its `worth`, and of several articles with the `variant`, too. The same key never redeems twice. */
export async function action({ request }: ActionFunctionArgs) {
  const shopper = await proxyRequest(request)
  return shopper.answer(async () => {
    const { rewardId, price, worth, variant, key } = await bodyJson(request, 2_000, wish)
    return redeemInPanel(signedIn(shopper), { rewardId, price, worth, variant, requestKey: key })
  })
}
