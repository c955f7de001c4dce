import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { Outlet, useLoaderData } from '@remix-run/react'
import { openProgram } from '../loyalty/pages/open-program.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeDraftOf } from '../requests/changes/change-draft.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { StartPage } from '../ui/program/draft/start-page.tsx'
import { PickedTitlesProvider } from '../ui/program/draft/use-program.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql } = await adminRequest(request)
  return openProgram(shop, graphql, Date.now())
}

/** Of the layout and not of a route of its own: what saves a page is loaded with it, and there without the network. */
export function action({ request }: ActionFunctionArgs) {
  return changeDraftOf(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function ProgramPages() {
  const { draft } = useLoaderData<typeof loader>()
  return <PickedTitlesProvider>{draft ? <Outlet /> : <StartPage />}</PickedTitlesProvider>
}
