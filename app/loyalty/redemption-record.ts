import type { Reward } from '../domain/program.ts'
import type { AccountKey } from '../ledger/accounts.ts'
import type { Tx } from '../ledger/tx.ts'

/** One redemption as stored. Its status changes only while its account is locked. */
export interface Redemption extends AccountKey {
  redemptionId: number
  requestKey: string
  programVersion: number
  rewardId: string
  reward: Reward
  cost: number
  holdId: number
  code: string
  status: 'preparing' | 'ready' | 'used' | 'returned'
  returnReason: 'lapsed' | 'failed' | 'cancelled' | 'order-cancelled' | null
  discountId: string | null
  orderId: string | null
  createdAt: Date
  endsAt: Date
}

const COLUMNS = `
  shop_id AS "shopId", account_id AS "accountId", redemption_id AS "redemptionId", request_key AS "requestKey",
  program_version AS "programVersion", reward_id AS "rewardId", reward, cost, hold_id AS "holdId", code, status,
  return_reason AS "returnReason", discount_id AS "discountId", order_id::text AS "orderId",
  created_at AS "createdAt", ends_at AS "endsAt"`

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
export async function redemptionsByCode(
  tx: Tx,
  codes: { shopId: number; code: string }[],
): Promise<Redemption[]> {
  if (codes.length === 0) return []
  const { rows } = await tx.query<Redemption>(
    `SELECT ${COLUMNS} FROM redemption
      WHERE (shop_id, code) IN (SELECT * FROM unnest($1::bigint[], $2::text[])) ORDER BY shop_id, redemption_id`,
    [codes.map(({ shopId }) => shopId), codes.map(({ code }) => code.toUpperCase())],
  )
  return rows
}

/** Rewards that this account has taken and not given back: for "once per member". */
export async function takenRewards(tx: Tx, key: AccountKey): Promise<string[]> {
  const { rows } = await tx.query<{ rewardId: string }>(
    `SELECT DISTINCT reward_id AS "rewardId" FROM redemption
      WHERE shop_id = $1 AND account_id = $2 AND status <> 'returned'`,
    [key.shopId, key.accountId],
  )
  return rows.map((row) => row.rewardId)
}

export async function changeRedemption(
  tx: Tx,
  redemption: Redemption,
  change: Partial<Pick<Redemption, 'status' | 'returnReason' | 'discountId' | 'orderId'>>,
): Promise<void> {
  const next = { ...redemption, ...change }
  await tx.query(
    `UPDATE redemption SET status = $3, return_reason = $4, discount_id = $5, order_id = $6, changed_at = now()
      WHERE shop_id = $1 AND redemption_id = $2`,
    [next.shopId, next.redemptionId, next.status, next.returnReason, next.discountId, next.orderId],
  )
  Object.assign(redemption, change)
}

/** The one job that makes a redemption's code. */
export function issueKey({ shopId, redemptionId }: Pick<Redemption, 'shopId' | 'redemptionId'>): string {
  return `issue-reward:${shopId}:${redemptionId}`
}
