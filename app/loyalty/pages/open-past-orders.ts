import { withShop } from '../../db/db.server.ts'
import type { Program } from '../../domain/program/program.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { addMonthsToDate, localDate } from '../../domain/time/time-window.ts'
import { programVersions } from '../program/program-store.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { type ImportView, readImports } from '../upkeep/read-operations.ts'

/** What the page says on which orders of before are taken over. */
export interface PastOrdersView {
  imports: ImportView[]
  /** There is a program by which they can be judged. */
  published: boolean
  /** Day of the shop, "2026-11-30". */
  today: string
  /** Day from which on is proposed. */
  proposed: string
  /** Points lapse so many months after they were earned; null: otherwise or never. */
  expiryMonths: number | null
  rewards: Reward[]
  /** The most that a tier multiplies by in the version that judges what is taken over. */
  highestFactor: number
  tiersMatter: boolean
}

/** @param now epoch ms */
export function openPastOrders(shop: Shop, now: number): Promise<PastOrdersView> {
  const today = localDate(now, shop.timeZone)
  return withShop(shop.shopId, async (tx) => {
    const versions = await programVersions(tx, shop.shopId)
    const [live, first] = [versions[0]?.document, versions.at(-1)?.document]
    return {
      imports: await readImports(tx, shop.shopId),
      published: live !== undefined,
      today,
      proposed: addMonthsToDate(today, -12),
      expiryMonths: live?.expiry.kind === 'after-earning' ? live.expiry.months : null,
      rewards: live?.rewards ?? [],
      // The first version judges what is taken over; each other one the orders of its own time.
      highestFactor: first ? bestFactor(first) : 1,
      tiersMatter: versions.some(({ document }) => bestFactor(document) > 1),
    }
  })
}

function bestFactor({ tiers }: Program): number {
  return Math.max(1, ...tiers.levels.map(({ multiplier }) => Number(multiplier)))
}
