import type { HeadersFunction, LoaderFunctionArgs } from '@remix-run/node'
import {
  isRouteErrorResponse,
  Outlet,
  useLoaderData,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { env } from '../env.server.ts'
import { authenticate } from '../shopify.server.ts'
import { AdminShell } from '../ui/admin-shell.tsx'
import { PageError } from '../ui/page-error.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request)
  return { apiKey: env().SHOPIFY_API_KEY, appBridgeUrl: env().APP_BRIDGE_URL }
}

/** The key and the address do not change while the page is open. */
export const shouldRevalidate = () => false

export default function App() {
  return (
    <AdminShell {...useLoaderData<typeof loader>()}>
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
    <AdminShell {...data}>
      <PageError error={error} />
    </AdminShell>
  )
}

export const headers: HeadersFunction = (args) => boundary.headers(args)
