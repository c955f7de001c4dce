import type { MemberSearch } from '../loyalty/members/find-members.ts'
import { MEMBER_GROUPS, MEMBER_SORTS } from '../loyalty/members/list-members.ts'

/** What the address of the members list says, which its export carries as well. */
export function memberSearch(request: Request): MemberSearch & { page: number } {
  const { searchParams } = new URL(request.url)
  return {
    text: (searchParams.get('q') ?? '').slice(0, 100),
    sort: MEMBER_SORTS.find((sort) => sort === searchParams.get('sort')) ?? 'activity',
    descending: searchParams.get('dir') !== 'asc',
    tier: searchParams.get('tier'),
    group: MEMBER_GROUPS.find((group) => group === searchParams.get('only')) ?? null,
    after: searchParams.get('after'),
    before: searchParams.get('before'),
    page: Number(/^[1-9]\d{0,5}$/.exec(searchParams.get('page') ?? '')?.[0] ?? 1),
  }
}
