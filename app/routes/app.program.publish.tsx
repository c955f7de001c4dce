import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { publishEffect } from '../loyalty/pages/open-program.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { publishDraftOf } from '../requests/changes/publish-draft.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { PublishPage } from '../ui/program/publish/publish-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  // Counting a large shop's members takes a moment: the page does not wait for it.
  return { effect: publishEffect(shop, Date.now()) }
}

export function action({ request }: ActionFunctionArgs) {
  return publishDraftOf(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Publish() {
  return <PublishPage {...useLoaderData<typeof loader>()} />
}
