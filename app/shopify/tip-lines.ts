import type { LineFacts, OrderFacts, RefundFacts } from '../domain/order-facts.ts'

/** A line as it was read, with what may tell that it is no goods. */
export interface ReadLine {
  facts: LineFacts
  /** Deliveries mark a tip's line by `tip_payment_gateway`; the Admin API has no mark. */
  markedAsTip: boolean
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
    refunds: refunds.map((refund) => ({
      ...refund,
      lines: refund.lines.filter(({ lineId }) => !ids.has(lineId)),
    })),
  }
}

/** The surest first: marked ones, those of the name, at last one that costs just what was tipped. */
function tipLines(read: readonly ReadLine[], tipped: number): Set<LineFacts> {
  const found = new Set<LineFacts>()
  if (tipped <= 0) return found
  const signs: ((line: ReadLine) => boolean)[] = [
    ({ markedAsTip }) => markedAsTip,
    ({ facts }) => facts.title === 'Tip',
    ({ facts }) => facts.net === tipped,
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
