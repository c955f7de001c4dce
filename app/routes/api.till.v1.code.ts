import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { doByPeople } from '../loyalty/codes/done-by-people.ts'
import { readShownCodeAtTill } from '../loyalty/till/shown-code.ts'
import { rowId } from '../requests/row-numbers.ts'
import { bodyJson } from '../requests/shopper-request.server.ts'
import { location, tillRequest } from '../requests/till-request.server.ts'

/** `GET /api/till/v1/code?code=7KQM-2XW9`: what is to be done for a code that a member shows. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const till = await tillRequest(request, context)
  return till.answer(() => readShownCodeAtTill(till, (till.url.searchParams.get('code') ?? '').slice(0, 40)))
}

const deed = z.strictObject({ deed: z.enum(['done', 'undo', 'cancel']), id: rowId, location })

/** `POST /api/till/v1/code` with `{deed, id}`: it was done, was not done after all, or will not be. Twice is as good as once. */
export async function action({ request, context }: ActionFunctionArgs) {
  const till = await tillRequest(request, context)
  return till.answer(async () => {
    const asked = await bodyJson(request, 2_000, deed)
    const actor = till.actor(asked.location)
    await doByPeople(asked.deed, { shopId: till.shop.shopId, redemptionId: asked.id, actor, now: till.now })
    return { ok: true }
  })
}
