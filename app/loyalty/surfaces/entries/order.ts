import type { OrderWhy } from '../../../domain/earning/order-why.ts'
import type { Wording } from '../../../wording.ts'
import { readStoredWhy } from '../../orders/stored-why.ts'
import { calculation, leftOut, money, nameOf, type ProgramNames, qualifying } from '../order-words.ts'
import { type Entry, type Line, titled } from './entry.ts'

interface Facts {
  status: Line['status']
  /** When pending points become available, if that is known. */
  availableAt: Date | null
  /** Pending for longer than usual: the payment is disputed. */
  disputed: boolean
  why: OrderWhy | null
  /** What the book held of it before this line. */
  before: number | null
  /** Minor units that refunds had taken before this line. */
  refundedBefore: number
  /** The tier that multiplied it before this line; undefined where no line says so. */
  tierBefore: OrderWhy['tier'] | undefined
  /** It went to another customer, or its customer was taken off it, and its points with it. */
  movedAway: 'to-customer' | 'off-customer' | null
  names: ProgramNames | null
}

/** What an order is worth, and every change of it. */
export const order: Entry<Facts> = {
  about: { order: 'source', versions: true },
  counts: ['earned', 'takenBack'],

  facts({ why, whyBefore, pending, stillPending, maturesAt, disputed, names }) {
    const { was = null, moved } = (why ?? {}) as { was?: number; moved?: true | 'off' }
    const waits = stillPending === true && pending > 0
    const reasonBefore = readStoredWhy(whyBefore)
    return {
      status: waits ? 'pending' : 'available',
      availableAt: waits && !disputed ? maturesAt : null,
      disputed: waits && disputed,
      why: readStoredWhy(why),
      before: was,
      refundedBefore: refundedIn(reasonBefore?.out ?? []),
      tierBefore: reasonBefore?.tier,
      movedAway: moved === undefined ? null : moved === 'off' ? 'off-customer' : 'to-customer',
      names,
    }
  },

  title: (line, words) => titled(titleKey(line), line, words),

  details: (line, words) => [...whatItIsWorth(line, words), ...whetherItWaits(line, words)],

  forMerchants({ programVersion, movedAway }, words) {
    if (programVersion === null || movedAway !== null) return []
    return [words.say('detail.version', { version: programVersion })]
  },

  latest(line, words) {
    if (line.order === null) return words.say('latest.order')
    if (line.points < 0) return words.say('latest.order-corrected', { name: line.order.name })
    return titled('order', line, words)
  },
}

function titleKey({ why, points, before, refundedBefore, movedAway }: Line & Facts): string {
  if (movedAway !== null) return movedAway === 'off-customer' ? 'order-taken-off' : 'order-moved'
  if (why === null || !before) return points < 0 ? 'order-lowered' : 'order'
  if (why.zero !== null && why.zero !== 'test') return `order-${why.zero}`
  if (points > 0) return 'order-raised'
  return refundedIn(why.out) > refundedBefore ? 'order-refunded' : 'order-lowered'
}

/** Minor units that refunds took from what counts. */
function refundedIn(out: OrderWhy['out']): number {
  return out
    .filter(({ code }) => code === 'refunded' || code === 'refunded-without-lines')
    .reduce((sum, { amount }) => sum + amount, 0)
}

function whatItIsWorth(line: Line & Facts, words: Wording): string[] {
  const { why, points, movedAway } = line
  if (movedAway !== null) return [words.say(`detail.${movedAway}`)]
  if (why === null) return []
  const before = line.before ?? 0
  const then = { points: words.points(why.points), before: words.number(before) }
  if (why.zero === 'history')
    return [
      words.say('detail.taken-back', { date: words.date(line.bookedAt.getTime()) }),
      words.say('detail.zero.history', then),
    ]
  if (why.zero !== null) return [words.say(`detail.zero.${why.zero}`, then)]
  const value = money(qualifying(why), why, words)
  const lines: string[] = []
  if (before > 0)
    lines.push(words.say(points < 0 ? 'detail.now-worth' : 'detail.now-worth-more', { value, ...then }))
  return [...lines, ...tierChange(why, line, words), ...calculation(why, line, words), ...leftOut(why, words)]
}

/** The order itself is as it was: one of her other orders is not. */
function tierChange(why: OrderWhy, { before, tierBefore, names }: Facts, words: Wording): string[] {
  if (!before || tierBefore === undefined || tierBefore?.id === why.tier?.id) return []
  const tier = nameOf(why.tier?.id, names?.tiers, words)
  return [words.say('detail.tier-changed', { tier, before: nameOf(tierBefore?.id, names?.tiers, words) })]
}

function whetherItWaits({ status, availableAt, disputed }: Facts, words: Wording): string[] {
  if (status === 'available') return []
  if (disputed) return [words.say('detail.pending-disputed')]
  if (!availableAt) return [words.say('detail.pending-undated')]
  return [words.say('detail.pending', { date: words.date(availableAt.getTime()) })]
}
