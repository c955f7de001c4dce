import { worthOfLines } from '../../domain/orders/kept-money.ts'
import type { LineFacts, OrderFacts, RefundFacts } from '../../domain/orders/order-facts.ts'

/** A line as it was read, with what may tell that it is no goods. */
export interface ReadLine {
  facts: LineFacts
  /** Deliveries mark a tip's line by `tip_payment_gateway`; the Admin API has no mark. */
  markedAsTip: boolean
  /**
   * It has neither vendor nor SKU and nothing to ship, as the Admin API tells of tips; deliveries need no such sign.
   * The goods of a deleted product keep what they had.
   */
  bare: boolean
}

/**
 * Shopify tells a tip twice: in the order's total of tips and, for most channels, as a line without a product named
 * "Tip". Such a line is no goods: it is taken out of the lines and of what refunds gave back, and what still stands of
 * it is the tip. Lines are never taken for more than the order's tips.
 * @param tipped the order's total of tips, minor units
 */
export function withoutTipLines(
  read: readonly ReadLine[],
  refunds: RefundFacts[],
  tipped: number,
  taxesIncluded: boolean,
): Pick<OrderFacts, 'lines' | 'tips' | 'refunds'> {
  const all = read.map(({ facts }) => facts)
  const tips = tipLines(read, tipped)
  if (tips.size === 0) return { lines: all, tips: tipped, refunds }
  const ids = new Set([...tips].map(({ lineId }) => lineId))
  let standing = tipped
  for (const { net, quantity, currentQuantity } of tips)
    standing -= currentQuantity < quantity ? net - Math.floor((net * currentQuantity) / quantity) : 0
  return {
    lines: all.filter((line) => !tips.has(line)),
    tips: Math.max(0, standing),
    refunds: refunds.map((refund) => withoutLines(refund, ids, taxesIncluded)),
  }
}

function withoutLines(refund: RefundFacts, ids: ReadonlySet<string>, taxesIncluded: boolean): RefundFacts {
  const lines = refund.lines.filter(({ lineId }) => !ids.has(lineId))
  if (lines.length === refund.lines.length) return refund
  const tips = worthOfLines(refund, taxesIncluded) - worthOfLines({ lines }, taxesIncluded)
  const { paidBack } = refund
  return { ...refund, lines, ...(paidBack !== undefined && { paidBack: Math.max(0, paidBack - tips) }) }
}

/** The surest first: marked ones, those of the name, at last one that is no goods and costs just what was tipped. */
function tipLines(read: readonly ReadLine[], tipped: number): Set<LineFacts> {
  const found = new Set<LineFacts>()
  if (tipped <= 0) return found
  const signs: ((line: ReadLine) => boolean)[] = [
    ({ markedAsTip }) => markedAsTip,
    ({ facts }) => facts.title === 'Tip',
    ({ facts, bare }) => bare && facts.net === tipped,
  ]
  let left = tipped
  for (const sign of signs) {
    for (const line of read) {
      const { facts } = line
      if (facts.productId !== null || facts.giftCard || found.has(facts)) continue
      if (facts.net === 0 || facts.net > left || !sign(line)) continue
      found.add(facts)
      left -= facts.net
    }
  }
  return found
}
