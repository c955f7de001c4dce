import type { Tx } from '../db/tx.ts'
import type { LotOrigin, LotShare } from '../domain/account/lots.ts'
import type { OpenAccount } from './accounts.ts'

/** For a redemption until `expiresAt`, or for an order's open chargeback. Times in epoch milliseconds. */
type NewHold = { shares: LotShare[]; createdAt: number } & (
  | { kind?: 'redemption'; expiresAt: number }
  | { kind: 'dispute'; orderId: string }
)

/**
 * Writes a hold over the lots that `reserve` chose. The balance and lots are written by `post`.
 * @returns the hold's id
 */
export async function writeHold(tx: Tx, account: OpenAccount, hold: NewHold): Promise<number> {
  const amount = hold.shares.reduce((sum, share) => sum + share.amount, 0)
  const { rows } = await tx.query<{ holdId: number }>(
    `WITH h AS (
       INSERT INTO hold (shop_id, account_id, amount, created_at, expires_at, kind, order_id)
       VALUES ($1, $2, $3, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0), $8, $9) RETURNING shop_id, hold_id
     ), parts AS (
       INSERT INTO hold_lot (shop_id, hold_id, lot_id, amount)
       SELECT h.shop_id, h.hold_id, r.lot_id, r.amount
         FROM h, unnest($6::bigint[], $7::bigint[]) AS r(lot_id, amount)
     )
     SELECT hold_id AS "holdId" FROM h`,
    [
      account.shopId,
      account.accountId,
      amount,
      hold.createdAt,
      hold.kind === 'dispute' ? null : hold.expiresAt,
      hold.shares.map((share) => share.lot.lotId),
      hold.shares.map((share) => share.amount),
      hold.kind ?? 'redemption',
      hold.kind === 'dispute' ? hold.orderId : null,
    ],
  )
  const holdId = rows[0]?.holdId
  if (holdId === undefined) throw new Error('The hold was not written')
  return holdId
}

/** The open holds of these orders' chargebacks, by "shop/order". */
export async function openDisputeHolds(
  tx: Tx,
  orders: { shopId: number; orderId: string }[],
): Promise<Map<string, { holdId: number }>> {
  if (orders.length === 0) return new Map()
  const { rows } = await tx.query<{ shopId: number; orderId: string; holdId: number }>(
    `SELECT shop_id AS "shopId", order_id::text AS "orderId", hold_id AS "holdId" FROM hold
      WHERE (shop_id, order_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))
        AND kind = 'dispute' AND outcome IS NULL`,
    [orders.map(({ shopId }) => shopId), orders.map(({ orderId }) => orderId)],
  )
  return new Map(rows.map((row) => [`${row.shopId}/${row.orderId}`, row]))
}

/**
 * Ends an open hold, exactly once, and returns what it reserved, on the lots of the (locked and loaded) account.
 * @returns null when the hold has ended before; nothing may be moved then
 */
export async function endHold(
  tx: Tx,
  account: OpenAccount,
  holdId: number,
  outcome: 'captured' | 'released' | 'expired',
  now: number,
): Promise<LotShare[] | null> {
  const ended = await tx.query(
    `UPDATE hold SET outcome = $4, ended_at = to_timestamp($5 / 1000.0)
      WHERE shop_id = $1 AND hold_id = $2 AND account_id = $3 AND outcome IS NULL`,
    [account.shopId, holdId, account.accountId, outcome, now],
  )
  if (ended.rowCount === 0) return null
  return holdShares(tx, account, holdId)
}

async function holdShares(tx: Tx, account: OpenAccount, holdId: number): Promise<LotShare[]> {
  const { rows } = await tx.query<{ lotId: number; amount: number }>(
    'SELECT lot_id AS "lotId", amount FROM hold_lot WHERE shop_id = $1 AND hold_id = $2 ORDER BY lot_id',
    [account.shopId, holdId],
  )
  const lots = new Map((account.lots ?? []).map((lot) => [lot.lotId, lot]))
  return rows.map(({ lotId, amount }) => {
    const lot = lots.get(lotId)
    if (!lot) throw new Error(`Lot ${lotId} of hold ${holdId} is not open`)
    return { lot, amount }
  })
}

/** Where the points of an ended hold came from, to give them back as they were. */
export async function originsOfHold(
  tx: Tx,
  shopId: number,
  holdId: number,
): Promise<(LotOrigin & { amount: number })[]> {
  const { rows } = await tx.query<{
    amount: number
    earnedAt: Date
    expiresOn: string | null
    orderId: string | null
    awardId: number | null
  }>(
    `SELECT p.amount, l.earned_at AS "earnedAt", l.expires_on AS "expiresOn", l.order_id::text AS "orderId",
            l.award_id AS "awardId"
       FROM hold_lot p JOIN lot l ON l.shop_id = p.shop_id AND l.lot_id = p.lot_id
      WHERE p.shop_id = $1 AND p.hold_id = $2 ORDER BY p.lot_id`,
    [shopId, holdId],
  )
  return rows.map((row) => ({ ...row, earnedAt: row.earnedAt.getTime() }))
}
