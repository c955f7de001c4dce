import type { FoundMembers } from '../../loyalty/members/find-members.ts'

/** What the list shows: the tiers' names are already in the merchant's language. */
export type ShownMembers = Omit<FoundMembers, 'tiers'> & { tiers: { id: string; name: string }[] }
