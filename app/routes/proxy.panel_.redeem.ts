import type { ActionFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { redeemInPanel } from '../loyalty/read-panel.ts'
import { bodyJson, proxyRequest, signedIn } from '../shopper-request.server.ts'

const wish = z.object({ rewardId: z.string(), key: z.string() })

/** `POST /apps/stammgast/panel/redeem` with `{rewardId, key}`; the same key never redeems twice. */
export async function action({ request }: ActionFunctionArgs) {
  const shopper = await proxyRequest(request)
  return shopper.answer(async () => {
    const { rewardId, key } = await bodyJson(request, 2_000, wish)
    return redeemInPanel(signedIn(shopper), rewardId, key)
  })
}
