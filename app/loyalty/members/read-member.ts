import type { Tx } from '../../db/tx.ts'
import type { StatusSteps } from '../../domain/tiers/tiers.ts'
import { type Lapsing, NOTHING_LAPSES, readLapsing } from '../expiry/open-warnings.ts'
import { isSteps } from '../orders/sound.ts'
import { IS_ORDER } from '../orders/stored-facts.ts'
import { type MemberCode, readCodeOf, readOpenCodes } from './member-codes.ts'
import { readToldCredits, type ToldCredit } from './told-credits.ts'

/** Whole points, each ≥ 0. `debt` is what a reversal took and was no longer there. */
export interface MemberBalance {
  available: number
  pending: number
  held: number
  debt: number
}

/** What the rules and the surfaces need to know of a member: numbers, no person. */
export interface MemberFacts {
  balance: MemberBalance
  /** One entry for each order, for the ladder. */
  steps: StatusSteps[]
  /** When rewards were taken (reserved or used, not given back), by their ids; epoch milliseconds. */
  taken: ReadonlyMap<string, readonly number[]>
  /** Placed, and neither cancelled nor a test. */
  hasOrder: boolean
  /** Warnings of points about to lapse. */
  lapsing: Lapsing
}

export interface MemberLot {
  lotId: number
  orderId: string | null
  orderName: string | null
  earnedAt: Date
  /** ISO date, the last day on which the points can be used; null: they stay. */
  expiresOn: string | null
  earned: number
  remaining: number
  held: number
  /** Of points of no order: what they came with, where that can be told. */
  credit: ToldCredit | null
}

/** A member as the surfaces of the shop show her. */
export interface ShownMember extends MemberFacts {
  accountId: number
  /** Shopify's id, in digits, of the customer who has the account now (a merged one leads to the survivor). */
  customerId: string
  /** Codes that hold points, newest first, and those that a paid order used without points. */
  codes: MemberCode[]
}

/** All that the merchant is shown of her. */
export interface Member extends ShownMember {
  /** Points earned, less reversals, pending ones included; and how many of them for something other than orders. */
  earned: number
  earnedBesideOrders: number
  /** Points spent for good. */
  redeemed: number
  /** Open lots, in the order they are spent. */
  lots: MemberLot[]
  /** The first order or the first entry in the book, whichever was earlier; before both, the day we first met. */
  since: Date
}

export const NO_POINTS: MemberBalance = { available: 0, pending: 0, held: 0, debt: 0 }

/** A customer of the shop whose first points are still to come. */
export const NEW_MEMBER: MemberFacts = {
  balance: NO_POINTS,
  steps: [],
  taken: new Map(),
  hasOrder: false,
  lapsing: NOTHING_LAPSES,
}

/** Digits that fit PostgreSQL's bigint. */
const SHOPIFY_ID = /^\d{1,18}$/

interface Identity {
  accountId: number
  customerId: string
  /** This account and all that were merged into it. */
  family: number[]
  createdAt: Date
}

/**
 * The account of a Shopify customer. An id that was merged away leads to the survivor, for ever.
 * Null when the shop has never had anything to book for this customer.
 */
export async function findMember(tx: Tx, shopId: number, customerId: string): Promise<Identity | null> {
  if (!SHOPIFY_ID.test(customerId)) return null
  const { rows } = await tx.query<Identity>(
    `WITH RECURSIVE up AS (
       SELECT account_id, merged_into FROM account WHERE shop_id = $1 AND customer_id = $2::bigint
       UNION
       SELECT a.account_id, a.merged_into FROM account a JOIN up ON a.account_id = up.merged_into WHERE a.shop_id = $1
     ), survivor AS (SELECT account_id FROM up WHERE merged_into IS NULL), family AS (
       SELECT account_id FROM survivor
       UNION
       SELECT a.account_id FROM account a JOIN family f ON a.merged_into = f.account_id WHERE a.shop_id = $1
     )
     SELECT a.account_id AS "accountId", coalesce(a.customer_id, $2::bigint)::text AS "customerId",
            a.created_at AS "createdAt", (SELECT array_agg(account_id)::float8[] FROM family) AS family
       FROM account a JOIN survivor s USING (account_id) WHERE a.shop_id = $1`,
    [shopId, customerId],
  )
  return rows[0] ?? null
}

/**
 * What the surfaces of the shop show of one member.
 * @param customerId Shopify's id in digits; follows merges
 */
export async function readShownMember(
  tx: Tx,
  shopId: number,
  customerId: string,
): Promise<ShownMember | null> {
  const found = await findMember(tx, shopId, customerId)
  return found && shownMember(tx, shopId, found)
}

async function shownMember(tx: Tx, shopId: number, found: Identity): Promise<ShownMember> {
  const { accountId, customerId, family } = found
  // One connection, one statement at a time: the order of these reads does not matter.
  const facts = (await readMemberFacts(tx, shopId, [accountId])).get(accountId)
  const codes = await readOpenCodes(tx, shopId, family)
  return { ...(facts ?? NEW_MEMBER), accountId, customerId, codes }
}

/**
 * Everything about one member.
 * @param customerId Shopify's id in digits; follows merges
 */
export async function readMember(tx: Tx, shopId: number, customerId: string): Promise<Member | null> {
  const found = await findMember(tx, shopId, customerId)
  if (!found) return null
  const { family } = found
  const shown = await shownMember(tx, shopId, found)
  const totals = await readTotals(tx, shopId, family)
  const lots = await readLots(tx, shopId, found)
  const { rows } = await tx.query<{ since: Date | null }>(
    `SELECT least((SELECT min(placed_at) FROM order_state WHERE shop_id = $1 AND account_id = ANY ($2)),
                  (SELECT min(event_at) FROM entry WHERE shop_id = $1 AND account_id = ANY ($2))) AS since`,
    [shopId, family],
  )
  return { ...shown, ...totals, lots, since: rows[0]?.since ?? found.createdAt }
}

interface FactsRow extends MemberBalance {
  accountId: number
  steps: StatusSteps[]
  taken: Record<string, number[]>
  hasOrder: boolean
  warned: boolean
}

/** Each account with all that were merged into it, directly or over others. */
const FACTS = `
  WITH RECURSIVE families AS (
    SELECT id AS head, id AS account_id FROM unnest($2::bigint[]) AS id
    UNION
    SELECT f.head, a.account_id FROM families f JOIN account a ON a.shop_id = $1 AND a.merged_into = f.account_id
  )
  SELECT b.account_id AS "accountId", b.available, b.pending, b.held, b.debt,
         (SELECT coalesce(json_agg(o.status_steps), '[]')
            FROM families f JOIN order_state o ON o.shop_id = $1 AND o.account_id = f.account_id
           WHERE f.head = b.account_id) AS steps,
         (SELECT coalesce(json_object_agg(t.reward_id, t.times), '{}')
            FROM (SELECT r.reward_id, json_agg(floor(extract(epoch FROM r.created_at) * 1000)) AS times
                    FROM families f JOIN redemption r ON r.shop_id = $1 AND r.account_id = f.account_id
                   WHERE f.head = b.account_id AND r.status <> 'returned' GROUP BY r.reward_id) t) AS taken,
         EXISTS (SELECT FROM families f JOIN order_state o ON o.shop_id = $1 AND o.account_id = f.account_id
                  WHERE f.head = b.account_id AND ${IS_ORDER}) AS "hasOrder",
         EXISTS (SELECT FROM expiry_warning w
                  WHERE w.shop_id = $1 AND w.account_id = b.account_id AND w.ended_at IS NULL) AS warned
    FROM balance b WHERE b.shop_id = $1 AND b.account_id = ANY ($2) AND b.unit = 'points'`

/** What the rules need of many accounts. Those that do not exist are missing in the answer. */
export async function readMemberFacts(
  tx: Tx,
  shopId: number,
  accountIds: readonly number[],
): Promise<Map<number, MemberFacts>> {
  const { rows } = await tx.query<FactsRow>(FACTS, [shopId, accountIds])
  const warned = rows.filter((row) => row.warned).map(({ accountId }) => accountId)
  const lapsing = await readLapsing(tx, shopId, warned)
  return new Map(
    rows.map(({ accountId, steps, taken, hasOrder, warned: _, ...balance }) => [
      accountId,
      {
        balance,
        steps: steps.filter(isSteps),
        taken: new Map(Object.entries(taken)),
        hasOrder,
        lapsing: lapsing.get(accountId) ?? NOTHING_LAPSES,
      },
    ]),
  )
}

async function readTotals(tx: Tx, shopId: number, family: number[]) {
  const { rows } = await tx.query<Pick<Member, 'earned' | 'earnedBesideOrders' | 'redeemed'>>(
    `SELECT coalesce(sum(amount) FILTER (WHERE source = 'issued'), 0)::bigint
            - coalesce(sum(amount) FILTER (WHERE destination = 'issued'), 0)::bigint AS earned,
            (SELECT coalesce(sum(points - coalesce(taken_back, 0)), 0)::bigint FROM earning_award
              WHERE shop_id = $1 AND account_id = ANY ($2)) AS "earnedBesideOrders",
            coalesce(sum(amount) FILTER (WHERE destination = 'redeemed'), 0)::bigint
            - coalesce(sum(amount) FILTER (WHERE source = 'redeemed'), 0)::bigint AS redeemed
       FROM entry WHERE shop_id = $1 AND account_id = ANY ($2) AND unit = 'points'`,
    [shopId, family],
  )
  return rows[0] ?? { earned: 0, earnedBesideOrders: 0, redeemed: 0 }
}

async function readLots(tx: Tx, shopId: number, { accountId, family }: Identity): Promise<MemberLot[]> {
  const { rows } = await tx.query<Omit<MemberLot, 'credit'>>(
    `SELECT l.lot_id AS "lotId", l.order_id::text AS "orderId", o.name AS "orderName", l.earned_at AS "earnedAt",
            l.expires_on AS "expiresOn", l.earned, l.remaining, l.held
       FROM lot l LEFT JOIN order_state o ON o.shop_id = l.shop_id AND o.order_id = l.order_id
      WHERE l.shop_id = $1 AND l.account_id = ANY ($2) AND NOT l.closed
      ORDER BY l.expires_on NULLS LAST, l.earned_at, l.lot_id`,
    [shopId, family],
  )
  const asking = rows.flatMap(({ lotId, orderId, earnedAt, earned }) =>
    orderId === null ? [{ for: lotId, asked: { earnedAt: earnedAt.getTime() }, moved: earned }] : [],
  )
  const credits = await readToldCredits(tx, shopId, accountId, asking)
  return rows.map((lot) => ({ ...lot, credit: credits.get(lot.lotId) ?? null }))
}

/** One code of this customer, whatever became of it; null for anybody else's. */
export async function readCode(
  tx: Tx,
  shopId: number,
  customerId: string,
  redemptionId: string,
): Promise<MemberCode | null> {
  const found = await findMember(tx, shopId, customerId)
  return found && readCodeOf(tx, shopId, found.family, redemptionId)
}
