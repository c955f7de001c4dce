import type { HeadersFunction, LoaderFunctionArgs } from '@remix-run/node'
import { Outlet, useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { env } from '../env.server.ts'
import { openAdmin } from '../loyalty/pages/open-admin.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { AdminError } from '../ui/shell/admin-error.tsx'
import { AdminShell } from '../ui/shell/admin-shell.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const { SHOPIFY_API_KEY: apiKey, APP_BRIDGE_URL: appBridgeUrl } = env()
  return { apiKey, appBridgeUrl, shop: await openAdmin(shop) }
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

export const ErrorBoundary = AdminError

export const headers: HeadersFunction = (args) => boundary.headers(args)
