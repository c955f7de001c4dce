import { acrossShops } from '../../db/db.server.ts'
import { eachAlone, throwFirst } from '../../db/sweep.ts'
import type { Tx } from '../../db/tx.ts'
import { lapsesOn, lastActive, upcomingLapses } from '../../domain/expiry/expiry.ts'
import { localDate } from '../../domain/time/time-window.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { NO_ACTIVITY, readActivity } from './activity.ts'
import { endWarnings, readLapsing } from './open-warnings.ts'
import { type Candidate, lastDayToWarnOf, type Round, writeWarnings } from './write-warnings.ts'

const LOTS_A_SLICE = 5_000
const MEMBERS_A_SLICE = 2_000
const HALF_A_DAY_MS = 43_200_000

/**
 * Writes a warning for every member of every shop whose points lapse within the days her program names; the sender of
 * warnings delivers them (see sync-members.ts). A lot that an open warning speaks of is not warned of again, so a
 * second run writes nothing. Each shop is looked through once a local day, and anew when its program changed.
 * @param now epoch milliseconds
 * @returns how many warnings were written
 * @throws the first error of a shop, when all others are done
 */
export async function warnOfExpiry(now: number): Promise<number> {
  let total = 0
  const failed = await eachAlone(
    await installedShops(),
    async (shopId) => {
      total += await warnShop(shopId, now, true)
    },
    { what: 'a shop whose members are warned of expiry', ids: (shopId) => ({ shopId }) },
  )
  throwFirst(failed)
  return total
}

/** The same for one shop, whenever it was looked through last. */
export async function warnMembers(shopId: number, now: number): Promise<number> {
  return warnShop(shopId, now, false)
}

async function installedShops(): Promise<number[]> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<{ shopId: number }>(
      `SELECT shop_id AS "shopId" FROM shop s WHERE uninstalled_at IS NULL
          AND EXISTS (SELECT FROM program p WHERE p.shop_id = s.shop_id) ORDER BY shop_id`,
    )
    return rows.map(({ shopId }) => shopId)
  })
}

async function warnShop(shopId: number, now: number, onceADay: boolean): Promise<number> {
  const program = await acrossShops((tx) => programOfRound(tx, shopId, now, onceADay))
  if (!program) return 0
  const round = { shopId, program, now }
  await acrossShops((tx) => reviewUnsent(tx, round))
  const { kind } = program.expiry
  const total =
    kind === 'after-earning'
      ? await warnByEarning(round)
      : kind === 'never'
        ? 0
        : await warnByInactivity(round)
  await acrossShops((tx) =>
    tx.query('UPDATE expiry_round SET warned_on = $2, program_version = $3 WHERE shop_id = $1', [
      shopId,
      localDate(now, program.timeZone),
      program.version,
    ]),
  )
  return total
}

/** The program by which the shop is looked through now; null: nothing to do. */
async function programOfRound(tx: Tx, shopId: number, now: number, onceADay: boolean) {
  const program = programAt((await loadPrograms(tx, [shopId])).get(shopId), now)
  const last = await lockRound(tx, shopId)
  if (!program) return null
  const done = last.version === program.version && last.warnedOn === localDate(now, program.timeZone)
  return onceADay && done ? null : program
}

/** Held until the end of the transaction: a shop is looked through by one process at a time. */
async function lockRound(tx: Tx, shopId: number) {
  await tx.query('INSERT INTO expiry_round (shop_id) VALUES ($1) ON CONFLICT DO NOTHING', [shopId])
  const { rows } = await tx.query<{ warnedOn: string | null; version: number | null }>(
    `SELECT warned_on AS "warnedOn", program_version AS version FROM expiry_round WHERE shop_id = $1 FOR UPDATE`,
    [shopId],
  )
  return rows[0] ?? { warnedOn: null, version: null }
}

/** A warning that could not be sent for long is sent again, or withdrawn when it no longer holds. */
async function reviewUnsent(tx: Tx, { shopId, program, now }: Round): Promise<void> {
  await lockRound(tx, shopId)
  const { rows } = await tx.query<{ warningId: number; accountId: number }>(
    `SELECT warning_id AS "warningId", account_id AS "accountId" FROM expiry_warning
      WHERE shop_id = $1 AND ended_at IS NULL AND sent_at IS NULL AND due_at < to_timestamp($2 / 1000.0)`,
    [shopId, now - HALF_A_DAY_MS],
  )
  const lapsing = await readLapsing(tx, shopId, [...new Set(rows.map(({ accountId }) => accountId))])
  const holds = new Set<number>()
  for (const { warnings, activity } of lapsing.values()) {
    for (const lapse of upcomingLapses(program.expiry, warnings, activity, now, program.timeZone))
      for (const warningId of lapse.warningIds) holds.add(warningId)
  }
  const over = rows.filter(({ warningId }) => !holds.has(warningId))
  await endWarnings(
    tx,
    shopId,
    over.map(({ warningId }) => ({ warningId, outcome: 'withdrawn' as const })),
    now,
  )
  await markForSync(
    tx,
    rows.map(({ accountId }) => ({ shopId, accountId })),
  )
}

/**
 * Lots with something to lapse, of members who can be told (a guest's points wait for her, a redacted member cannot
 * be reached), that no open warning speaks of.
 */
const UNWARNED = `
  FROM lot l JOIN account a ON a.shop_id = l.shop_id AND a.account_id = l.account_id
 WHERE l.shop_id = $1 AND NOT l.closed AND l.remaining > l.held AND a.customer_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM expiry_warning w
                    WHERE w.shop_id = l.shop_id AND w.account_id = l.account_id AND w.ended_at IS NULL
                      AND l.lot_id = ANY (w.lots))`

async function warnByEarning(round: Round): Promise<number> {
  let total = 0
  for (;;) {
    const { lots, warnings } = await acrossShops(async (tx) => {
      await lockRound(tx, round.shopId)
      const { rows } = await tx.query<Candidate>(
        `SELECT l.account_id AS "accountId", l.lot_id AS "lotId", l.remaining - l.held AS points ${UNWARNED}
            AND l.expires_on <= $2 ORDER BY l.expires_on LIMIT $3`,
        [round.shopId, lastDayToWarnOf(round), LOTS_A_SLICE],
      )
      return { lots: rows.length, warnings: await writeWarnings(tx, round, rows) }
    })
    total += warnings
    if (lots < LOTS_A_SLICE) return total
  }
}

async function warnByInactivity(round: Round): Promise<number> {
  let total = 0
  let after = 0
  for (;;) {
    const slice = await acrossShops(async (tx) => {
      await lockRound(tx, round.shopId)
      const members = await membersWithPoints(tx, round.shopId, after)
      const candidates = await inactiveLots(tx, round, members)
      return { last: members.at(-1), warnings: await writeWarnings(tx, round, candidates) }
    })
    total += slice.warnings
    if (slice.last === undefined) return total
    after = slice.last
  }
}

async function membersWithPoints(tx: Tx, shopId: number, after: number): Promise<number[]> {
  const { rows } = await tx.query<{ accountId: number }>(
    `SELECT account_id AS "accountId" FROM balance
      WHERE shop_id = $1 AND unit = 'points' AND available > 0 AND account_id > $2
      ORDER BY account_id LIMIT $3`,
    [shopId, after, MEMBERS_A_SLICE],
  )
  return rows.map(({ accountId }) => accountId)
}

/** First whoever was inactive for long; only their lots are looked at, each with its own day. */
async function inactiveLots(tx: Tx, round: Round, members: number[]): Promise<Candidate[]> {
  const { expiry, timeZone } = round.program
  const horizon = lastDayToWarnOf(round)
  const activity = await readActivity(tx, round.shopId, members)
  const activeAt = (accountId: number) => lastActive(expiry, activity.get(accountId) ?? NO_ACTIVITY)
  const day = (lot: { earnedAt: number; expiresOn: string | null }, at: number | null) =>
    lapsesOn(expiry, lot, at, timeZone) ?? horizon
  const inactive = members.filter((accountId) => {
    const at = activeAt(accountId)
    return at === null || day({ earnedAt: at, expiresOn: null }, at) <= horizon
  })
  const { rows } = await tx.query<Candidate & { earnedAt: number; expiresOn: string | null }>(
    `SELECT l.account_id AS "accountId", l.lot_id AS "lotId", l.remaining - l.held AS points,
            (extract(epoch FROM l.earned_at) * 1000)::float8 AS "earnedAt", l.expires_on AS "expiresOn" ${UNWARNED}
        AND l.account_id = ANY ($2)`,
    [round.shopId, inactive],
  )
  return rows.filter((lot) => day(lot, activeAt(lot.accountId)) <= horizon)
}
