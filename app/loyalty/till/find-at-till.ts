import { readShopOften } from '../../db/db.server.ts'
import { customerOfCard, memberCard } from '../../domain/account/member-card.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { logger } from '../../logger.server.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import {
  type CustomerContactFacts,
  customerContact,
  queryFor,
  searchCustomers,
} from '../../shopify/customer-names.ts'
import type { Locale } from '../../wording.ts'
import { findMember, readMemberFacts } from '../members/read-member.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { readPanel } from '../surfaces/read-panel.ts'

/** Who stands at the till, for the staff. */
export interface Till {
  shop: Shop
  locale: Locale
  /** Epoch milliseconds. */
  now: number
  /** The shop's Admin API, for names: they are Shopify's, and shown without being stored. */
  admin: () => Promise<AdminGraphql>
}

/** More are no answer to a name. */
const MOST_FOUND = 10

/**
 * One member: balance, rewards with what stands against each, codes that can be used. `customerId` is the one to put on
 * the cart: of a customer who was merged away, the survivor's.
 * @param asked Shopify's id in digits
 * @throws DomainError member-unknown: neither the book nor Shopify knows this customer
 */
export async function readAtTill({ shop, locale, now, admin }: Till, asked: string) {
  const found = await readShopOften(shop.shopId, (tx) => findMember(tx, shop.shopId, asked))
  const customerId = found?.customerId ?? asked
  const contact = await contactOf(admin, customerId)
  if (!found && contact === undefined)
    throw new DomainError('member-unknown', `Nobody has the number ${asked}`, {})
  const panel = await readPanel({ shop, customerId, locale, now })
  if (!panel.signedIn) throw new Error('a named customer is signed in')
  const { member, rewards, codes, pointName } = panel
  const card = memberCard(customerId)
  return { customerId, name: contact?.name ?? null, card, member, rewards, codes, pointName }
}

/** The same by what was scanned. @throws DomainError member-unknown, also for what is no card */
export async function readCardAtTill(till: Till, card: string) {
  const customerId = customerOfCard(card)
  if (customerId === null) throw new DomainError('member-unknown', 'This is no card of a member', {})
  return readAtTill(till, customerId)
}

/**
 * Customers of the shop, members or not yet, by name, e-mail address or telephone number.
 * @returns null while Shopify cannot be asked
 */
export async function searchAtTill({ shop, admin }: Till, text: string) {
  const query = queryFor(text)
  const found = await askShopify(admin, (graphql) => searchCustomers(graphql, { query, first: MOST_FOUND }))
  if (!found) return null
  const points = await pointsOf(shop.shopId, found.customers)
  return found.customers.map((customer) => ({ ...customer, points: points.get(customer.customerId) ?? 0 }))
}

function pointsOf(shopId: number, customers: { customerId: string }[]): Promise<Map<string, number>> {
  return readShopOften(shopId, async (tx) => {
    const known = new Map<number, string>()
    for (const { customerId } of customers) {
      const found = await findMember(tx, shopId, customerId)
      if (found) known.set(found.accountId, customerId)
    }
    const facts = await readMemberFacts(tx, shopId, [...known.keys()])
    return new Map([...facts].map(([id, { balance }]) => [known.get(id) ?? '', balance.available]))
  })
}

/** `undefined`: Shopify knows no such customer; null: it cannot be asked. */
export function contactOf(
  admin: Till['admin'],
  customerId: string,
): Promise<CustomerContactFacts | undefined | null> {
  return askShopify(admin, (graphql) => customerContact(graphql, customerId))
}

/** The till goes on without names. */
async function askShopify<T>(
  admin: Till['admin'],
  ask: (graphql: AdminGraphql) => Promise<T>,
): Promise<T | null> {
  try {
    return await ask(await admin())
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'no answer'
    logger.warn({ reason }, 'the till did without Shopify')
    return null
  }
}
