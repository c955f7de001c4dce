import type { HeadersFunction, LoaderFunctionArgs } from '@remix-run/node'
import {
  isRouteErrorResponse,
  Outlet,
  useLoaderData,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { withShop } from '../db/db.server.ts'
import { env } from '../env.server.ts'
import { currentProgram } from '../loyalty/program/programs.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { AdminShell } from '../ui/admin-shell.tsx'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { PageError } from '../ui/page-error.tsx'
import type { ShopOfPage } from '../ui/use-shop.ts'
import { DEFAULT_POINT_NAME } from '../wording.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const program = await withShop(shop.shopId, (tx) => currentProgram(tx, shop))
  const { domain, name, currency, timeZone, taxesIncluded, locale } = shop
  const pointName = program?.document.pointName ?? DEFAULT_POINT_NAME
  return {
    apiKey: env().SHOPIFY_API_KEY,
    appBridgeUrl: env().APP_BRIDGE_URL,
    shop: { domain, name, currency, timeZone, taxesIncluded, locale, pointName } satisfies ShopOfPage,
  }
}

export const shouldRevalidate = unlessLost

export default function App() {
  const { apiKey, appBridgeUrl } = useLoaderData<typeof loader>()
  return (
    <AdminShell apiKey={apiKey} appBridgeUrl={appBridgeUrl}>
      <Outlet />
    </AdminShell>
  )
}

/** Errors of any page below: the navigation stays, the page says what to do. */
export function ErrorBoundary() {
  const error = useRouteError()
  const data = useRouteLoaderData<typeof loader>('routes/app')
  // The library answers some requests with a page of its own (fetch a session token, leave the frame).
  if (isRouteErrorResponse(error) && error.status === 200) {
    // biome-ignore lint/security/noDangerouslySetInnerHtml: a fixed page of the library that loads App Bridge
    return <div dangerouslySetInnerHTML={{ __html: String(error.data) }} />
  }
  if (!data) throw error
  return (
    <AdminShell apiKey={data.apiKey} appBridgeUrl={data.appBridgeUrl}>
      <PageError error={error} />
    </AdminShell>
  )
}

export const headers: HeadersFunction = (args) => boundary.headers(args)
