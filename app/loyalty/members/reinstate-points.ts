import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { awardAvailable } from '../../domain/account/account.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { visiblePart } from '../../domain/text/visible-text.ts'
import { addDaysToDate, localDate } from '../../domain/time/time-window.ts'
import { openAccount } from '../../ledger/accounts.ts'
import { post } from '../../ledger/post.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { findMember } from './read-member.ts'

/** A last day further ahead is a slip of the keyboard. */
const MOST_DAYS = 3_660

export interface Reinstatement {
  shop: Shop
  /** Shopify's id in digits; merges are followed. */
  customerId: string
  /** The posting by which the points lapsed. */
  postingId: string
  /** Why, for the history; 3 to 200 characters. Shown to the shopper as well. */
  reason: string
  /** "2027-06-30": the new last valid day, today or later. Null: no day of their own. */
  lastDay: string | null
  actor: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Gives points back that had lapsed, with a new last day. An expiry is taken back at most once: the posting that
 * lapsed them is the key. Doing it again changes nothing and succeeds.
 * @throws DomainError reason-missing, invalid-payload (no expiry of this member, a day in the past or none),
 * key-conflict (given back before, with another day or reason)
 */
export async function reinstatePoints(wanted: Reinstatement): Promise<void> {
  const { shop, customerId, postingId, lastDay, now } = wanted
  const reason = wanted.reason.trim()
  if (visiblePart(reason).length < 3 || reason.length > 200)
    throw new DomainError('reason-missing', 'a reinstatement needs a reason of 3 to 200 characters')
  if (lastDay !== null && !isPossibleDay(lastDay, localDate(now, shop.timeZone)))
    throw new DomainError('invalid-payload', `"${lastDay}" is not a day from today on`, { value: lastDay })
  await withShop(shop.shopId, async (tx) => {
    const member = /^\d{1,15}$/.test(postingId) ? await findMember(tx, shop.shopId, customerId) : null
    if (!member) throw new DomainError('invalid-payload', `${postingId} is no expiry of this member`)
    const account = await openAccount(tx, { shopId: shop.shopId, accountId: member.accountId, named: true })
    const expiry = await readExpiry(tx, shop.shopId, member.family, postingId)
    if (!expiry) throw new DomainError('invalid-payload', `${postingId} is no expiry of this member`)
    if (expiry.reinstated) {
      if (expiry.reinstated.on === lastDay && expiry.reinstated.reason === reason) return
      throw new DomainError('key-conflict', `expiry ${postingId} was taken back with another day or reason`)
    }
    const { orderId, earnedAt, points } = expiry
    const origin = { orderId, earnedAt: earnedAt.getTime(), expiresOn: lastDay }
    const moves = awardAvailable(account, points, origin, 'expired')
    await post(
      tx,
      [account],
      [
        {
          shopId: shop.shopId,
          accountId: account.accountId,
          kind: 'reinstatement',
          sourceId: postingId,
          part: 'points',
          version: 1,
          programVersion: null,
          eventAt: now,
          actor: wanted.actor,
          reason,
          why: { v: 1, order: orderId, earnedAt: earnedAt.getTime(), on: lastDay },
          moves,
        },
      ],
    )
    await markForSync(tx, [account])
  })
}

function isPossibleDay(day: string, today: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) return false
  // "2027-02-30" is read as 2 March.
  return addDaysToDate(day, 0) === day && day >= today && day <= addDaysToDate(today, MOST_DAYS)
}

interface Expiry {
  points: number
  orderId: string | null
  earnedAt: Date
  /** How it was given back before. */
  reinstated: { on: string | null; reason: string | null } | null
}

/** Asked with the account locked, so that two clicks at once come here one after the other. */
async function readExpiry(
  tx: Tx,
  shopId: number,
  family: number[],
  postingId: string,
): Promise<Expiry | undefined> {
  const { rows } = await tx.query<Expiry>(
    // The keys are reckoned before the joins: see told-postings.ts.
    `WITH p AS MATERIALIZED (
       SELECT account_id, posting_id, source_id::bigint AS lot_id, posting_id::text AS key FROM posting
        WHERE shop_id = $1 AND posting_id = $2 AND account_id = ANY ($3) AND kind = 'expiry')
     SELECT (SELECT sum(e.amount) FROM entry e WHERE e.shop_id = $1 AND e.account_id = p.account_id
                AND e.posting_id = p.posting_id AND e.destination = 'expired')::bigint AS points,
            l.order_id::text AS "orderId", l.earned_at AS "earnedAt",
            (SELECT json_build_object('on', r.why ->> 'on', 'reason', r.reason) FROM posting r
              WHERE r.shop_id = $1 AND r.kind = 'reinstatement' AND r.source_id = p.key) AS reinstated
       FROM p JOIN lot l ON l.shop_id = $1 AND l.lot_id = p.lot_id`,
    [shopId, postingId, family],
  )
  return rows[0]
}
