import type { ActionFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { giveBackInPanel } from '../loyalty/surfaces/read-panel.ts'
import { bodyJson, proxyRequest, signedIn } from '../requests/shopper-request.server.ts'

const which = z.object({ id: z.string() })

/** `POST /apps/stammgast/panel/give-back` with the `{id}` of an open code; twice is as good as once. */
export async function action({ request }: ActionFunctionArgs) {
  const shopper = await proxyRequest(request)
  return shopper.answer(async () => {
    const { id } = await bodyJson(request, 2_000, which)
    return giveBackInPanel(signedIn(shopper), id)
  })
}
