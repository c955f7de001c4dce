import { acrossShops } from '../../db/db.server.ts'
import { eachAlone, sweep, takeApart, throwFirst } from '../../db/sweep.ts'
import type { Tx } from '../../db/tx.ts'
import { expireLot } from '../../domain/account/account.ts'
import type { Lot } from '../../domain/account/lots.ts'
import { lastActive, mayLapse, type OpenWarning, stillLapses } from '../../domain/expiry/expiry.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { localDate } from '../../domain/time/time-window.ts'
import { keyOf, loadSomeLots, type OpenAccount, openAccounts } from '../../ledger/accounts.ts'
import { bigints } from '../../ledger/arrays.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { NO_ACTIVITY, readActivity } from './activity.ts'
import { endWarnings } from './open-warnings.ts'

const SLICE = 5_000
/** Two connections keep the database busy while the other one reckons. */
const LOOPS = 2
/** The earliest clock of the world is so far ahead of UTC's. */
const FURTHEST_ZONE_MS = 14 * 3_600_000

/**
 * Lets points lapse: those that a sent warning speaks of, when the last valid day that it named is over in the shop's
 * zone. What a hold reserves stays and is warned of again when it comes back. Several processes may sweep at once.
 * What cannot be written (the audit names the account) is left out with a line in the log, and holds up nobody else.
 * @param now epoch milliseconds
 * @returns how many lots lapsed
 * @throws the first error of a shop, when all others are done
 */
export async function expirePoints(now: number): Promise<number> {
  let total = 0
  const failed = await eachAlone(
    await shopsWithOverdueWarnings(now),
    async (shopId) => {
      // Added when it is known: another loop may have added meanwhile.
      const lots = await expireShop(shopId, now)
      total += lots
    },
    { what: 'a shop whose points lapse', ids: (shopId) => ({ shopId }), loops: LOOPS },
  )
  throwFirst(failed)
  return total
}

async function expireShop(shopId: number, now: number): Promise<number> {
  const program = await acrossShops(async (tx) =>
    programAt((await loadPrograms(tx, [shopId])).get(shopId), now),
  )
  if (!program) return 0
  const today = localDate(now, program.timeZone)
  let lots = 0
  const expire = async (some: readonly Overdue[]) => {
    lots += await acrossShops((tx) => expireSlice(tx, shopId, some, now))
  }
  await sweep<Overdue>({
    due: (last) => acrossShops((tx) => readOverdue(tx, shopId, today, last)),
    size: SLICE,
    work: (slice) =>
      takeApart(slice, expire, {
        what: 'a warning whose points lapse',
        ids: ({ warningId }) => ({ shopId, warningId }),
      }),
  })
  return lots
}

/** A shop that removed the app has nobody to tell and nothing to lapse. */
async function shopsWithOverdueWarnings(now: number): Promise<number[]> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<{ shopId: number }>(
      `SELECT shop_id AS "shopId" FROM shop s
        WHERE uninstalled_at IS NULL
          AND EXISTS (SELECT FROM expiry_warning w
                       WHERE w.shop_id = s.shop_id AND w.ended_at IS NULL AND w.valid_until < $1)
        ORDER BY shop_id`,
      [localDate(now + FURTHEST_ZONE_MS, 'UTC')],
    )
    return rows.map(({ shopId }) => shopId)
  })
}

type Overdue = Omit<OpenWarning, 'lots'> & { accountId: number; lots: number[] }

/** Those that were sent, and what was sent does not change any more. */
async function readOverdue(
  tx: Tx,
  shopId: number,
  today: string,
  last: Overdue | undefined,
): Promise<Overdue[]> {
  const { rows } = await tx.query<Overdue>(
    `SELECT account_id AS "accountId", warning_id AS "warningId", kind, lapses_on AS "lapsesOn",
            warn_days AS "warnDays", (extract(epoch FROM sent_at) * 1000)::float8 AS "sentAt",
            valid_until AS "validUntil", lots::float8[] AS lots
       FROM expiry_warning
      WHERE shop_id = $1 AND ended_at IS NULL AND valid_until < $2 AND (valid_until, warning_id) > ($3::date, $4::bigint)
      ORDER BY valid_until, warning_id LIMIT ${SLICE}`,
    [shopId, today, last?.validUntil ?? '-infinity', last?.warningId ?? 0],
  )
  return rows
}

/** @returns how many lots lapsed */
async function expireSlice(
  tx: Tx,
  shopId: number,
  overdue: readonly Overdue[],
  now: number,
): Promise<number> {
  const program = programAt((await loadPrograms(tx, [shopId])).get(shopId), now)
  if (!program) return 0
  const claimed = await claim(tx, shopId, overdue)
  if (claimed.length === 0) return 0
  const accounts = await openLapsing(tx, shopId, claimed)
  const activity =
    program.expiry.kind === 'after-inactivity'
      ? await readActivity(
          tx,
          shopId,
          [...accounts.values()].map(({ accountId }) => accountId),
        )
      : null
  const postings: Posting[] = []
  const ended = claimed.map((warning) => {
    const account = accounts.get(keyOf({ shopId, accountId: warning.accountId }))
    const activeAt = lastActive(program.expiry, activity?.get(warning.accountId) ?? NO_ACTIVITY)
    const lapsed = account ? lapse(account, warning, { program, activeAt, now }) : []
    postings.push(...lapsed)
    return {
      warningId: warning.warningId,
      outcome: lapsed.length > 0 ? ('lapsed' as const) : ('withdrawn' as const),
    }
  })
  const touched = new Set(postings.flatMap((posting) => accounts.get(keyOf(posting)) ?? []))
  await post(tx, touched, postings)
  await endWarnings(tx, shopId, ended, now)
  await markForSync(
    tx,
    claimed.map(({ accountId }) => ({ shopId, accountId })),
  )
  return postings.length
}

/**
 * What is still open of it. One slice of a shop at a time, without a lock in every row: another process waits for this
 * one's, and finds it done. What keeps points from lapsing twice is the lock on the balances and the postings' key.
 */
async function claim(tx: Tx, shopId: number, overdue: readonly Overdue[]): Promise<Overdue[]> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`expiry:${shopId}`])
  const { rows } = await tx.query<{ id: number }>(
    `SELECT warning_id AS id FROM expiry_warning
      WHERE shop_id = $1 AND ended_at IS NULL AND warning_id = ANY ($2::bigint[])`,
    [shopId, bigints(overdue.map(({ warningId }) => warningId))],
  )
  const open = new Set(rows.map(({ id }) => id))
  return overdue.filter(({ warningId }) => open.has(warningId))
}

/**
 * Locks the balances, in sorted order like everybody, and loads the lots that are warned of. Lots that went to another
 * account in a merge are not hers who was told: they stay, and that member is told.
 */
async function openLapsing(tx: Tx, shopId: number, claimed: Overdue[]): Promise<Map<string, OpenAccount>> {
  const accounts = await openAccounts(
    tx,
    claimed.map(({ accountId }) => ({ shopId, accountId })),
    'leave-out',
  )
  const named = claimed.flatMap(({ accountId, lots }) => lots.map((lotId) => ({ shopId, accountId, lotId })))
  await loadSomeLots(tx, accounts, named)
  return accounts
}

interface Verdict {
  program: CompiledProgram
  activeAt: number | null
  now: number
}

function lapse(account: OpenAccount, warning: Overdue, { program, activeAt, now }: Verdict): Posting[] {
  const { expiry, timeZone } = program
  if (expiry.kind !== warning.kind || !mayLapse(warning, now, timeZone)) return []
  const named = new Set(warning.lots)
  return (account.lots ?? [])
    .filter(
      (lot) =>
        named.has(lot.lotId as number) && stillLapses(expiry, warning.lapsesOn, lot, activeAt, timeZone),
    )
    .flatMap((lot) => {
      const moves = expireLot(account, lot)
      return moves.length > 0 ? [posting(account, lot, warning, program.version, moves, now)] : []
    })
}

/** The warning is part of the key: one warning lets a lot lapse once, whatever runs twice. */
function posting(
  { shopId, accountId }: OpenAccount,
  lot: Lot,
  warning: Overdue,
  programVersion: number,
  moves: Posting['moves'],
  now: number,
): Posting {
  return {
    shopId,
    accountId,
    kind: 'expiry',
    sourceId: String(lot.lotId),
    part: String(warning.warningId),
    version: 1,
    programVersion,
    eventAt: now,
    actor: 'system',
    reason: null,
    why: {
      v: 1,
      rule: warning.kind,
      order: lot.orderId,
      earnedAt: lot.earnedAt,
      on: warning.validUntil,
      warnedAt: warning.sentAt,
    },
    moves,
  }
}
