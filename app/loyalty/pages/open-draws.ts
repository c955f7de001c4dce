import { withShop } from '../../db/db.server.ts'
import { inLocale } from '../../domain/document/local-text.ts'
import { drawEndOf } from '../../domain/rewards/given/draws.ts'
import { isReward, type Reward } from '../../domain/rewards/kinds.ts'
import type { Locale } from '../../wording.ts'
import { readDraws } from '../draws/read-draws.ts'
import { currentProgram } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'

/** A prize draw, as the merchant sees it. */
export interface DrawView {
  /** The reward that it is. */
  id: string
  name: string
  /** The first moment after it; null: it has none. */
  endsAt: Date | null
  over: boolean
  /** Those that take part, and of how many members. */
  tickets: number
  members: number
  takenBack: number
}

/** Draws with tickets, and those that are offered; which end last at the top. */
export async function openDraws(shop: Shop, language: Locale, now: number): Promise<{ draws: DrawView[] }> {
  return withShop(shop.shopId, async (tx) => {
    const program = await currentProgram(tx, shop)
    const given = new Map((await readDraws(tx, shop.shopId)).map((row) => [row.draw, row]))
    const offered = [...(program?.rewards.values() ?? [])].filter((one) => one.kind === 'draw-ticket')
    const rewards = new Map<string, Reward>([
      // What cannot be read (the audit names it) has no name to show.
      ...[...given.values()].flatMap(({ draw, reward }): [string, Reward][] =>
        isReward(reward) ? [[draw, reward]] : [],
      ),
      ...offered.map((one): [string, Reward] => [one.id, one]),
    ])
    const draws = [...rewards].map(([id, reward]) => {
      const { tickets = 0, members = 0, takenBack = 0 } = given.get(id) ?? {}
      const end = drawEndOf(reward) ?? Number.POSITIVE_INFINITY
      const endsAt = Number.isFinite(end) ? new Date(end) : null
      const name = inLocale(reward.name, language)
      return { id, name, endsAt, over: now >= end, tickets, members, takenBack }
    })
    return { draws: draws.sort((a, b) => (b.endsAt?.getTime() ?? 0) - (a.endsAt?.getTime() ?? 0)) }
  })
}
