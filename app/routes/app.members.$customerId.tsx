import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openMemberPage } from '../loyalty/surfaces/read-member-page.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeMember } from '../requests/changes/change-member.server.ts'
import { customerIdOf } from '../requests/customer-id.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { MemberPage } from '../ui/members/member-page.tsx'

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, graphql, language, actor } = await adminRequest(request)
  const asked = customerIdOf(params.customerId)
  const page = await openMemberPage(shop, graphql, asked, language, Date.now(), actor)
  if (!page) throw new Response(null, { status: 404 })
  return page
}

export function action({ request, params }: ActionFunctionArgs) {
  return changeMember(request, params.customerId)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Member() {
  return <MemberPage {...useLoaderData<typeof loader>()} />
}
