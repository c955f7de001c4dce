import { isRouteErrorResponse, useRouteError, useRouteLoaderData } from '@remix-run/react'
import { AdminShell } from './admin-shell.tsx'
import { PageError } from './page-error.tsx'

/** Errors of any page of the admin: the navigation stays, the page says what to do. */
export function AdminError() {
  const error = useRouteError()
  const data = useRouteLoaderData<{ apiKey: string; appBridgeUrl: string }>('routes/app')
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
