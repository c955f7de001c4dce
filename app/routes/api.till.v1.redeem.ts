import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { redeemInPanel } from '../loyalty/surfaces/read-panel.ts'
import { bodyJson } from '../requests/shopper-request.server.ts'
import { customer, location, nothingToGet, tillRequest } from '../requests/till-request.server.ts'

const wish = z.strictObject({
  customer,
  rewardId: z.string().max(200),
  price: z.number(),
  worth: z.string().max(20).optional(),
  key: z.string(),
  location,
})

/** `POST /api/till/v1/redeem`: as the panel's, for the customer at the till. The same key never redeems twice. */
export async function action({ request, context }: ActionFunctionArgs) {
  const till = await tillRequest(request, context)
  return till.answer(async () => {
    const { customer: customerId, key, location: at, ...rest } = await bodyJson(request, 2_000, wish)
    return redeemInPanel({ ...till, customerId }, { ...rest, requestKey: key, actor: till.actor(at) })
  })
}

/** Remix sends the OPTIONS of a till in a browser here. */
export const loader = ({ request, context }: LoaderFunctionArgs) => nothingToGet(request, context)
