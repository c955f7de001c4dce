import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { inLocale } from '../domain/document/local-text.ts'
import { findMembers } from '../loyalty/members/find-members.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { memberSearch } from '../requests/member-search.server.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { MembersPage } from '../ui/members/members-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql, language } = await adminRequest(request)
  const search = memberSearch(request)
  const { tiers, ...found } = await findMembers(shop, graphql, search, new Date())
  const named = tiers.map(({ id, name }) => ({ id, name: inLocale(name, language) }))
  return { search, found: { ...found, tiers: named } }
}

export const shouldRevalidate = unlessLost

export default function Members() {
  return <MembersPage {...useLoaderData<typeof loader>()} />
}
