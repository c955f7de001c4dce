import type { Tx } from '../../db/tx.ts'
import type { LocalText } from '../../domain/document/local-text.ts'
import type { SourceName } from '../../domain/earning/sources.ts'
import { type ReturnReason, type ToldReturn, toldReturn } from '../rewards/redemption-record.ts'

export interface Activity {
  postingId: number
  kind: string
  /** When the book wrote it, by which the list is sorted, and when it happened. */
  bookedAt: Date
  at: Date
  /** Shopify's id of the customer; null for a guest. */
  customerId: string | null
  /** "#1042", where an order is behind it; of lapsed points the one that brought them. */
  orderName: string | null
  /** Of a redemption. */
  rewardName: LocalText | null
  /** Why its points came back; null: they did not, or nobody knows. */
  cameBack: ToldReturn | null
  /** Points of a code that had gone back and are taken once more. */
  again: boolean
  /** Of points that lapsed: when they were earned (epoch ms), and their last day ("2026-12-30"). */
  lapse: { earnedAt: number; on: string | null } | null
  /** Of what came from a file, or was taken back with one: its name. */
  fileName: string | null
  /** Of points for a behaviour: which, and whether they were given or taken back. */
  award: { source: SourceName; part: 'given' | 'taken-back' } | null
  /** Why somebody adjusted points by hand. */
  reason: string | null
  /** What the member has more (or less, negative) since. */
  points: number
}

/** The latest postings that changed what a member has; points that merely became available are left out. */
export async function readActivity(tx: Tx, shopId: number, limit = 8): Promise<Activity[]> {
  const { rows } = await tx.query<
    Omit<Activity, 'cameBack'> & { back: ReturnReason | null; actor: string; code: string | null }
  >(
    // The order's key is reckoned before the join: see read-history.ts.
    `WITH latest AS MATERIALIZED (
       SELECT posting_id, account_id, kind, part, version, event_at, created_at, actor, reason,
              why ->> 'reason' AS return_reason,
              CASE WHEN kind = 'order' AND source_id ~ '^\\d{1,18}$' THEN source_id::bigint
                   WHEN kind = 'expiry' THEN (why ->> 'order')::bigint END AS order_id,
              CASE WHEN kind = 'expiry' THEN json_build_object('earnedAt', why -> 'earnedAt', 'on', why -> 'on') END AS lapse,
              CASE WHEN kind = 'award' THEN json_build_object('source', why -> 'source', 'part', part) END AS award,
              CASE WHEN kind IN ('adjustment', 'import')
                   THEN substring(source_id FROM '^batch-([0-9]{1,18})-')::bigint END AS batch_id,
              CASE WHEN kind IN ('adjustment', 'import')
                   THEN substring(source_id FROM '^undo-([0-9]{1,18})$')::bigint END AS undone_id,
              CASE WHEN kind = 'redemption' AND source_id ~ '^\\d{1,18}$' THEN source_id::bigint END AS redemption_id
         FROM posting WHERE shop_id = $1 AND NOT (kind = 'maturity' OR (kind = 'redemption' AND part = 'capture'))
        ORDER BY posting_id DESC LIMIT $2)
     SELECT p.posting_id AS "postingId", p.kind, p.created_at AS "bookedAt", p.event_at AS at,
            a.customer_id::text AS "customerId", o.name AS "orderName", r.reward -> 'name' AS "rewardName", e.points,
            CASE WHEN p.part IN ('release', 'return') THEN coalesce(p.return_reason, r.return_reason) END AS back, p.actor, r.code,
            p.kind = 'redemption' AND p.part = 'reserve' AND p.version > 1 AS again,
            p.lapse, p.award, f.file_name AS "fileName", CASE WHEN p.kind = 'adjustment' THEN p.reason END AS reason
     FROM latest p
     JOIN account a ON a.shop_id = $1 AND a.account_id = p.account_id
     LEFT JOIN order_state o ON o.shop_id = $1 AND o.order_id = p.order_id
     LEFT JOIN redemption r ON r.shop_id = $1 AND r.redemption_id = p.redemption_id
     LEFT JOIN posting u ON u.shop_id = $1 AND u.posting_id = p.undone_id
     LEFT JOIN bulk_batch f ON f.shop_id = $1
          AND f.batch_id = coalesce(p.batch_id, substring(u.source_id FROM '^batch-([0-9]{1,18})-')::bigint)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(CASE WHEN source IN ('pending', 'available', 'debt') THEN -amount ELSE 0 END
         + CASE WHEN destination IN ('pending', 'available', 'debt') THEN amount ELSE 0 END), 0)::bigint AS points
       FROM entry WHERE shop_id = $1 AND account_id = p.account_id AND posting_id = p.posting_id AND unit = 'points') e
     ORDER BY p.posting_id DESC`,
    [shopId, limit],
  )
  return rows.map(({ back, actor, code, ...entry }) => ({
    ...entry,
    cameBack: back && toldReturn(back, { actor, code }),
  }))
}
