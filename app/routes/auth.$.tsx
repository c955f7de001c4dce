import type { LoaderFunctionArgs } from '@remix-run/node'
import { authenticate } from '../shopify.server.ts'

/** Shopify's own stops on the way into the app: fetch a session token, leave the frame. */
export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request)
  return null
}
