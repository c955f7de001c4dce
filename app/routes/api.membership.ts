import type { LoaderFunctionArgs } from '@remix-run/node'
import { noticeSignIn } from '../loyalty/members/claim-guest-points.ts'
import { readMembership } from '../loyalty/surfaces/read-panel.ts'
import { extensionRequest } from '../requests/shopper-request.server.ts'

/** `GET /api/membership`: the balance for checkout, customer account and till. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const shopper = await extensionRequest(request, context)
  return shopper.answer(async () => {
    await noticeSignIn(shopper)
    return readMembership(shopper)
  })
}
