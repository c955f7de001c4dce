import { acrossShops, readShopOften, withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { NamedAccount } from '../../ledger/accounts.ts'
import { ensureAccounts } from '../../ledger/ensure-accounts.ts'
import { holderKey } from '../../ledger/holder.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { askAdmin } from '../../shopify/ask-admin.ts'
import { gidOf } from '../../shopify/gid.ts'
import { CustomerContact } from '../../shopify/graphql/customers.ts'
import { guestHash } from '../../shopify/orders/order-from-webhook.ts'
import { idOf, type Json } from '../../shopify/payload.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { award } from '../earning/award.ts'
import { signedIn } from '../earning/occasions.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { joinAccounts } from './merge-members.ts'
import { takeOverAddress } from './take-over-address.ts'

/**
 * Guests have no customer account: the points of their orders wait under the hash of the e-mail address. They are
 * claimed only by a customer who has signed in and whose address Shopify has verified, at the first opening of the
 * panel or when Shopify tells of the account. From then on the guest's account is an alias: later guest orders under
 * the address come to the member by themselves, until another customer shows it to be theirs. The address itself is asked
 * for when needed and never stored.
 */
const ASK_AGAIN = '1 day'

/** Whom this process has seen lately, so that not every request of a shopper asks the database. */
const seen = new Map<string, number>()
const SEEN_MS = 10 * 60_000
const MOST_SEEN = 20_000

/**
 * A signed-in shopper was seen: has a job ask Shopify for the address if that was not done lately. Cheap to call on
 * every opening of a page.
 * @param customerId from a verified login, digits; null: nobody is signed in
 */
export async function noticeSignIn(shopper: {
  shop: Shop
  customerId: string | null
  now: number
}): Promise<void> {
  const { shop, customerId, now } = shopper
  if (customerId === null) return
  const key = `${shop.shopId}/${customerId}`
  if ((seen.get(key) ?? 0) > now - SEEN_MS) return
  if (await isToBeAsked(shop.shopId, customerId, now)) await askForGuestPoints(shop.shopId, customerId, now)
  if (seen.size >= MOST_SEEN) seen.clear()
  seen.set(key, now)
}

/** One look at a row, so that who has long been asked for costs a page no writing. */
function isToBeAsked(shopId: number, customerId: string, now: number): Promise<boolean> {
  return readShopOften(shopId, async (tx) => {
    const { rows } = await tx.query<{ due: boolean }>(
      `SELECT guest_claimed_at IS NULL
              AND (guest_asked_at IS NULL OR guest_asked_at < to_timestamp($3 / 1000.0) - interval '${ASK_AGAIN}')
              AS due
         FROM account WHERE shop_id = $1 AND customer_id = $2`,
      [shopId, customerId, now],
    )
    return rows[0]?.due ?? true
  })
}

/** @returns whether a job was enqueued: not while the last one is less than a day ago, nor after the claim */
export function askForGuestPoints(shopId: number, customerId: string, now: number): Promise<boolean> {
  return withShop(shopId, async (tx) => {
    await ensureAccounts(tx, [{ shopId, customerId, guestHash: null, toldAt: now }])
    const { rowCount } = await tx.query(
      `UPDATE account SET guest_asked_at = to_timestamp($3 / 1000.0)
        WHERE shop_id = $1 AND customer_id = $2 AND guest_claimed_at IS NULL
          AND (guest_asked_at IS NULL OR guest_asked_at < to_timestamp($3 / 1000.0) - interval '${ASK_AGAIN}')`,
      [shopId, customerId, now],
    )
    if (rowCount === 0) return false
    await enqueueClaim(tx, shopId, customerId)
    return true
  })
}

/**
 * Shopify tells of a customer: an enabled account with a verified address claims, if guest points wait under it, if it was
 * somebody else's, or if the customer has claimed another one. The job asks Shopify again: a delivery may be old.
 */
export async function claimOnNews(tx: Tx, shopId: number, payload: Json): Promise<void> {
  if (payload.state !== 'enabled' || payload.verified_email !== true) return
  const hash = guestHash(shopId, payload.email)
  if (hash === null) return
  const customerId = idOf(payload, 'customer')
  if (await leadsElsewhere(tx, { shopId, customerId, guestHash: hash }))
    await enqueueClaim(tx, shopId, customerId)
}

/** Whether guest orders under the address would not come to this customer, who may have had another one, or this one before. */
async function leadsElsewhere(
  tx: Tx,
  who: { shopId: number; customerId: string; guestHash: string },
): Promise<boolean> {
  const { rows } = await tx.query<{ elsewhere: boolean }>(
    `SELECT CASE WHEN g.account_id IS NULL THEN c.guest_claimed_at IS NOT NULL OR EXISTS (
                        SELECT FROM account p WHERE p.shop_id = $1 AND p.guest_hash IS NOT NULL
                           AND p.merged_into = coalesce(c.merged_into, c.account_id))
                 ELSE g.merged_into IS DISTINCT FROM coalesce(c.merged_into, c.account_id) END AS elsewhere
       FROM account c LEFT JOIN account g ON g.shop_id = $1 AND g.guest_hash = $3 AND g.guest_until = 'infinity'
      WHERE c.shop_id = $1 AND c.customer_id = $2`,
    [who.shopId, who.customerId, who.guestHash],
  )
  return rows[0]?.elsewhere ?? false
}

/** A job that has not answered for so long is not on its way any more. */
const ON_ITS_WAY = '10 minutes'

/**
 * Whether the job that looks for this customer's points is under way, and may find any: of guests who wait in the shop, or
 * for having opened an account.
 * @param signUp the program gives points for that
 */
export async function isClaiming(
  tx: Tx,
  shopId: number,
  customerId: string,
  now: number,
  signUp: boolean,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM account a
      WHERE shop_id = $1 AND customer_id = $2 AND guest_claimed_at IS NULL
        AND guest_asked_at > to_timestamp($3 / 1000.0) - interval '${ON_ITS_WAY}'
        AND (guest_answered_at IS NULL OR guest_answered_at < guest_asked_at)
        AND (EXISTS (SELECT FROM account g WHERE g.shop_id = $1 AND g.guest_hash IS NOT NULL
                      AND g.customer_id IS NULL AND g.merged_into IS NULL)
             OR ($4 AND NOT EXISTS (SELECT FROM earning_occasion c WHERE c.shop_id = $1 AND c.account_id = a.account_id
                                     AND c.source = 'sign-up')))`,
    [shopId, customerId, now, signUp],
  )
  return rowCount === 1
}

export type Claimed =
  | 'claimed'
  /** Shopify knows no such customer, or has not verified the address. */
  | 'unverified'
  /** The address has been claimed before: nothing waits under it. It is this customer's by now, if Shopify says so. */
  | 'claimed-before'
  /** The customer was redacted while Shopify was asked. */
  | 'redacted'
  | 'uninstalled'

/**
 * Puts what waits under a customer's verified address into the customer's account, and gives the points for having
 * opened one. A second time does nothing.
 * @param now when the job began, epoch ms: who was redacted since is not brought back by what Shopify said before
 * @throws what the Admin API throws; nothing is changed then
 */
export async function claimGuestPoints(shopId: number, customerId: string, now: number): Promise<Claimed> {
  const shop = await shopById(shopId)
  if (!shop) return 'uninstalled'
  const id = gidOf('Customer', customerId)
  const { customer } = await askAdmin(await shopAdmin(shop.domain), CustomerContact, { id })
  const hash = customer?.verifiedEmail ? guestHash(shopId, customer.defaultEmailAddress?.emailAddress) : null
  return acrossShops(async (tx) => {
    const claimed =
      hash === null ? 'unverified' : await claim(tx, { shopId, customerId, guestHash: hash }, now)
    // The job is asked for by who signed in, or when Shopify told that there is an account.
    if (customer) await award(tx, shopId, signedIn(customerId, Date.parse(customer.createdAt), now), now)
    await tx.query(
      'UPDATE account SET guest_answered_at = to_timestamp($3 / 1000.0) WHERE shop_id = $1 AND customer_id = $2',
      [shopId, customerId, now],
    )
    return claimed
  })
}

/**
 * The guest's account is made if it is missing, so that orders to come find the alias; also where the address was
 * forgotten a moment ago: who shows now that it is hers has come back to it.
 */
async function claim(
  tx: Tx,
  who: { shopId: number; customerId: string; guestHash: string },
  now: number,
): Promise<Claimed> {
  const { shopId, customerId } = who
  const member = { shopId, customerId, guestHash: null, toldAt: now }
  const guest = { ...member, customerId: null, guestHash: who.guestHash, shownBy: member }
  const found = await ensureAccounts(tx, [member, guest])
  const kept = found.get(holderKey(member))
  if (!kept) return 'redacted'
  const gone = await waitingGuest(tx, shopId, who.guestHash)
  if (gone) await joinAccounts(tx, { kind: 'claim', kept, gone }, now, now)
  else if (!(await takeOverAddress(tx, kept, who.guestHash, now))) return 'claimed-before'
  await tx.query(
    `UPDATE account SET guest_claimed_at = coalesce(guest_claimed_at, to_timestamp($3 / 1000.0))
      WHERE shop_id = $1 AND customer_id = $2`,
    [shopId, customerId, now],
  )
  return gone ? 'claimed' : 'claimed-before'
}

/** The account of a guest that nobody has claimed yet. */
async function waitingGuest(tx: Tx, shopId: number, hash: string): Promise<NamedAccount | null> {
  const { rows } = await tx.query<{ accountId: number }>(
    `SELECT account_id AS "accountId" FROM account
      WHERE shop_id = $1 AND guest_hash = $2 AND customer_id IS NULL AND merged_into IS NULL`,
    [shopId, hash],
  )
  return rows[0] ? { shopId, accountId: rows[0].accountId, named: true } : null
}

async function enqueueClaim(tx: Tx, shopId: number, customerId: string): Promise<void> {
  await enqueue(tx, 'claim-guest-points', { shopId, customerId })
}
