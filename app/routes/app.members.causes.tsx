import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openCauses } from '../loyalty/pages/open-causes.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeCauses } from '../requests/changes/pay-cause.server.ts'
import { rowIdIn } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { CausesPage } from '../ui/members/causes/causes-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, language } = await adminRequest(request)
  const asked = new URL(request.url).searchParams
  const after = rowIdIn(asked.get('after'))
  return openCauses(shop, { cause: asked.get('cause'), after, language, now: Date.now() })
}

export function action({ request }: ActionFunctionArgs) {
  return changeCauses(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Causes() {
  return <CausesPage {...useLoaderData<typeof loader>()} />
}
