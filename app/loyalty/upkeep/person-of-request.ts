import { domainToUnicode } from 'node:url'
import type { Tx } from '../../db/tx.ts'
import { type PersonSearch, searchForPerson } from '../../domain/text/names-person.ts'
import { withServersInAscii } from '../../domain/text/normal-form.ts'
import { guestHash } from '../../shopify/orders/order-from-webhook.ts'
import { type Json, optionalId, refuse, text } from '../../shopify/payload.ts'

/** Whom a request of Shopify's is about, by what it tells. */
interface Asked {
  shopId: number
  customerId: string | null
  /** What guest orders under the address wait by: as it was sent, and in other writings of the same address. */
  hashes: string[]
}

/** An account of hers, a guest's under her address included. */
export interface OwnAccount {
  accountId: number
  /** The one it was merged into, or itself. */
  headId: number
  customerId: string | null
  guestHash: string | null
  /** Until when the address was hers, epoch ms; infinite: it is. */
  guestUntil: number
}

/** What the database has of a person: what is exported, and what is redacted. */
export interface FoundPerson extends Asked {
  /** The customer's id, and those that were merged into it. */
  customerIds: string[]
  accounts: OwnAccount[]
  /** Finds her in texts. While her address leads to somebody else, by her numbers alone. */
  search: PersonSearch
  /** Of an address that was hers: until when (epoch ms) what was told names her by it, unless it names who has it now. */
  former: { until: number; names: (text: string) => boolean } | null
}

/**
 * The one answer to "which rows are this person's": a request to hand on and a request to forget both begin here.
 * @param customer the customer of Shopify's request: id, e-mail address, telephone
 * @param which accounts: none of her, where those that she has by now are not asked about
 * @throws DomainError invalid-payload when it names nobody, or names her by what cannot be read: what waits under an
 *   address would stay otherwise, and nobody would know
 */
export async function personOf(
  tx: Tx,
  shopId: number,
  customer: Json,
  which: 'all' | 'none' = 'all',
): Promise<FoundPerson> {
  const customerId = optionalId(customer.id, 'customer.id')
  const email = contactOf(customer, 'email')
  const phone = contactOf(customer, 'phone')
  if (customerId === null && email === null && phone === null)
    refuse('customer', customer, 'somebody with an id, an e-mail address or a telephone number')
  const asked = { shopId, customerId, hashes: hashesOf(shopId, email) }
  const accounts = which === 'all' ? await accountsOf(tx, asked) : []
  const known = [customerId, ...accounts.map((one) => one.customerId)].filter((id) => id !== null)
  const customerIds = [...new Set(known)]
  const byAll = searchForPerson({ customerIds, email, phone })
  const later = await laterHolder(tx, asked)
  if (!later) return { ...asked, customerIds, accounts, search: byAll, former: null }
  const { finds: namesLater } = searchForPerson({ customerIds: later.customerIds, email: null, phone: null })
  const names = (text: string) => byAll.finds(text) && !namesLater(text)
  const search = searchForPerson({ customerIds, email: null, phone })
  return { ...asked, customerIds, accounts, search, former: { until: later.since, names } }
}

/**
 * Another customer to whom the address of the request leads: what names the address alone is that one's since then
 * (docs/decisions/0071). Of a request without a customer's number the address is all that it is about.
 */
async function laterHolder(
  tx: Tx,
  { shopId, customerId, hashes }: Asked,
): Promise<{ since: number; customerIds: string[] } | null> {
  if (customerId === null) return null
  const { rows } = await tx.query<{ since: number; customerIds: string[] }>(
    `SELECT (extract(epoch FROM a.guest_since) * 1000)::float8 AS since,
            ARRAY(SELECT h.customer_id::text FROM account h
                   WHERE h.shop_id = $1 AND (h.account_id = a.merged_into OR h.merged_into = a.merged_into)
                     AND h.customer_id IS NOT NULL) AS "customerIds"
       FROM account a
      WHERE a.shop_id = $1 AND a.guest_hash = ANY($3::text[]) AND a.guest_until = 'infinity' AND a.merged_into IS NOT NULL
        AND NOT EXISTS (SELECT FROM account o WHERE o.shop_id = $1 AND o.customer_id = $2
                           AND coalesce(o.merged_into, o.account_id) = a.merged_into)
      ORDER BY a.guest_since LIMIT 1`,
    [shopId, customerId, hashes],
  )
  return rows[0] ?? null
}

/** An address or number as the database can hold it; null where none was sent. */
function contactOf(customer: Json, field: 'email' | 'phone'): string | null {
  const value = customer[field]
  const written = field === 'phone' && Number.isSafeInteger(value) ? String(value) : value
  return text(written, `customer.${field}`, '').trim() || null
}

/** A guest's order may have told the address in another writing; the hash is of one. */
function hashesOf(shopId: number, email: string | null): string[] {
  if (email === null) return []
  const at = email.lastIndexOf('@') + 1
  const unicode = domainToUnicode(email.slice(at))
  const writings = [email, withServersInAscii(email), unicode === '' ? email : email.slice(0, at) + unicode]
  const composed = writings.flatMap((one) => [one, one.normalize('NFC'), one.normalize('NFD')])
  return [...new Set(composed.map((one) => guestHash(shopId, one)))].filter((hash) => hash !== null)
}

/** Those of the customer $2 and of the guest $3 in the shop $1, and what was merged into the customer's. */
export const OWN = `
  a.shop_id = $1 AND (
    a.customer_id = $2
    OR a.merged_into = (SELECT account_id FROM account WHERE shop_id = $1 AND customer_id = $2)
    OR (a.guest_hash = ANY($3::text[]) AND a.merged_into IS NULL))`

export async function accountsOf(tx: Tx, { shopId, customerId, hashes }: Asked): Promise<OwnAccount[]> {
  const { rows } = await tx.query<OwnAccount>(
    `SELECT a.account_id AS "accountId", coalesce(a.merged_into, a.account_id) AS "headId",
            a.customer_id::text AS "customerId", a.guest_hash AS "guestHash",
            (extract(epoch FROM a.guest_until) * 1000)::float8 AS "guestUntil"
       FROM account a WHERE ${OWN} ORDER BY a.account_id`,
    [shopId, customerId, hashes],
  )
  return rows
}
