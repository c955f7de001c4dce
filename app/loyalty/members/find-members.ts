import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { LocalText } from '../../domain/document/local-text.ts'
import { entryLevel } from '../../domain/tiers/tiers.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import {
  type CustomerContactFacts,
  customerContacts,
  queryFor,
  searchCustomers,
} from '../../shopify/customer-names.ts'
import { currentProgram } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import {
  countMembers,
  type ListedMember,
  listMembers,
  type MemberPage,
  type MemberQuery,
  MOST_COUNTED,
} from './list-members.ts'

/** What the merchant asks of the members list. */
export interface MemberSearch
  extends Pick<MemberQuery, 'sort' | 'descending' | 'tier' | 'group' | 'after' | 'before'> {
  /** Name, e-mail or customer number, as typed. */
  text: string
}

export interface FoundMembers extends Omit<MemberPage, 'members'> {
  members: (ListedMember & { contact: CustomerContactFacts | null })[]
  /** Of all pages; `more` than so many are not counted. */
  size: { count: number; more: boolean; pages: number }
  tiers: { id: string; name: LocalText }[]
  /** Shopify answered: names are there, and a search by name was possible. */
  namesKnown: boolean
  searchFailed: boolean
  /** The search stopped at so many customers; null when it saw all. */
  searchedOnly: number | null
}

const PAGE = 50
/** What a search looks at: more matches than this are no answer to a name. */
const MOST_FOUND = 250
/** A page by name asks Shopify at most so often for the next customers. */
const MOST_PAGES = 5

/** A page of members with their names. Without Shopify the list works and shows numbers. */
export async function findMembers(
  shop: Shop,
  graphql: AdminGraphql,
  search: MemberSearch,
  now: Date,
): Promise<FoundMembers> {
  const { query, tiers } = await queryOf(shop, search, now)
  const text = search.text.trim()
  if (text === '' && search.sort === 'customer' && search.group !== 'guests') {
    const byName = await pageByName(graphql, query)
    const size = await withShop(shop.shopId, (tx) => sizeOf(tx, query))
    if (byName) return { ...byName, size, tiers, namesKnown: true, searchFailed: false, searchedOnly: null }
  }
  const found = text === '' ? null : await customersLike(graphql, text)
  const asked = { ...query, customerIds: found?.customerIds ?? null }
  const { size, ...page } = await withShop(shop.shopId, async (tx) => ({
    ...(await listMembers(tx, asked)),
    size: await sizeOf(tx, asked),
  }))
  const contacts = await customerContacts(
    graphql,
    page.members.flatMap(({ customerId }) => customerId ?? []),
  )
  return {
    ...page,
    size,
    members: page.members.map((member) => ({
      ...member,
      contact: contacts?.get(member.customerId ?? '') ?? null,
    })),
    tiers,
    namesKnown: contacts !== null,
    searchFailed: found?.failed ?? false,
    searchedOnly: found?.more ? MOST_FOUND : null,
  }
}

async function sizeOf(tx: Tx, query: MemberQuery): Promise<FoundMembers['size']> {
  const count = await countMembers(tx, query)
  return {
    count: Math.min(count, MOST_COUNTED),
    more: count > MOST_COUNTED,
    pages: Math.max(1, Math.ceil(count / PAGE)),
  }
}

async function queryOf(shop: Shop, search: MemberSearch, now: Date) {
  const program = await withShop(shop.shopId, (tx) => currentProgram(tx, shop))
  const tiers = (program?.document.tiers.levels ?? []).map(({ id, name }) => ({ id, name }))
  const query: MemberQuery = {
    ...search,
    shopId: shop.shopId,
    levels: tiers.map(({ id }) => id),
    entryLevel: (program && entryLevel(program.ladder)?.id) ?? null,
    limit: PAGE,
    now,
  }
  return { query, tiers }
}

const EXPORTED_AT_ONCE = 250

/**
 * All members that a search finds, page by page, without names: they are Shopify's, and a file keeps what it is given.
 * @returns null when the search needs Shopify and it does not answer
 */
export async function everyMember(shop: Shop, graphql: AdminGraphql, search: MemberSearch, now: Date) {
  const { query, tiers } = await queryOf(shop, search, now)
  const text = search.text.trim()
  const found = text === '' ? null : await customersLike(graphql, text)
  if (found?.failed) return null
  async function* pages() {
    let after: string | null = null
    do {
      const asked: MemberQuery = {
        ...query,
        customerIds: found?.customerIds ?? null,
        limit: EXPORTED_AT_ONCE,
        before: null,
        after,
      }
      const page: MemberPage = await withShop(shop.shopId, (tx) => listMembers(tx, asked))
      yield page.members
      after = page.hasNext ? page.last : null
    } while (after !== null)
  }
  return { tiers, pages: pages() }
}

async function customersLike(graphql: AdminGraphql, text: string) {
  const byNumber = /^#?(\d{1,18})$/.exec(text)?.[1]
  const found = await searchCustomers(graphql, { query: queryFor(text), first: MOST_FOUND })
  const customerIds = (found?.customers ?? []).map(({ customerId }) => customerId)
  if (byNumber) customerIds.push(byNumber)
  return { customerIds, failed: found === null && !byNumber, more: found?.next != null }
}

/**
 * Names are Shopify's: it sorts its customers, we keep those who have points. Its cursor is the page's.
 * Null when Shopify cannot be reached.
 */
async function pageByName(
  graphql: AdminGraphql,
  query: MemberQuery,
): Promise<(MemberPage & Pick<FoundMembers, 'members'>) | null> {
  const members: FoundMembers['members'] = []
  let next: string | null = query.after ?? null
  for (let asked = 0; asked < MOST_PAGES; asked++) {
    const found = await searchCustomers(graphql, {
      query: null,
      first: PAGE,
      after: next,
      byName: true,
      descending: query.descending,
    })
    if (!found) return null
    const customerIds = found.customers.map(({ customerId }) => customerId)
    const { members: known } = await withShop(query.shopId, (tx) =>
      listMembers(tx, { ...query, customerIds, after: null, before: null }),
    )
    const byId = new Map(known.map((member) => [member.customerId, member]))
    for (const { customerId, ...contact } of found.customers) {
      const member = byId.get(customerId)
      if (member) members.push({ ...member, contact })
    }
    next = found.next
    if (next === null || members.length > 0) break
  }
  // Shopify's cursors lead forward only; the browser's own way back leads backward.
  return { members, first: null, last: next, hasPrevious: Boolean(query.after), hasNext: next !== null }
}
