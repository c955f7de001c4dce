import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { compareCode } from '../../domain/rewards/code-in-shopify.ts'
import { logger } from '../../logger.server.ts'
import { enqueueEach } from '../../queue/enqueue.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { DISCOUNTS_AT_ONCE, type FoundDiscount, moveDiscount } from '../../shopify/rewards/discounts.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { askShopifyLater, withdrawLater } from '../rewards/end-redemption.ts'
import { shopById } from '../shop/shop-of-request.ts'
import {
  beginComparison,
  type ComparedCode,
  codesToSeeAgain,
  endComparison,
  moveRound,
  nextCodes,
  noteSeen,
  noteUnread,
  type Seen,
  type Unread,
  unchanged,
} from './code-comparison.ts'
import { type Asking, discountsOf, type Looked } from './discounts-of-codes.ts'
import { searchUnknownDiscounts } from './unknown-discounts.ts'

/** So many questions a night and shop, at fifty codes each; nine points of Shopify's thousand for each question. */
const QUESTIONS_A_NIGHT = 60

/** Puts the comparison of every installed shop's codes into the queue. */
export async function compareAllCodes(): Promise<void> {
  await acrossShops(async (tx) => {
    const { rows } = await tx.query<{ shopId: number }>(
      'SELECT shop_id AS "shopId" FROM shop WHERE uninstalled_at IS NULL ORDER BY shop_id',
    )
    await enqueueEach(tx, 'compare-codes', rows)
  })
}

/**
 * Compares reward codes with Shopify's discounts, round by round through all that can be used or could until lately: a
 * night asks a bounded number of questions, and the next one goes on where it ended. What differs is noted for the
 * merchant and put right by the jobs that end codes and ask for their orders; they look again under their locks.
 *
 * Safe to run twice and side by side: what was seen and that the round went on stand in the book together, and of two
 * that read the same codes one stops. A code of which Shopify says nothing is noted with why, and the round goes on
 * behind it.
 * @throws what the Admin API throws of the shop; the round stands where it stood
 */
export async function compareCodes(
  shopId: number,
  now: () => number,
  questions = QUESTIONS_A_NIGHT,
): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const { run, afterId } = await beginComparison(shopId, now())
  let failed = true
  try {
    const graphql = await shopAdmin(shop.domain)
    await goThrough({ shopId, graphql, left: questions, now }, afterId)
    await searchUnknownDiscounts(shopId, graphql)
    failed = false
  } finally {
    await endComparison(shopId, run, failed)
  }
}

/** First what differed before, with half of the questions at most; then the round from this place on. */
async function goThrough(night: Night, from: number): Promise<void> {
  const { shopId, now } = night
  const again = await codesToSeeAgain(shopId, DISCOUNTS_AT_ONCE)
  if (again.length > 0) {
    const half = Math.ceil(night.left / 2)
    const asking = { graphql: night.graphql, left: half }
    await noteSlice(night, again, await discountsOf(asking, again), async () => true)
    night.left -= half - asking.left
  }
  for (let at = from; night.left > 0; ) {
    const codes = await nextCodes(shopId, at, now(), DISCOUNTS_AT_ONCE)
    const answers = await discountsOf(night, codes)
    const asked = codes.slice(0, answers.length)
    const isEnd = asked.length === codes.length && codes.length < DISCOUNTS_AT_ONCE
    const to = isEnd ? 'end' : (asked.at(-1)?.redemptionId ?? at)
    const before = at
    const step = (tx: Tx) => moveRound(tx, shopId, before, { to, compared: asked.length }, now())
    if (!(await noteSlice(night, asked, answers, step)) || to === 'end') return
    at = to
  }
}

interface Night extends Asking {
  shopId: number
  now: () => number
}

/** @param step moves the round in the same transaction. @returns false when it was moved by another process */
async function noteSlice(
  { shopId, graphql, now }: Night,
  asked: ComparedCode[],
  answers: Looked[],
  step: (tx: Tx) => Promise<boolean>,
): Promise<boolean> {
  const found = new Map<number, Seen>()
  const unread: Unread[] = []
  for (const [i, code] of asked.slice(0, answers.length).entries()) {
    const looked = answers[i]
    const { redemptionId } = code
    if (looked?.unread !== undefined) {
      unread.push({ redemptionId, problem: looked.unread })
      continue
    }
    const discount = looked?.discount ?? null
    const differs = compareCode(code, discount, now())
    if (!differs || (differs.repair === 'move' && discount && (await moved(graphql, code, discount))))
      continue
    found.set(redemptionId, { redemptionId, ...differs, discountId: discount?.id ?? null })
  }
  return acrossShops(async (tx) => {
    if (!(await step(tx))) return false
    const still = await unchanged(tx, shopId, asked.slice(0, answers.length))
    const differing = [...found.values()].filter(({ redemptionId }) => still.has(redemptionId))
    const unknown = new Set(unread.map(({ redemptionId }) => redemptionId))
    const agreeing = [...still].filter((id) => !found.has(id) && !unknown.has(id))
    await noteSeen(tx, shopId, differing, agreeing, now())
    await noteUnread(tx, shopId, unread, now())
    for (const one of differing) await putRight(tx, shopId, one, now())
    return true
  })
}

/** Two customers became one, and the discount stayed with the one that is gone: nobody could use it. */
async function moved(graphql: AdminGraphql, code: ComparedCode, discount: FoundDiscount): Promise<boolean> {
  const { shopId, redemptionId, customerId } = code
  if (customerId === null) return false
  try {
    await moveDiscount(graphql, discount, { from: discount.customerIds ?? [], to: customerId })
    return true
  } catch (error) {
    logger.warn(
      { shopId, redemptionId, reason: (error as Error).message },
      'a code could not be given to its owner',
    )
    return false
  }
}

/** The jobs look again, under their locks, before anything changes. */
async function putRight(tx: Tx, shopId: number, { redemptionId, repair }: Seen, now: number): Promise<void> {
  if (repair === 'ask') await askShopifyLater(tx, { shopId, redemptionId }, now)
  if (repair === 'end') await withdrawLater(tx, { shopId, redemptionId })
}
