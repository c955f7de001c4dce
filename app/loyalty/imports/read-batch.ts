import type { Tx } from '../../db/tx.ts'
import type { BulkKind, BulkProblem } from '../../domain/imports/bulk-line.ts'

/** Another batch of the same file that posts or has posted and was not taken back: the one confirmed last. */
export interface SameFile {
  batchId: number
  at: Date
}

export interface BatchView {
  batchId: number
  kind: BulkKind
  /** The batch that this one takes back. */
  undoes: number | null
  /** The batch that took this one back. */
  undoneBy: number | null
  status: 'checking' | 'ready' | 'running' | 'done' | 'discarded'
  fileName: string
  createdBy: string
  createdAt: Date
  confirmedBy: string | null
  finishedAt: Date | null
  /** Lines of the file, lines looked up, lines posted or refused. */
  lines: number
  checked: number
  done: number
  sameFile: SameFile | null
  /** Why it stands still just now; it goes on by itself. */
  error: string | null
}

const BATCH = `
  SELECT b.batch_id AS "batchId", b.kind, b.undoes, u.batch_id AS "undoneBy", b.status, b.file_name AS "fileName",
         b.created_by AS "createdBy", b.created_at AS "createdAt", b.confirmed_by AS "confirmedBy",
         b.finished_at AS "finishedAt", b.lines, b.checked, b.done, b.error,
         (SELECT json_build_object('batchId', s.batch_id, 'at', s.confirmed_at) FROM bulk_batch s
           WHERE s.shop_id = b.shop_id AND s.digest = b.digest AND s.kind = b.kind AND s.batch_id <> b.batch_id
             AND s.status IN ('running', 'done')
             AND NOT EXISTS (SELECT FROM bulk_batch t WHERE t.shop_id = s.shop_id AND t.undoes = s.batch_id)
           ORDER BY s.confirmed_at DESC, s.batch_id DESC LIMIT 1) AS "sameFile"
    FROM bulk_batch b LEFT JOIN bulk_batch u ON u.shop_id = b.shop_id AND u.undoes = b.batch_id`

export async function listBatches(tx: Tx, shopId: number, most = 30): Promise<BatchView[]> {
  const { rows } = await tx.query<BatchView>(
    `${BATCH} WHERE b.shop_id = $1 AND b.status <> 'discarded' ORDER BY b.batch_id DESC LIMIT $2`,
    [shopId, most],
  )
  return rows
}

export async function readBatch(tx: Tx, shopId: number, batchId: number): Promise<BatchView | null> {
  const { rows } = await tx.query<BatchView>(`${BATCH} WHERE b.shop_id = $1 AND b.batch_id = $2`, [
    shopId,
    batchId,
  ])
  return rows[0] ?? null
}

export interface BatchSums {
  /** Lines that will be posted, or were. */
  good: number
  wrong: number
  refused: number
  members: number
  /** Points that come and go, both above zero. */
  plus: number
  minus: number
  /** Lines, of the good ones, with a last valid day. */
  dated: number
}

export async function sumBatch(tx: Tx, shopId: number, batchId: number): Promise<BatchSums> {
  const { rows } = await tx.query<BatchSums>(
    `SELECT count(*) FILTER (WHERE status IN ('ready', 'posted', 'unchecked')) AS good,
            count(*) FILTER (WHERE status = 'wrong') AS wrong, count(*) FILTER (WHERE status = 'refused') AS refused,
            count(DISTINCT customer_id) FILTER (WHERE status IN ('ready', 'posted')) AS members,
            coalesce(sum(coalesce(posted, points)) FILTER (WHERE status IN ('ready', 'posted') AND points > 0), 0)::bigint AS plus,
            coalesce(-sum(coalesce(posted, points)) FILTER (WHERE status IN ('ready', 'posted') AND points < 0), 0)::bigint AS minus,
            count(*) FILTER (WHERE status IN ('ready', 'posted', 'unchecked') AND expires_on IS NOT NULL) AS dated
       FROM bulk_line WHERE shop_id = $1 AND batch_id = $2`,
    [shopId, batchId],
  )
  return rows[0] as BatchSums
}

export interface BatchLine {
  line: number
  customerId: string | null
  points: number | null
  posted: number | null
  reason: string | null
  earnedOn: string | null
  expiresOn: string | null
  /** The file says no last day: the program gives it. Only before the merchant confirms. */
  byProgram?: true
  problem: BulkProblem | null
  value: string | null
}

/** Lines with a problem, or those without, in the file's order. @param after the last line of the page before */
export async function batchLines(
  tx: Tx,
  shopId: number,
  batchId: number,
  { problems, after = 0, most = 50 }: { problems: boolean; after?: number; most?: number },
): Promise<BatchLine[]> {
  const { rows } = await tx.query<BatchLine>(
    `SELECT line, customer_id::text AS "customerId", points, posted, reason, earned_on AS "earnedOn",
            expires_on AS "expiresOn", problem, value
       FROM bulk_line
      WHERE shop_id = $1 AND batch_id = $2 AND line > $4
        AND CASE WHEN $3 THEN status IN ('wrong', 'refused') ELSE status IN ('ready', 'posted') END
      ORDER BY line LIMIT $5`,
    [shopId, batchId, problems, after, most],
  )
  return rows
}
