import type { Tx } from '../../db/tx.ts'
import { evaluateOrder, worthIsFrozen } from '../../domain/earning/evaluate-order.ts'
import type { OrderFacts } from '../../domain/orders/order-facts.ts'
import { isCountable } from '../../domain/program/countable.ts'
import type { Wording } from '../../wording.ts'
import { findMember } from '../members/read-member.ts'
import { faultOfFacts } from '../orders/sound.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import { loadPrograms, programAt, programVersion, type ShopPrograms } from '../program/programs.ts'
import { calculation, leftOut, namesOf } from './order-words.ts'

/** An order that never earned anything: the book, and with it the history, has no line of it. */
export interface OrderWithoutPoints {
  id: string
  name: string
  placedAt: Date
  /** Why, in words. */
  reasons: string[]
  /** Shopify has no page for it any more. */
  gone: boolean
}

const MOST = 10

/**
 * The newest orders of a member that never earned anything, each with the reason by its state of today.
 * @param customerId Shopify's id in digits; follows merges
 */
export async function readOrdersWithoutPoints(
  tx: Tx,
  shopId: number,
  customerId: string,
  words: Wording,
): Promise<{ orders: OrderWithoutPoints[]; more: boolean }> {
  const found = await findMember(tx, shopId, customerId)
  const { rows } = await tx.query<{
    id: string
    name: string
    placedAt: Date
    version: number | null
    tierId: string | null
    gone: boolean
    facts: StoredFacts
  }>(
    `SELECT order_id::text AS id, name, placed_at AS "placedAt", program_version AS version, tier_id AS "tierId",
            gone_at IS NOT NULL AS gone, facts
       FROM order_state
      WHERE shop_id = $1 AND account_id = ANY ($2) AND postings = 0 AND worth = 0
      ORDER BY placed_at DESC, order_id DESC LIMIT $3`,
    [shopId, found?.family ?? [], MOST + 1],
  )
  if (rows.length === 0) return { orders: [], more: false }
  const programs = (await loadPrograms(tx, [shopId])).get(shopId)
  const orders = rows.slice(0, MOST).map(({ facts, version, tierId, ...order }) => ({
    ...order,
    reasons:
      faultOfFacts(facts) === null
        ? reasonsOf(readFacts(facts, order.id), { programs, version, tierId }, words)
        : [words.say('nothing.unreadable')],
  }))
  return { orders, more: rows.length > MOST }
}

/** Of an order that no version has judged. */
function whyUnjudged(facts: OrderFacts, programs: ShopPrograms | undefined) {
  const program = programAt(programs, facts.placedAt)
  if (program === null) return 'no-program'
  if (facts.currency !== program.currency) return 'currency'
  return isCountable(program, facts) ? 'not-yet' : 'uncountable'
}

function reasonsOf(
  facts: OrderFacts,
  judged: { programs: ShopPrograms | undefined; version: number | null; tierId: string | null },
  words: Wording,
): string[] {
  const { programs, version, tierId } = judged
  const program = version === null ? null : programVersion(programs, version)
  if (program === null) return [words.say(`nothing.${whyUnjudged(facts, programs)}`)]
  if (worthIsFrozen(facts)) return [words.say('nothing.dispute-open')]
  const { why, qualifying } = evaluateOrder(program, facts, { tierId })
  if (why.zero !== null) return [words.say(`nothing.${why.zero}`)]
  const names = namesOf(program.document)
  const left = leftOut(why, words)
  if (qualifying > 0) return [...calculation(why, { names }, words), ...left]
  return left.length > 0 ? left : [words.say('nothing.nothing-counts')]
}
