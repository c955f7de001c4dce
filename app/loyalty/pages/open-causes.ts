import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { inLocale } from '../../domain/document/local-text.ts'
import { donationOf, isReward, type Reward } from '../../domain/rewards/kinds.ts'
import { localDate } from '../../domain/time/time-window.ts'
import type { Locale } from '../../wording.ts'
import { type CausePayment, causePayments } from '../causes/cause-payments.ts'
import { causeTotals } from '../causes/cause-totals.ts'
import { currentProgram } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'

/** A good cause, as the merchant sees it. Money is decimal text in the shop's currency. */
export interface CauseView {
  /** The reward that it is. */
  id: string
  name: string
  /** It is offered to members now. */
  offered: boolean
  given: string
  points: number
  donations: number
  paid: string
  /** Still to be paid; "0" where more was paid than given. */
  left: string
  /** Paid beyond what was given; null: nothing. */
  beyond: string | null
}

export interface CausesView {
  causes: CauseView[]
  /** The one whose payments are shown. */
  shown: { cause: CauseView; payments: CausePayment[]; next: number | null; first: boolean } | null
  /** In the shop's zone. */
  today: string
}

interface Asked {
  cause: string | null
  after: number | null
  language: Locale
  now: number
}

/** Causes that are offered, or were given something. */
export async function openCauses(shop: Shop, { cause, after, language, now }: Asked): Promise<CausesView> {
  return withShop(shop.shopId, async (tx) => {
    const causes = await readCauses(tx, shop, language)
    const one = causes.find(({ id }) => id === cause)
    const page = one && (await causePayments(tx, shop.shopId, one.id, after))
    return {
      causes,
      shown: one && page ? { cause: one, ...page, first: after === null } : null,
      today: localDate(now, shop.timeZone),
    }
  })
}

const NOTHING = { given: '0', points: 0, donations: 0, paid: '0', left: '0', beyond: null }

async function readCauses(tx: Tx, shop: Shop, language: Locale): Promise<CauseView[]> {
  const program = await currentProgram(tx, shop)
  const totals = new Map((await causeTotals(tx, shop.shopId)).map((total) => [total.cause, total]))
  const offered = new Map(
    [...(program?.rewards.values() ?? [])]
      .filter((one) => donationOf(one) !== null)
      .map((one) => [one.id, one]),
  )
  const former = await latestOf(
    tx,
    shop.shopId,
    [...totals.keys()].filter((id) => !offered.has(id)),
  )
  return [...new Map([...offered, ...former])].map(([id, reward]) => ({
    id,
    name: inLocale(reward.name, language),
    offered: offered.get(id)?.active ?? false,
    ...(totals.get(id) ?? NOTHING),
  }))
}

/** Rewards that are no longer in the program, as they were when they were taken last. */
async function latestOf(tx: Tx, shopId: number, ids: string[]): Promise<Map<string, Reward>> {
  if (ids.length === 0) return new Map()
  const { rows } = await tx.query<{ id: string; reward: unknown }>(
    `SELECT DISTINCT ON (reward_id) reward_id AS id, reward FROM redemption
      WHERE shop_id = $1 AND reward_id = ANY($2) AND donated IS NOT NULL ORDER BY reward_id, redemption_id DESC`,
    [shopId, ids],
  )
  // What cannot be read (the audit names it) has no name to show.
  return new Map(rows.flatMap(({ id, reward }) => (isReward(reward) ? [[id, reward]] : [])))
}
