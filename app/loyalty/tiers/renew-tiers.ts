import { acrossShops } from '../../db/db.server.ts'
import { eachAlone, throwFirst } from '../../db/sweep.ts'
import type { Tx } from '../../db/tx.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { type StatusSteps, tierProgress, windowStart } from '../../domain/tiers/tiers.ts'
import { localDate } from '../../domain/time/time-window.ts'
import { type AccountKey, keyOf, openAccounts } from '../../ledger/accounts.ts'
import { post } from '../../ledger/post.ts'
import { loadTimelines } from '../orders/orders.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import { markForSync } from '../sync/mark-for-sync.ts'

const MEMBERS_A_SLICE = 2_000
/** Who settled an order while the last round ran went by another clock, and it may be so much behind. */
const OVERLAP_MS = 3_600_000

/**
 * Judges the members anew whose place on the ladder the time may have changed: an order has left the ladder's window.
 * Their orders' settlement does the rest. Lists get the new tier, storefronts what is missing to the next one. After
 * the program has changed all members are judged. Each shop is looked through once a local day, and at once when its
 * program is another one; slice by slice, and a round that was cut off goes on where it was.
 * @param now epoch milliseconds
 * @param options.shopId only this shop
 * @param options.slice members in one transaction
 * @returns how many members stand on another level now
 * @throws the first error of a shop, when all others are done
 */
export async function renewTiers(
  now: number,
  { shopId, slice = MEMBERS_A_SLICE }: { shopId?: number | undefined; slice?: number } = {},
): Promise<number> {
  let total = 0
  const failed = await eachAlone(
    await shopsWithProgram(shopId ?? null),
    async (id) => {
      total += await renewShop(id, now, slice)
    },
    { what: 'a shop whose tiers are renewed', ids: (id) => ({ shopId: id }) },
  )
  throwFirst(failed)
  return total
}

async function shopsWithProgram(only: number | null): Promise<number[]> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<{ shopId: number }>(
      `SELECT shop_id AS "shopId" FROM shop s
        WHERE uninstalled_at IS NULL AND ($1::bigint IS NULL OR shop_id = $1)
          AND EXISTS (SELECT FROM program p WHERE p.shop_id = s.shop_id) ORDER BY shop_id`,
      [only],
    )
    return rows.map(({ shopId }) => shopId)
  })
}

async function renewShop(shopId: number, now: number, size: number): Promise<number> {
  let total = 0
  for (;;) {
    const changed = await acrossShops((tx) => renewSlice(tx, shopId, now, size))
    if (changed === null) return total
    total += changed
  }
}

/** What a shop was judged by, and the round that is under way. */
interface Round {
  judgedAt: number | null
  version: number | null
  beganAt: number | null
  beganVersion: number | null
  after: number
}

/** @returns how many tiers changed; null: the shop is done */
async function renewSlice(tx: Tx, shopId: number, now: number, size: number): Promise<number | null> {
  const program = programAt((await loadPrograms(tx, [shopId])).get(shopId), now)
  const round = await lockRound(tx, shopId)
  if (!program) return null
  if (round.beganVersion !== program.version) {
    if (!isDue(round, program, now)) return null
    Object.assign(round, { beganAt: now, beganVersion: program.version, after: 0 })
  }
  const members = await nextMembers(tx, shopId, round, program, now, size)
  const changed = await judge(tx, shopId, program, members, now)
  const last = members.length < size ? undefined : members.at(-1)
  await saveRound(tx, shopId, last ? { ...round, after: last.accountId } : ended(round))
  return changed
}

/** Of two processes whose clocks differ a little, the one that is behind does not undo what the other has done. */
function isDue({ judgedAt, version, beganVersion }: Round, program: CompiledProgram, now: number): boolean {
  const newest = Math.max(version ?? 0, beganVersion ?? 0)
  if (judgedAt === null || program.version !== newest) return program.version >= newest
  const day = (at: number) => localDate(at, program.timeZone)
  return day(judgedAt) < day(now) || judgedAt - now > OVERLAP_MS
}

/** Judged as of its beginning: what has left the window since belongs to the next round. */
const ended = ({ beganAt, beganVersion }: Round): Round => ({
  judgedAt: beganAt,
  version: beganVersion,
  beganAt: null,
  beganVersion: null,
  after: 0,
})

/** Held until the end of the transaction: several processes share a round, slice by slice. */
async function lockRound(tx: Tx, shopId: number): Promise<Round> {
  await tx.query('INSERT INTO tier_round (shop_id) VALUES ($1) ON CONFLICT DO NOTHING', [shopId])
  const { rows } = await tx.query<Round>(
    `SELECT (extract(epoch FROM judged_at) * 1000)::float8 AS "judgedAt", program_version AS version,
            (extract(epoch FROM began_at) * 1000)::float8 AS "beganAt", began_version AS "beganVersion",
            after_account AS after
       FROM tier_round WHERE shop_id = $1 FOR UPDATE`,
    [shopId],
  )
  return rows[0] as Round
}

async function saveRound(tx: Tx, shopId: number, round: Round): Promise<void> {
  await tx.query(
    `UPDATE tier_round
        SET judged_at = to_timestamp($2::float8 / 1000.0), program_version = $3,
            began_at = to_timestamp($4::float8 / 1000.0), began_version = $5, after_account = $6
      WHERE shop_id = $1`,
    [shopId, round.judgedAt, round.version, round.beganAt, round.beganVersion, round.after],
  )
}

interface Member {
  accountId: number
  tierId: string | null
  /** An order has left the window (or come back, where a clock was set back). */
  left: boolean
  /** Her tier may be another one. */
  doubtful: boolean
}

/** The next accounts by number. The look into the index of orders is all that most members cost. */
async function nextMembers(
  tx: Tx,
  shopId: number,
  round: Round,
  { ladder, timeZone }: CompiledProgram,
  now: number,
  size: number,
): Promise<Member[]> {
  const everybody = round.version !== round.beganVersion
  const start = (at: number) => windowStart(ladder.window, at, timeZone)
  const before = round.judgedAt === null ? -Infinity : start(round.judgedAt - OVERLAP_MS)
  const span = ladder.levels.length === 0 ? [0, 0] : [before, start(now)]
  if (!everybody && span[0] === span[1] && ladder.levels[0]?.threshold !== 0) return []
  const { rows } = await tx.query<Member>(
    `SELECT m.*, m.left OR $3 OR ($4 AND m."tierId" IS NULL) AS doubtful
       FROM (SELECT b.account_id AS "accountId", b.tier_id AS "tierId",
                    EXISTS (SELECT FROM order_state o
                             WHERE o.shop_id = b.shop_id AND o.account_id = b.account_id
                               AND o.placed_at >= to_timestamp($5::float8 / 1000.0)
                               AND o.placed_at < to_timestamp($6::float8 / 1000.0)) AS left
               FROM balance b
              WHERE b.shop_id = $1 AND b.unit = 'points' AND NOT b.closed AND b.account_id > $2
              ORDER BY b.account_id LIMIT $7) AS m ORDER BY 1`,
    [
      shopId,
      round.after,
      everybody,
      ladder.levels[0]?.threshold === 0,
      Math.min(...span),
      Math.max(...span),
      size,
    ],
  )
  return rows
}

/** Only who seems to stand elsewhere is locked, and judged again then: she may have ordered at this moment. */
async function judge(
  tx: Tx,
  shopId: number,
  program: CompiledProgram,
  members: Member[],
  now: number,
): Promise<number> {
  const doubtful = members.filter((member) => member.doubtful).map((member) => ({ ...member, shopId }))
  const seen = await tiersAt(tx, program, doubtful, now)
  const shifting = doubtful.filter((member) => member.tierId !== seen.get(keyOf(member)))
  const accounts = await openAccounts(tx, shifting, 'leave-out')
  const tiers = await tiersAt(tx, program, [...accounts.values()], now)
  const shifted = [...accounts].flatMap(([key, account]) => {
    const tierId = tiers.get(key) ?? null
    return account.tierId === tierId ? [] : [Object.assign(account, { tierId })]
  })
  await post(tx, shifted, [])
  await markForSync(tx, [...shifted, ...doubtful.filter(({ left }) => left)])
  return shifted.length
}

/** The levels on which these members stand at `now` (epoch ms) by this ladder, by `keyOf`. */
export async function tiersAt(
  tx: Tx,
  { ladder, timeZone }: CompiledProgram,
  keys: AccountKey[],
  now: number,
): Promise<Map<string, string | null>> {
  const since = windowStart(ladder.window, now, timeZone)
  const timelines = await loadTimelines(
    tx,
    keys.map(({ shopId, accountId }) => ({ shopId, accountId, since })),
  )
  return new Map(
    [...timelines].map(([key, orders]) => {
      const steps = orders.map(({ statusSteps }) => statusSteps)
      const at = Math.max(now, lastMoment(steps, now + OVERLAP_MS))
      return [key, tierProgress(ladder, steps, at, timeZone).current?.id ?? null]
    }),
  )
}

/** When the latest of these steps was: an order that was placed while the round runs is not one of the future. */
function lastMoment(orders: StatusSteps[], until: number): number {
  return Math.max(...orders.flat().flatMap(({ at }) => (at <= until ? at : [])), -Infinity)
}
