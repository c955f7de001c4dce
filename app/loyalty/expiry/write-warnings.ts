import type { Tx } from '../../db/tx.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { addDaysToDate, localDate } from '../../domain/time/time-window.ts'
import { bigints, ints, texts } from '../../ledger/arrays.ts'
import { markForSync } from '../sync/mark-for-sync.ts'

/** Warnings of expiry as they are written down: a shop's round finds what lapses, here it becomes warnings. */
export interface Round {
  shopId: number
  program: CompiledProgram
  now: number
}

export interface Candidate {
  accountId: number
  lotId: number
  /** What no hold reserves; above 0. */
  points: number
}

/** Points that lapse up to this day are warned of today; late ones stay until then, so that nobody has fewer days. */
export function lastDayToWarnOf({ program, now }: Round): string {
  const { expiry } = program
  const warnDays = expiry.kind === 'never' ? 0 : expiry.warnDays
  return addDaysToDate(localDate(now, program.timeZone), warnDays)
}

interface Draft {
  accountId: number
  day: string
  lots: number[]
  points: number
}

/**
 * One warning a member and day. A lot that appears later on a day joins the day's warning while that is unsent; once
 * it was sent it says what it said, and the lot gets the next free day.
 */
export async function writeWarnings(tx: Tx, round: Round, candidates: Candidate[]): Promise<number> {
  const drafts = new Map<number, Draft>()
  for (const { accountId, lotId, points } of candidates) {
    const draft = drafts.get(accountId) ?? { accountId, day: lastDayToWarnOf(round), lots: [], points: 0 }
    draft.lots.push(lotId)
    draft.points += points
    drafts.set(accountId, draft)
  }
  if (drafts.size === 0) return 0
  const { joining, fresh } = await place(tx, round.shopId, [...drafts.values()])
  await joinWarnings(tx, round.shopId, joining)
  await insertWarnings(tx, round, fresh)
  await markForSync(
    tx,
    [...drafts.keys()].map((accountId) => ({ shopId: round.shopId, accountId })),
  )
  return fresh.length
}

async function place(tx: Tx, shopId: number, drafts: Draft[]) {
  const { rows } = await tx.query<{ warningId: number; accountId: number; day: string; sent: boolean }>(
    `SELECT warning_id AS "warningId", account_id AS "accountId", lapses_on AS day, sent_at IS NOT NULL AS sent
       FROM expiry_warning WHERE shop_id = $1 AND account_id = ANY ($2) AND ended_at IS NULL FOR UPDATE`,
    [shopId, drafts.map(({ accountId }) => accountId)],
  )
  const taken = new Map(rows.map((row) => [`${row.accountId}/${row.day}`, row]))
  const joining: (Draft & { warningId: number })[] = []
  const fresh: Draft[] = []
  for (const draft of drafts) {
    const warningOf = () => taken.get(`${draft.accountId}/${draft.day}`)
    while (warningOf()?.sent) draft.day = addDaysToDate(draft.day, 1)
    const open = warningOf()
    if (open) joining.push({ ...draft, warningId: open.warningId })
    else fresh.push(draft)
  }
  return { joining, fresh }
}

const asArray = (lots: number[]) => `{${lots.join(',')}}`

async function joinWarnings(
  tx: Tx,
  shopId: number,
  joining: (Draft & { warningId: number })[],
): Promise<void> {
  if (joining.length === 0) return
  await tx.query(
    `UPDATE expiry_warning w SET lots = w.lots || r.lots::bigint[], points = w.points + r.points
       FROM unnest($2::bigint[], $3::text[], $4::bigint[]) AS r(id, lots, points)
      WHERE w.shop_id = $1 AND w.warning_id = r.id`,
    [
      shopId,
      bigints(joining.map(({ warningId }) => warningId)),
      texts(joining.map(({ lots }) => asArray(lots))),
      bigints(joining.map(({ points }) => points)),
    ],
  )
}

async function insertWarnings(tx: Tx, { shopId, program, now }: Round, fresh: Draft[]): Promise<void> {
  const { expiry } = program
  if (fresh.length === 0 || expiry.kind === 'never') return
  await tx.query(
    `INSERT INTO expiry_warning (shop_id, account_id, kind, lapses_on, lots, points, warn_days, due_at)
     SELECT $1, a, $2, d::date, l::bigint[], p, w, to_timestamp($3 / 1000.0)
       FROM unnest($4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::int[]) AS r(a, d, l, p, w)`,
    [
      shopId,
      expiry.kind,
      now,
      bigints(fresh.map(({ accountId }) => accountId)),
      texts(fresh.map(({ day }) => day)),
      texts(fresh.map(({ lots }) => asArray(lots))),
      bigints(fresh.map(({ points }) => points)),
      ints(fresh.map(() => expiry.warnDays)),
    ],
  )
}
