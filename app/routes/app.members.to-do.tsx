import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openToDo } from '../loyalty/pages/open-to-do.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeToDo } from '../requests/changes/do-by-people.server.ts'
import { rowIdIn } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { ToDoPage } from '../ui/members/to-do-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql, language } = await adminRequest(request)
  const asked = new URL(request.url).searchParams
  const which = asked.get('show') === 'done' ? 'done' : 'open'
  const after = rowIdIn(asked.get('after'))
  return openToDo(shop, graphql, { which, after, language, now: Date.now() })
}

export function action({ request }: ActionFunctionArgs) {
  return changeToDo(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function ToDos() {
  return <ToDoPage {...useLoaderData<typeof loader>()} />
}
