import type { Tx } from '../../ledger/tx.ts'

/** A stored webhook delivery, claimed by this transaction. */
export interface Delivery {
  /** 0: no shop of this name had the app installed when it came. */
  shopId: number
  deliveryId: number
  shopDomain: string
  topic: string
  triggeredAt: Date | null
  body: string
  attempts: number
}

/** How a delivery ends. `later` puts it back; `reason` is shown to the merchant. */
export type Ending = { status: 'done' } | { status: 'ignored' | 'quarantined' | 'later'; reason: string }

/** After so many faults a delivery is set aside with its reason; the waits in between add up to about four hours. */
export const MOST_ATTEMPTS = 12
const FIRST_WAIT_S = 2
const LONGEST_WAIT_S = 3_600

/**
 * Takes the oldest waiting deliveries for this transaction. If the process dies they are free again at once: the
 * claim is the row lock.
 */
export async function claimDeliveries(tx: Tx, most: number, only?: number[]): Promise<Delivery[]> {
  const { rows } = await tx.query<Delivery>(
    `SELECT shop_id AS "shopId", delivery_id AS "deliveryId", shop_domain AS "shopDomain", topic,
            triggered_at AS "triggeredAt", body, attempts
       FROM delivery
      WHERE status = 'waiting' AND not_before <= now() AND ($2::bigint[] IS NULL OR delivery_id = ANY($2))
      ORDER BY delivery_id LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [most, only ?? null],
  )
  return rows
}

export async function finishDeliveries(tx: Tx, endings: Map<Delivery, Ending>): Promise<void> {
  const finished = [...endings].filter(([, ending]) => ending.status !== 'later')
  const later = [...endings].filter(([, ending]) => ending.status === 'later')
  if (finished.length > 0) {
    await tx.query(
      `UPDATE delivery d SET status = r.status, reason = r.reason, finished_at = now(), attempts = d.attempts + 1
         FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS r(shop_id, delivery_id, status, reason)
        WHERE d.shop_id = r.shop_id AND d.delivery_id = r.delivery_id`,
      [
        finished.map(([delivery]) => delivery.shopId),
        finished.map(([delivery]) => delivery.deliveryId),
        finished.map(([, ending]) => ending.status),
        finished.map(([, ending]) => ('reason' in ending ? ending.reason.slice(0, 500) : null)),
      ],
    )
  }
  for (const [delivery, ending] of later)
    await postpone(tx, delivery, 'reason' in ending ? ending.reason : '')
}

async function postpone(tx: Tx, delivery: Delivery, reason: string): Promise<void> {
  const attempts = delivery.attempts + 1
  const wait = Math.min(FIRST_WAIT_S * 2 ** delivery.attempts, LONGEST_WAIT_S)
  const given = attempts >= MOST_ATTEMPTS
  await tx.query(
    `UPDATE delivery
        SET attempts = $3, reason = $4, not_before = now() + make_interval(secs => $5),
            status = CASE WHEN $6 THEN 'quarantined' ELSE 'waiting' END,
            finished_at = CASE WHEN $6 THEN now() END
      WHERE shop_id = $1 AND delivery_id = $2`,
    [delivery.shopId, delivery.deliveryId, attempts, reason.slice(0, 500), wait, given],
  )
}
