import { logger } from '../logger.server.ts'
import { type AdminGraphql, askAdmin } from './ask-admin.ts'
import { digitsOf, gidOf } from './gid.ts'
import { CustomerContact, CustomerNames, SearchCustomers } from './graphql/customers.ts'

/**
 * Names are asked for when they are shown, and never stored. Each function answers null when Shopify cannot be
 * reached: lists work without names. What asks the merchant to sign in again is passed on.
 */
export interface CustomerContactFacts {
  name: string
  email: string | null
}

/** Who they are by Shopify id (digits), in one call for up to 250. An id that is gone is missing in the answer. */
export async function customerContacts(
  graphql: AdminGraphql,
  customerIds: readonly string[],
): Promise<Map<string, CustomerContactFacts> | null> {
  if (customerIds.length === 0) return new Map()
  return reachable(async () => {
    const { nodes } = await askAdmin(graphql, CustomerNames, {
      ids: customerIds.map((id) => gidOf('Customer', id)),
    })
    const contacts = new Map<string, CustomerContactFacts>()
    for (const node of nodes) {
      if (node && 'displayName' in node)
        contacts.set(digitsOf(node.id), {
          name: node.displayName,
          email: node.defaultEmailAddress?.emailAddress ?? null,
        })
    }
    return contacts
  })
}

/** The names alone. */
export async function customerNames(
  graphql: AdminGraphql,
  customerIds: readonly string[],
): Promise<Map<string, string> | null> {
  const contacts = await customerContacts(graphql, customerIds)
  return contacts && new Map([...contacts].map(([id, { name }]) => [id, name]))
}

/** One customer; `undefined` when there is none (any more). */
export async function customerContact(
  graphql: AdminGraphql,
  customerId: string,
): Promise<CustomerContactFacts | undefined | null> {
  return reachable(async () => {
    const { customer } = await askAdmin(graphql, CustomerContact, { id: gidOf('Customer', customerId) })
    return customer
      ? { name: customer.displayName, email: customer.defaultEmailAddress?.emailAddress ?? null }
      : undefined
  })
}

export interface FoundCustomers {
  /** In Shopify's order. */
  customers: { customerId: string; name: string; email: string | null }[]
  /** Cursor of the next page; null on the last. */
  next: string | null
}

/** Shopify's search has a syntax of its own: as one quoted phrase a name is nothing but a name. */
export function queryFor(text: string): string {
  const phrase = `"${text.replaceAll('\\', ' ').replaceAll('"', ' ').trim()}"`
  return text.includes('@') ? `email:${phrase}` : phrase
}

/** Customers by what the merchant typed (name, e-mail, phone), or all by name. */
export async function searchCustomers(
  graphql: AdminGraphql,
  options: {
    query: string | null
    first: number
    after?: string | null
    byName?: boolean
    descending?: boolean
  },
): Promise<FoundCustomers | null> {
  return reachable(async () => {
    const { customers } = await askAdmin(graphql, SearchCustomers, {
      query: options.query,
      first: options.first,
      after: options.after ?? null,
      sortKey: options.byName ? 'NAME' : 'RELEVANCE',
      reverse: options.descending ?? false,
    })
    return {
      customers: customers.nodes.map(({ id, displayName, defaultEmailAddress }) => ({
        customerId: digitsOf(id),
        name: displayName,
        email: defaultEmailAddress?.emailAddress ?? null,
      })),
      next: customers.pageInfo.hasNextPage ? (customers.pageInfo.endCursor ?? null) : null,
    }
  })
}

async function reachable<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    // The library throws Responses for two things: to have the browser sign in again (401, a redirect), which is
    // passed on, and for every other refusal of the Admin API.
    if (error instanceof Response && (error.status < 400 || error.status === 401)) throw error
    logger.warn({ reason: reasonOf(error) }, 'customers not read from Shopify')
    return null
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Response) return `status ${error.status}`
  return error instanceof Error ? error.name : 'no answer'
}
