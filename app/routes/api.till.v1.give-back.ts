import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { giveBackInPanel } from '../loyalty/surfaces/read-panel.ts'
import { bodyJson } from '../requests/shopper-request.server.ts'
import { customer, location, nothingToGet, tillRequest } from '../requests/till-request.server.ts'

const which = z.strictObject({ customer, id: z.string().max(20), location })

/** `POST /api/till/v1/give-back` with the `{customer, id}` of an open code; twice is as good as once. */
export async function action({ request, context }: ActionFunctionArgs) {
  const till = await tillRequest(request, context)
  return till.answer(async () => {
    const { customer: customerId, id, location: at } = await bodyJson(request, 2_000, which)
    return giveBackInPanel({ ...till, customerId }, id, till.actor(at))
  })
}

/** Remix sends the OPTIONS of a till in a browser here. */
export const loader = ({ request, context }: LoaderFunctionArgs) => nothingToGet(request, context)
