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
    `SELECT d.shop_id AS "shopId", d.delivery_id AS "deliveryId", d.shop_domain AS "shopDomain", d.topic,
            d.triggered_at AS "triggeredAt", d.body, i.attempts
       FROM (SELECT shop_id, delivery_id, attempts FROM inbox
              WHERE not_before <= now() AND ($2::bigint[] IS NULL OR delivery_id = ANY($2))
              ORDER BY delivery_id LIMIT $1 FOR UPDATE SKIP LOCKED) i
       JOIN delivery d ON d.shop_id = i.shop_id AND d.delivery_id = i.delivery_id
      ORDER BY d.delivery_id`,
    [most, only ?? null],
  )
  return rows
}

/** Ends claimed deliveries. What did its work leaves no more than the delivery itself. */
export async function finishDeliveries(tx: Tx, endings: Map<Delivery, Ending>): Promise<void> {
  const ended: Delivery[] = []
  const noted: { delivery: Delivery; status: string; reason: string }[] = []
  for (const [delivery, ending] of endings) {
    const givenUp = ending.status === 'later' && delivery.attempts + 1 >= MOST_ATTEMPTS
    if (ending.status === 'later' && !givenUp) {
      await postpone(tx, delivery, ending.reason)
      continue
    }
    ended.push(delivery)
    if (ending.status === 'done') continue
    noted.push({ delivery, status: givenUp ? 'quarantined' : ending.status, reason: ending.reason })
  }
  if (noted.length > 0) await noteOutcomes(tx, noted)
  if (ended.length === 0) return
  await tx.query(
    `DELETE FROM inbox i USING unnest($1::bigint[], $2::bigint[]) AS r(shop_id, delivery_id)
      WHERE i.shop_id = r.shop_id AND i.delivery_id = r.delivery_id`,
    [ended.map((delivery) => delivery.shopId), ended.map((delivery) => delivery.deliveryId)],
  )
}

async function noteOutcomes(
  tx: Tx,
  noted: { delivery: Delivery; status: string; reason: string }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::int[])
     ON CONFLICT (shop_id, delivery_id) DO UPDATE
        SET status = excluded.status, reason = excluded.reason, attempts = excluded.attempts, finished_at = now()`,
    [
      noted.map(({ delivery }) => delivery.shopId),
      noted.map(({ delivery }) => delivery.deliveryId),
      noted.map(({ status }) => status),
      noted.map(({ reason }) => reason.slice(0, 500) || 'unknown'),
      noted.map(({ delivery }) => delivery.attempts + 1),
    ],
  )
}

async function postpone(tx: Tx, delivery: Delivery, reason: string): Promise<void> {
  const wait = Math.min(FIRST_WAIT_S * 2 ** delivery.attempts, LONGEST_WAIT_S)
  await tx.query(
    `UPDATE inbox SET attempts = attempts + 1, reason = $3, not_before = now() + make_interval(secs => $4)
      WHERE shop_id = $1 AND delivery_id = $2`,
    [delivery.shopId, delivery.deliveryId, reason.slice(0, 500), wait],
  )
}
