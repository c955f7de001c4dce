import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { parseCart, previewCart } from '../loyalty/surfaces/preview-cart.ts'
import { bodyText } from '../requests/request-body.server.ts'
import { extensionRequest } from '../requests/shopper-request.server.ts'

/** 500 lines take about 40 kB. */
const LONGEST_CART = 65_536

/** `POST /api/preview`: what a cart would earn. */
export async function action({ request, context }: ActionFunctionArgs) {
  const shopper = await extensionRequest(request, context)
  return shopper.answer(async () => previewCart(shopper, parseCart(await bodyText(request, LONGEST_CART))))
}

/** Remix sends the browser's OPTIONS here; there is nothing to GET. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await extensionRequest(request, context)
  return new Response(null, { status: 405, headers: { Allow: 'POST, OPTIONS' } })
}
