import type { Tx } from '../../db/tx.ts'
import type { Activity, OpenWarning } from '../../domain/expiry/expiry.ts'
import { bigints, texts } from '../../ledger/arrays.ts'
import { NO_ACTIVITY, readActivity } from './activity.ts'

/** What is needed to say which of a member's points are about to lapse; see domain/expiry.ts. */
export interface Lapsing {
  warnings: OpenWarning[]
  activity: Activity
}

export const NOTHING_LAPSES: Lapsing = { warnings: [], activity: NO_ACTIVITY }

interface Row extends Omit<OpenWarning, 'lots'> {
  accountId: number
  lotId: number
  points: number
  earnedAt: number
  expiresOn: string | null
}

/**
 * The open warnings of members, with what is left in the lots they speak of. Members without one are missing in the
 * answer.
 */
export async function readLapsing(
  tx: Tx,
  shopId: number,
  accountIds: readonly number[],
): Promise<Map<number, Lapsing>> {
  const found = new Map<number, Lapsing>()
  if (accountIds.length === 0) return found
  const { rows } = await tx.query<Row>(
    `SELECT w.account_id AS "accountId", w.warning_id AS "warningId", w.kind, w.lapses_on AS "lapsesOn",
            w.warn_days AS "warnDays", (extract(epoch FROM w.sent_at) * 1000)::float8 AS "sentAt",
            w.valid_until AS "validUntil", l.lot_id AS "lotId", l.remaining - l.held AS points,
            (extract(epoch FROM l.earned_at) * 1000)::float8 AS "earnedAt", l.expires_on AS "expiresOn"
       FROM expiry_warning w
       JOIN lot l ON l.shop_id = w.shop_id AND l.lot_id = ANY (w.lots) AND l.account_id = w.account_id
      WHERE w.shop_id = $1 AND w.account_id = ANY ($2) AND w.ended_at IS NULL
        AND NOT l.closed AND l.remaining > l.held
      ORDER BY w.account_id, w.warning_id, l.lot_id`,
    [shopId, accountIds],
  )
  for (const { accountId, lotId, points, earnedAt, expiresOn, ...warning } of rows) {
    const lapsing = found.get(accountId) ?? { warnings: [], activity: NO_ACTIVITY }
    found.set(accountId, lapsing)
    let open = lapsing.warnings.at(-1)
    if (open?.warningId !== warning.warningId) {
      open = { ...warning, lots: [] }
      lapsing.warnings.push(open)
    }
    open.lots.push({ lotId, points, earnedAt, expiresOn })
  }
  const active = await readActivity(tx, shopId, [...found.keys()])
  for (const [accountId, lapsing] of found) lapsing.activity = active.get(accountId) ?? NO_ACTIVITY
  return found
}

/** A warning that a member was told, and the last valid day that was named to her. */
export interface Told {
  warningId: number
  on: string
  warnDays: number
}

/** Records that warnings reached their members. What was recorded before stays. */
export async function recordSent(
  tx: Tx,
  shopId: number,
  told: Told[],
  sent: { at: number; by: string },
): Promise<void> {
  if (told.length === 0) return
  await tx.query(
    `UPDATE expiry_warning w
        SET sent_at = to_timestamp($4 / 1000.0), sent_by = $5, valid_until = r.day::date
       FROM unnest($2::bigint[], $3::text[]) AS r(id, day)
      WHERE w.shop_id = $1 AND w.warning_id = r.id AND w.sent_at IS NULL AND w.ended_at IS NULL`,
    [shopId, bigints(told.map((one) => one.warningId)), texts(told.map((one) => one.on)), sent.at, sent.by],
  )
}

export async function endWarnings(
  tx: Tx,
  shopId: number,
  ended: { warningId: number; outcome: 'lapsed' | 'withdrawn' }[],
  now: number,
): Promise<void> {
  if (ended.length === 0) return
  await tx.query(
    `UPDATE expiry_warning w SET ended_at = to_timestamp($4 / 1000.0), outcome = r.outcome
       FROM unnest($2::bigint[], $3::text[]) AS r(id, outcome)
      WHERE w.shop_id = $1 AND w.warning_id = r.id AND w.ended_at IS NULL`,
    [shopId, bigints(ended.map((one) => one.warningId)), texts(ended.map((one) => one.outcome)), now],
  )
}
