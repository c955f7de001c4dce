import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { awardAvailable, deduct, type Move } from '../../domain/account/account.ts'
import { isLotOf, type Lot } from '../../domain/account/lots.ts'
import { expiresOn } from '../../domain/expiry/expiry.ts'
import type { ExpiryRule } from '../../domain/expiry/expiry-rule.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { visiblePart } from '../../domain/text/visible-text.ts'
import { type OpenAccount, openAccount } from '../../ledger/accounts.ts'
import { ensureAccounts } from '../../ledger/ensure-accounts.ts'
import { post } from '../../ledger/post.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { currentProgram } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { knownCustomers } from './known-customers.ts'
import { findMember } from './read-member.ts'

/** More than this by hand is a slip of the keyboard. */
export const LARGEST_ADJUSTMENT = 1_000_000

/** What the lines of files and the undoing of postings are called in the book is no name for a form. */
const FORM_KEY = /^(?!batch-|undo-)[\w-]{8,64}$/

export interface Adjustment {
  shop: Shop
  /** Shopify's id in digits; merges are followed. */
  customerId: string
  /** Whole points, not 0; negative takes away, never below zero. */
  points: number
  /** Shown to the shopper as well. */
  reason: string
  /** The merchant's user. */
  actor: string
  /** Chosen by the form: the same key never posts twice. */
  key: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Gives or takes points by a person's decision, which carries actor and reason. Sending the same form again changes
 * nothing and succeeds.
 * @param graphql the shop's Admin API, asked whether a customer exists whom the shop has no account for
 * @throws DomainError invalid-amount, reason-missing, invalid-payload, member-unknown, not-enough-points, in-debt,
 * key-conflict
 */
export async function adjustPoints(adjustment: Adjustment, graphql: AdminGraphql): Promise<void> {
  const { shop, customerId, points } = adjustment
  const reason = adjustment.reason.trim()
  if (!Number.isSafeInteger(points) || points === 0 || Math.abs(points) > LARGEST_ADJUSTMENT) {
    throw new DomainError(
      'invalid-amount',
      `${points} is not a whole number from 1 to ${LARGEST_ADJUSTMENT}`,
      {
        value: points,
        largest: LARGEST_ADJUSTMENT,
      },
    )
  }
  if (visiblePart(reason).length < 3 || reason.length > 200)
    throw new DomainError('reason-missing', 'an adjustment needs a reason of 3 to 200 characters')
  if (!FORM_KEY.test(adjustment.key))
    throw new DomainError('invalid-payload', `"${adjustment.key}" is not a key of 8 to 64 letters or digits`)
  const known = await knownCustomers(graphql, shop.shopId, [customerId])
  if (!known?.has(customerId)) {
    const asked = known ? 'Shopify knows none' : 'Shopify does not answer'
    throw new DomainError('member-unknown', `there is no account for customer ${customerId}, and ${asked}`)
  }
  await withShop(shop.shopId, (tx) => write(tx, { ...adjustment, reason }))
}

/**
 * Takes an adjustment back by an opposite one, once.
 * @throws DomainError invalid-payload (no such adjustment of this member), not-enough-points, in-debt
 */
export async function undoAdjustment(
  undo: Pick<Adjustment, 'shop' | 'customerId' | 'actor' | 'now'> & { postingId: string },
): Promise<void> {
  const { shop, customerId, postingId } = undo
  await withShop(shop.shopId, async (tx) => {
    const found = /^\d{1,15}$/.test(postingId) ? await findMember(tx, shop.shopId, customerId) : null
    const { rows } = await tx.query<{ reason: string; points: number; at: Date }>(
      `SELECT p.reason, p.event_at AS at, coalesce(sum(e.amount) FILTER (WHERE e.source = 'adjusted'), 0)::bigint
              - coalesce(sum(e.amount) FILTER (WHERE e.destination = 'adjusted'), 0)::bigint AS points
         FROM posting p JOIN entry e USING (shop_id, posting_id)
        WHERE p.shop_id = $1 AND p.posting_id = $2 AND p.account_id = ANY ($3) AND p.kind = 'adjustment'
          AND p.source_id NOT LIKE 'undo-%'
        GROUP BY p.posting_id, p.reason, p.event_at`,
      [shop.shopId, found ? postingId : null, found?.family ?? []],
    )
    const [original] = rows
    if (!original) throw new DomainError('invalid-payload', `${postingId} is no adjustment of this member`)
    const { reason, points } = original
    // The credit made a lot of its own; what is left of it goes before older points.
    const own = (lot: Lot) => isLotOf(lot, original.at.getTime(), points)
    await write(tx, { ...undo, points: -points, reason, key: `undo-${postingId}` }, own)
  })
}

/**
 * What the book keeps of how long given points last, as it was said when they were given; null: they do not lapse, all of
 * them repaid debt, or the moves take points away.
 * @param rule in force when they are posted
 * @param day their own last valid day, which their lot has
 */
export function whyOfGiven(moves: Move[], rule: ExpiryRule | null, day: string | null): object | null {
  const left = moves.reduce(
    (sum, { from, to, amount }) => sum + (to === 'available' ? amount : from === 'available' ? -amount : 0),
    0,
  )
  const idleMonths = rule?.kind === 'after-inactivity' ? rule.months : null
  const lapses = rule !== null && rule.kind !== 'never' && (day !== null || idleMonths !== null)
  return lapses && left > 0 ? { v: 1, on: day, idleMonths } : null
}

async function write(
  tx: Tx,
  adjustment: Adjustment,
  own: ((lot: Lot) => boolean) | null = null,
): Promise<void> {
  const { shop, customerId, points, key, now } = adjustment
  const holder = { shopId: shop.shopId, customerId, guestHash: null, toldAt: now }
  const [found] = (await ensureAccounts(tx, [holder])).values()
  if (!found) throw new DomainError('member-unknown', `customer ${customerId} has no account`)
  const account = await openAccount(tx, found)
  if (await standsAlready(tx, account, adjustment)) return
  const program = await currentProgram(tx, shop)
  const expires = program ? expiresOn(program.expiry, now, program.timeZone) : null
  const origin = { orderId: null, earnedAt: now, expiresOn: expires }
  const moves: Move[] =
    points > 0 ? awardAvailable(account, points, origin, 'adjusted') : deduct(account, -points, own)
  await post(
    tx,
    [account],
    [
      {
        shopId: shop.shopId,
        accountId: account.accountId,
        kind: 'adjustment',
        sourceId: key,
        part: 'points',
        version: 1,
        programVersion: null,
        eventAt: now,
        actor: adjustment.actor,
        reason: adjustment.reason,
        why: whyOfGiven(moves, program?.expiry ?? null, expires),
        moves,
      },
    ],
  )
  await markForSync(tx, [account])
}

/**
 * Asked with the account locked, so that two clicks at once come here one after the other.
 * @throws DomainError key-conflict when the key stands for something else
 */
async function standsAlready(
  tx: Tx,
  account: OpenAccount,
  { key, points, reason }: Adjustment,
): Promise<boolean> {
  const { rows } = await tx.query<{ accountId: number; points: number; reason: string | null }>(
    `SELECT p.account_id AS "accountId", p.reason, (SELECT sum(CASE WHEN e.source = 'adjusted' THEN e.amount
              WHEN e.destination = 'adjusted' THEN -e.amount ELSE 0 END)::bigint
              FROM entry e WHERE e.shop_id = p.shop_id AND e.posting_id = p.posting_id) AS points
       FROM posting p WHERE p.shop_id = $1 AND p.kind = 'adjustment' AND p.source_id = $2`,
    [account.shopId, key],
  )
  const [known] = rows
  if (!known) return false
  // An undo takes its reason from what it undoes, which may have lost it since (a person was redacted).
  const meant = key.startsWith('undo-') || known.reason === reason
  if (known.accountId === account.accountId && known.points === points && meant) return true
  throw new DomainError('key-conflict', `the form "${key}" was sent before with other content`, { key })
}
