import type { Tx } from '../../db/tx.ts'
import { awardAvailable, deduct, type Move, takeBackGiven } from '../../domain/account/account.ts'
import { isLotOf, type Lot } from '../../domain/account/lots.ts'
import type { ExpiryRule } from '../../domain/expiry/expiry-rule.ts'
import type { BulkKind, BulkProblem } from '../../domain/imports/bulk-line.ts'
import { isDomainError } from '../../domain/text/errors.ts'
import { startOfDate } from '../../domain/time/time-window.ts'
import { keyOf, type OpenAccount } from '../../ledger/accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { whyOfGiven } from '../members/adjust-points.ts'
import { currentProgram } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { forgetLines, openHolders } from './holders-of-lines.ts'

/** So many lines share one transaction; the progress moves with each. */
const SLICE = 250

export interface RunningBatch {
  batchId: number
  kind: BulkKind
  undoes: number | null
  actor: string
  /** When the file was uploaded, epoch ms. */
  uploadedAt: number
}

interface Line {
  line: number
  customerId: string
  points: number
  reason: string | null
  earnedOn: string | null
  expiresOn: string | null
  /** Of an undo: the posting that it takes back, and the moment that its lot counts from. */
  postingId: number | null
  givenAt: Date | null
}

interface Outcome {
  line: number
  posted: number | null
  problem: BulkProblem | null
  /** The posting's key; null: refused. */
  sourceId: string | null
}

/**
 * Posts the next lines of a batch whose row is locked, each with a key of its own (batch and line), and marks them in
 * the same transaction. Running it again goes on with the lines behind. An undo goes from the last line to the first,
 * so that what was taken after it was given is there again when the gift goes back.
 * @returns how many lines were taken; 0: none is left
 */
export async function postSlice(tx: Tx, shop: Shop, batch: RunningBatch, now: number): Promise<number> {
  const { shopId } = shop
  const { rows } = await tx.query<Line>(
    `SELECT l.line, l.customer_id::text AS "customerId", l.points, l.reason, l.earned_on AS "earnedOn",
            l.expires_on AS "expiresOn", l.posting_id AS "postingId", p.event_at AS "givenAt"
       FROM bulk_line l LEFT JOIN posting p ON p.shop_id = $1 AND p.posting_id = l.posting_id
      WHERE l.shop_id = $1 AND l.batch_id = $2 AND l.status = 'ready'
      ORDER BY l.line ${batch.undoes === null ? '' : 'DESC'} LIMIT ${SLICE}`,
    [shopId, batch.batchId],
  )
  if (rows.length === 0) return 0
  const { accountOf, lines } = await openHolders(tx, shopId, batch.uploadedAt, rows)
  const rule = (await currentProgram(tx, shop))?.expiry ?? null
  const undone = await undoneBefore(tx, shopId, batch.kind, lines)
  const postings: Posting[] = []
  const outcomes: Outcome[] = []
  for (const line of lines) {
    const account = accountOf(line.customerId)
    const moves =
      line.postingId !== null && undone.has(line.postingId)
        ? 'undone-before'
        : movesOf(line, batch, account, shop, now)
    if (typeof moves === 'string') {
      outcomes.push({ line: line.line, posted: null, problem: moves, sourceId: null })
      continue
    }
    const posting = postingOf(line, batch, account, shop, now, { moves, rule })
    postings.push(posting)
    outcomes.push({ line: line.line, posted: net(moves), problem: null, sourceId: posting.sourceId })
  }
  const touched = new Map(postings.map((posting) => [keyOf(posting), posting]))
  const accounts = new Map(
    lines.map(({ customerId }) => [keyOf(accountOf(customerId)), accountOf(customerId)]),
  )
  await post(
    tx,
    [...accounts].flatMap(([key, account]) => (touched.has(key) ? [account] : [])),
    postings,
  )
  await markForSync(tx, touched.values())
  await noteOutcomes(tx, shopId, batch, outcomes)
  const forgotten = rows.filter((line) => !lines.includes(line))
  await forgetLines(tx, { shopId, batchId: batch.batchId }, forgotten)
  return rows.length
}

/** Postings that a person has taken back one by one; asked with the accounts locked. */
async function undoneBefore(tx: Tx, shopId: number, kind: BulkKind, lines: Line[]): Promise<Set<number>> {
  const ids = lines.flatMap(({ postingId }) => postingId ?? [])
  if (ids.length === 0) return new Set()
  const { rows } = await tx.query<{ sourceId: string }>(
    `SELECT source_id AS "sourceId" FROM posting WHERE shop_id = $1 AND kind = $2 AND source_id = ANY($3::text[])`,
    [shopId, kind, ids.map((id) => `undo-${id}`)],
  )
  return new Set(rows.map(({ sourceId }) => Number(sourceId.slice('undo-'.length))))
}

/** The moves of a line on the account's draft, or why there are none; the draft is then unchanged. */
function movesOf(
  line: Line,
  batch: RunningBatch,
  account: OpenAccount,
  shop: Shop,
  now: number,
): Move[] | BulkProblem {
  const { points, expiresOn } = line
  const origin = { orderId: null, earnedAt: eventAt(line, batch, shop, now), expiresOn }
  if (points > 0) return awardAvailable(account, points, origin, 'adjusted')
  if (batch.undoes !== null) {
    const { givenAt } = line
    const own = (lot: Lot) => givenAt !== null && isLotOf(lot, givenAt.getTime(), -points)
    const moves = takeBackGiven(account, -points, own)
    return moves.length > 0 ? moves : 'spent'
  }
  try {
    return deduct(account, -points)
  } catch (error) {
    if (isDomainError(error, 'not-enough-points')) return 'not-enough-points'
    if (isDomainError(error, 'in-debt')) return 'in-debt'
    throw error
  }
}

function postingOf(
  line: Line,
  batch: RunningBatch,
  account: OpenAccount,
  shop: Shop,
  now: number,
  { moves, rule }: { moves: Move[]; rule: ExpiryRule | null },
): Posting {
  return {
    shopId: account.shopId,
    accountId: account.accountId,
    kind: batch.kind,
    sourceId: line.postingId === null ? `batch-${batch.batchId}-${line.line}` : `undo-${line.postingId}`,
    part: 'points',
    version: 1,
    programVersion: null,
    eventAt: eventAt(line, batch, shop, now),
    actor: batch.actor,
    reason: line.reason,
    why: whyOfGiven(moves, rule, line.expiresOn),
    moves,
  }
}

/** What is brought along happened on its own day; taking it back happens now. */
function eventAt(line: Line, batch: RunningBatch, shop: Shop, now: number): number {
  return batch.undoes === null && line.earnedOn !== null ? startOfDate(line.earnedOn, shop.timeZone) : now
}

/** Points that came from, less those that went to, the program's side. */
function net(moves: Move[]): number {
  return moves.reduce(
    (sum, { from, to, amount }) => sum + (from === 'adjusted' ? amount : to === 'adjusted' ? -amount : 0),
    0,
  )
}

async function noteOutcomes(
  tx: Tx,
  shopId: number,
  { batchId, kind }: RunningBatch,
  outcomes: Outcome[],
): Promise<void> {
  await tx.query(
    `UPDATE bulk_line b SET status = CASE WHEN r.problem IS NULL THEN 'posted' ELSE 'refused' END, posted = r.posted,
            problem = r.problem, own_posting_id = p.posting_id
       FROM unnest($3::int[], $4::bigint[], $5::text[], $6::text[]) AS r(line, posted, problem, source_id)
       LEFT JOIN posting p ON p.shop_id = $1 AND p.kind = $7 AND p.source_id = r.source_id AND p.part = 'points'
                          AND p.version = 1
      WHERE b.shop_id = $1 AND b.batch_id = $2 AND b.line = r.line AND b.status = 'ready'`,
    [
      shopId,
      batchId,
      outcomes.map(({ line }) => line),
      outcomes.map(({ posted }) => posted),
      outcomes.map(({ problem }) => problem),
      outcomes.map(({ sourceId }) => sourceId),
      kind,
    ],
  )
}
