import type { Tx } from '../../db/tx.ts'
import type { JudgedAs } from '../../domain/orders/classify-reading.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { tierProgress, windowStart } from '../../domain/tiers/tiers.ts'
import { type AccountKey, keyOf, type OpenAccount } from '../../ledger/accounts.ts'
import { loadTimelines, lockOrders, type OrderToSettle, type TimelineOrder } from '../orders/orders.ts'
import { orderKey } from '../orders/readings.ts'
import {
  firstProgram,
  programAt,
  programVersion,
  readablePrograms,
  type ShopPrograms,
} from '../program/programs.ts'
import { walkTimeline } from './decide.ts'

/** The orders of a member whose shop has tiers, as they stand after this settlement: those that any window reaches. */
export interface Timeline {
  key: AccountKey
  orders: TimelineOrder[]
}

/** What this settlement changes in a member's timeline. */
interface Laddered {
  key: AccountKey
  fresh: Map<string, OrderToSettle>
  /** Epoch ms of the first change: earlier orders stand under the tier they have. */
  from: number
}

/**
 * Gives every order its program and tier. An order that arrives late can change the tier under which later orders
 * of the same member stand, and one that moves to somebody else, or to nobody, those of both: they are judged again too.
 */
export async function judgeTiers(
  tx: Tx,
  fresh: Map<string, OrderToSettle>,
  programs: Map<number, ShopPrograms>,
  now: number,
): Promise<{ judged: OrderToSettle[]; timelines: Timeline[] }> {
  const judged: OrderToSettle[] = []
  const laddered = new Map<string, Laddered>()
  const ladderOf = (key: AccountKey, from: number) => {
    const entry = laddered.get(keyOf(key)) ?? { key, fresh: new Map(), from }
    laddered.set(keyOf(key), entry)
    entry.from = Math.min(entry.from, from)
    return entry.fresh
  }
  for (const order of fresh.values()) {
    const { shopId, facts, known, holder } = order
    const ladder = hasLadder(programs.get(shopId))
    const from = Math.min(facts.placedAt, known?.placedAt ?? facts.placedAt)
    const former = known?.accountId ?? null
    if (ladder && former !== null && former !== holder?.accountId)
      ladderOf({ shopId, accountId: former }, from)
    if (ladder && holder) ladderOf(holder, from).set(facts.orderId, order)
    else judged.push(order)
  }
  if (laddered.size === 0) return { judged, timelines: [] }

  const stored = await loadTimelines(
    tx,
    [...laddered.values()].map(({ key, from }) => ({
      ...key,
      since: firstThatCounts(programs.get(key.shopId), Math.min(from, now)),
    })),
  )
  const timelines: Timeline[] = []
  const shifted: { key: AccountKey; orderId: string; tierId: string | null }[] = []
  for (const [id, { key, fresh: ofAccount, from }] of laddered) {
    // What is fresh stands where it belongs now, and nowhere else.
    const staying = (stored.get(id) ?? []).filter(({ orderId }) => !fresh.has(orderKey(key.shopId, orderId)))
    const orders = withFresh(staying, ofAccount)
    timelines.push({ key, orders })
    walkTimeline(
      orders,
      from,
      (order) =>
        ofAccount.get(order.orderId)?.program ??
        (order.programVersion === null
          ? null
          : programVersion(programs.get(key.shopId), order.programVersion)),
      (order, tierId) => {
        const item = ofAccount.get(order.orderId)
        if (item) {
          item.tierId = tierId
          judged.push(item)
        } else shifted.push({ key, orderId: order.orderId, tierId })
      },
      new Set(ofAccount.keys()),
    )
  }
  if (shifted.length > 0) judged.push(...(await judgeShifted(tx, shifted, programs)))
  return { judged, timelines }
}

/**
 * An order that a version has judged stays with it; one in another currency than the shop's is judged by none. One
 * from before the first program that is taken over is judged by that.
 */
export function programOf(
  { facts, known, as }: Pick<OrderToSettle, 'facts' | 'known'> & { as: JudgedAs },
  programs: ShopPrograms | undefined,
): CompiledProgram | null {
  if (known?.programVersion != null) return programVersion(programs, known.programVersion)
  if (facts.currency !== programs?.currency) return null
  return programAt(programs, facts.placedAt) ?? (as === 'usual' ? null : firstProgram(programs))
}

async function judgeShifted(
  tx: Tx,
  shifted: { key: AccountKey; orderId: string; tierId: string | null }[],
  programs: Map<number, ShopPrograms>,
): Promise<OrderToSettle[]> {
  const known = await lockOrders(
    tx,
    shifted.map(({ key, orderId }) => ({ shopId: key.shopId, orderId })),
    'leave-out',
  )
  return shifted.flatMap(({ key, orderId, tierId }) => {
    const order = known.get(orderKey(key.shopId, orderId))
    if (!order || order.goneAt !== null) return []
    const program =
      order.programVersion === null ? null : programVersion(programs.get(key.shopId), order.programVersion)
    return [
      {
        shopId: key.shopId,
        holder: key,
        // Nothing new is told of it; what is forgotten stays so.
        forgotten: false,
        facts: order.facts,
        digest: order.digest,
        known: order,
        program,
        statusSteps: order.statusSteps,
        tierId,
      },
    ]
  })
}

/** The earliest moment whose orders count for a tier at `at`, whichever version of the program is asked. */
function firstThatCounts(programs: ShopPrograms | undefined, at: number): number {
  const starts = readablePrograms(programs).map((program) =>
    windowStart(program.ladder.window, at, program.timeZone),
  )
  return Math.min(at, ...starts)
}

function hasLadder(programs: ShopPrograms | undefined): boolean {
  return readablePrograms(programs).some(({ ladder }) => ladder.levels.length > 0)
}

/** The member's other orders and the fresh ones, oldest first. */
function withFresh(others: TimelineOrder[], fresh: Map<string, OrderToSettle>): TimelineOrder[] {
  const merged = [...others]
  for (const [orderId, { facts, program, known, statusSteps }] of fresh) {
    merged.push({
      orderId,
      placedAt: facts.placedAt,
      programVersion: program?.version ?? null,
      tierId: known?.tierId ?? null,
      statusSteps,
    })
  }
  return merged.sort((a, b) => a.placedAt - b.placedAt || Number(BigInt(a.orderId) - BigInt(b.orderId)))
}

/** Puts the tier that each member has by now into the account's draft, for lists and badges; judged orders carry their own. */
export function setTiersNow(
  timelines: Timeline[],
  accounts: Map<string, OpenAccount>,
  programs: Map<number, ShopPrograms>,
  now: number,
): OpenAccount[] {
  return timelines.flatMap(({ key, orders }) => {
    const account = accounts.get(keyOf(key))
    const program = programAt(programs.get(key.shopId), now)
    if (!account || !program) return []
    const steps = orders.map((order) => order.statusSteps)
    const tierId = tierProgress(program.ladder, steps, now, program.timeZone).current?.id ?? null
    if (account.tierId === tierId) return []
    account.tierId = tierId
    return [account]
  })
}
