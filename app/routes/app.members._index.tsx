import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { adminRequest } from '../admin-request.server.ts'
import { inLocale } from '../domain/program.ts'
import { findMembers } from '../loyalty/find-members.ts'
import { MEMBER_SORTS } from '../loyalty/list-members.ts'
import { MembersPage } from '../ui/members/members-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql, language } = await adminRequest(request)
  const { searchParams } = new URL(request.url)
  const search = {
    text: (searchParams.get('q') ?? '').slice(0, 100),
    sort: MEMBER_SORTS.find((sort) => sort === searchParams.get('sort')) ?? 'activity',
    descending: searchParams.get('dir') !== 'asc',
    tier: searchParams.get('tier'),
    after: searchParams.get('after'),
    before: searchParams.get('before'),
  }
  const { tiers, ...found } = await findMembers(shop, graphql, search)
  const named = tiers.map(({ id, name }) => ({ id, name: inLocale(name, language) }))
  return { search, found: { ...found, tiers: named } }
}

export default function Members() {
  return <MembersPage {...useLoaderData<typeof loader>()} />
}
