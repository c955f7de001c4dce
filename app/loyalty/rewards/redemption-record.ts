import { TryAgain, type Tx } from '../../db/tx.ts'
import type { DeadReason } from '../../domain/rewards/code-standing.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { type AccountKey, type OpenAccount, openAccount } from '../../ledger/accounts.ts'
import { bigints } from '../../ledger/arrays.ts'

/** Why a code is being ended, in Shopify first: somebody took it back, or the order that carries it will not use it. */
export type EndingReason = 'cancelled' | 'withdrawn' | 'code-removed' | DeadReason

/** Why its points came back: unused to its end, never made, ended, or taken off the order that had used it. */
export type ReturnReason = 'lapsed' | 'failed' | 'not-allowed' | EndingReason

/** The same in what is told of it: who took back an open code is part of why, and what has no code lapses only unmade. */
export type ToldReturn = ReturnReason | 'given-back' | 'taken-back' | 'revoked' | 'unmade' | 'undone'

/** @param actor of the posting; older postings do not say who asked for it */
export function toldReturn(
  reason: ToldReturn,
  { actor, code, shownCode }: { actor: string; code: string | null; shownCode: string | null },
): ToldReturn {
  if (reason === 'lapsed' && code === null && shownCode === null) return 'unmade'
  if (reason !== 'cancelled' || actor === 'system') return reason
  if (code === null && shownCode === null) return 'revoked'
  return actor === 'shopper' ? 'given-back' : 'taken-back'
}

/** One redemption as stored. Its status changes only while its account is locked. */
export interface Redemption extends AccountKey {
  redemptionId: number
  requestKey: string
  programVersion: number
  rewardId: string
  reward: Reward
  cost: number
  holdId: number
  /** Null: what it becomes is no code. */
  code: string | null
  /** What she shows to the people who do it; null: nobody has anything to do. No cart takes it. */
  shownCode: string | null
  /** When they said that it was done. */
  doneAt: Date | null
  /** Decimal money that goes to a good cause for it; null: it is no donation. */
  donated: string | null
  status: 'preparing' | 'ready' | 'used' | 'returned'
  returnReason: ReturnReason | null
  /** The code is being ended; then its points go back for this reason. */
  ending: EndingReason | null
  /** Who asked for that: "shopper", or the merchant's user; null: nobody, it follows from orders. */
  endingBy: string | null
  /** What Shopify calls the thing that was made; null: nothing was, as far as we heard. */
  madeId: string | null
  /** What its maker found before the first try. */
  mark: string | null
  /** A try to make it is under way, or was until a moment ago. */
  making: boolean
  /** The order whose code it is: it has used it, or it still can. */
  orderId: string | null
  /** A paid order used the code after its points had gone back, and they could not be taken again. */
  uncoveredAt: Date | null
  /** Holds of earlier rounds, whose points went back and were taken again. */
  formerHolds: number[]
  createdAt: Date
  endsAt: Date
}

/** One that people do, when the member shows them its code. */
export type ByPeople = Redemption & { shownCode: string }

export const isByPeople = (redemption: Redemption): redemption is ByPeople => redemption.shownCode !== null

/** One that is a code, which orders can carry. */
export type Coded = Redemption & { code: string }

export const isCoded = (redemption: Redemption): redemption is Coded => redemption.code !== null

const COLUMNS = `
  shop_id AS "shopId", account_id AS "accountId", redemption_id AS "redemptionId", request_key AS "requestKey",
  program_version AS "programVersion", reward_id AS "rewardId", reward, cost, hold_id AS "holdId", code, shown_code AS "shownCode",
  done_at AS "doneAt", donated::text, status,
  return_reason AS "returnReason", ending, ending_by AS "endingBy", discount_id AS "madeId", made_mark AS mark,
  making_until IS NOT NULL AND making_until > now() AS making, order_id::text AS "orderId",
  uncovered_at AS "uncoveredAt", former_holds::float8[] AS "formerHolds", created_at AS "createdAt",
  ends_at AS "endsAt"`

export async function redemptionById(
  tx: Tx,
  shopId: number,
  redemptionId: number,
): Promise<Redemption | null> {
  const { rows } = await tx.query<Redemption>(
    `SELECT ${COLUMNS} FROM redemption WHERE shop_id = $1 AND redemption_id = $2`,
    [shopId, redemptionId],
  )
  return rows[0] ?? null
}

/**
 * A redemption with its account locked, as it is under that lock; null when there is none.
 * @throws TryAgain when the account was merged into another one meanwhile
 */
export async function lockRedemption(
  tx: Tx,
  { shopId, redemptionId }: Pick<Redemption, 'shopId' | 'redemptionId'>,
): Promise<{ redemption: Redemption; account: OpenAccount } | null> {
  const seen = await redemptionById(tx, shopId, redemptionId)
  if (!seen) return null
  const account = await openAccount(tx, seen)
  const redemption = await redemptionById(tx, shopId, redemptionId)
  if (redemption?.accountId !== seen.accountId) throw new TryAgain(`Redemption ${redemptionId} moved`)
  return { redemption, account }
}

export async function redemptionByRequest(
  tx: Tx,
  key: AccountKey,
  requestKey: string,
): Promise<Redemption | null> {
  const { rows } = await tx.query<Redemption>(
    `SELECT ${COLUMNS} FROM redemption WHERE shop_id = $1 AND account_id = $2 AND request_key = $3`,
    [key.shopId, key.accountId, requestKey],
  )
  return rows[0] ?? null
}

/** Redemptions with these codes; codes are compared without regard to case, as Shopify does. */
export async function redemptionsByCode(tx: Tx, codes: { shopId: number; code: string }[]): Promise<Coded[]> {
  if (codes.length === 0) return []
  const { rows } = await tx.query<Coded>(
    `SELECT ${COLUMNS} FROM redemption
      WHERE (shop_id, code) IN (SELECT * FROM unnest($1::bigint[], $2::text[])) ORDER BY shop_id, redemption_id`,
    [codes.map(({ shopId }) => shopId), codes.map(({ code }) => code.toUpperCase())],
  )
  return rows
}

/** Redemptions whose codes these orders carried when they were last seen. */
export async function redemptionsOnOrders(
  tx: Tx,
  orders: { shopId: number; orderId: string }[],
): Promise<Coded[]> {
  if (orders.length === 0) return []
  const { rows } = await tx.query<Coded>(
    `SELECT ${COLUMNS} FROM redemption
      WHERE (shop_id, redemption_id) IN (
              SELECT c.shop_id, c.redemption_id
                FROM unnest($1::bigint[], $2::bigint[]) AS asked(shop, id)
                JOIN redemption_order c ON c.shop_id = asked.shop AND c.order_id = asked.id)
      ORDER BY shop_id, redemption_id`,
    [bigints(orders.map(({ shopId }) => shopId)), bigints(orders.map(({ orderId }) => orderId))],
  )
  return rows
}

/** The same codes as they are now. */
export async function redemptionsAgain(
  tx: Tx,
  redemptions: Pick<Coded, 'shopId' | 'redemptionId'>[],
): Promise<Coded[]> {
  if (redemptions.length === 0) return []
  const { rows } = await tx.query<Coded>(
    `SELECT ${COLUMNS} FROM redemption
      WHERE (shop_id, redemption_id) IN (SELECT unnest($1::bigint[]), unnest($2::bigint[]))
      ORDER BY shop_id, redemption_id`,
    [
      bigints(redemptions.map(({ shopId }) => shopId)),
      bigints(redemptions.map(({ redemptionId }) => redemptionId)),
    ],
  )
  return rows
}

/** When this account took the reward and did not give it back, epoch ms: for what each member may take of it. */
export async function timesTaken(tx: Tx, key: AccountKey, rewardId: string): Promise<number[]> {
  const { rows } = await tx.query<{ at: Date }>(
    `SELECT created_at AS at FROM redemption
      WHERE shop_id = $1 AND account_id = $2 AND reward_id = $3 AND status <> 'returned'`,
    [key.shopId, key.accountId, rewardId],
  )
  return rows.map(({ at }) => at.getTime())
}

export async function changeRedemption(
  tx: Tx,
  redemption: Redemption,
  change: Partial<
    Pick<
      Redemption,
      | 'status'
      | 'returnReason'
      | 'ending'
      | 'endingBy'
      | 'madeId'
      | 'orderId'
      | 'uncoveredAt'
      | 'holdId'
      | 'formerHolds'
      | 'doneAt'
    >
  >,
): Promise<void> {
  const next = { ...redemption, ...change }
  if (next.ending === null) next.endingBy = null
  await tx.query(
    `UPDATE redemption SET status = $3, return_reason = $4, discount_id = $5, order_id = $6, ending = $7,
            uncovered_at = $8, hold_id = $9, former_holds = $10, ending_by = $11, done_at = $12, changed_at = now()
      WHERE shop_id = $1 AND redemption_id = $2`,
    [
      next.shopId,
      next.redemptionId,
      next.status,
      next.returnReason,
      next.madeId,
      next.orderId,
      next.ending,
      next.uncoveredAt,
      next.holdId,
      next.formerHolds,
      next.endingBy,
      next.doneAt,
    ],
  )
  Object.assign(redemption, next)
}

/** Shopify has confirmed that nobody can use the code any more. */
export async function noteClosed(
  tx: Tx,
  { shopId, redemptionId }: Pick<Redemption, 'shopId' | 'redemptionId'>,
): Promise<void> {
  await tx.query(
    'UPDATE redemption SET closed_at = coalesce(closed_at, now()) WHERE shop_id = $1 AND redemption_id = $2',
    [shopId, redemptionId],
  )
}

/** Points are held for the code: it can be used, or will be. */
export function isOpen({ status }: Pick<Redemption, 'status'>): boolean {
  return status === 'preparing' || status === 'ready'
}
