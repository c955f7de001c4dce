import type { OrderFacts } from './order-facts.ts'

/** What an order keeps of what was known of it, whatever a later state says. */

interface KnownState {
  /** Null: no version has judged it so far. */
  programVersion: number | null
  facts: OrderFacts
}

/**
 * Takes over what was frozen when the order was first judged: the labels of its products, and that it is history.
 * @param whole with what Shopify has forgotten since, which is kept of every known order (`withProductsOf`)
 */
export function withFrozen(whole: OrderFacts, known: KnownState): OrderFacts {
  if (known.programVersion === null) return whole
  const labelled = withLabelsOf(whole, known.facts)
  return known.facts.history ? { ...labelled, history: true } : labelled
}

/** A line stays what was bought: when its product is deleted, Shopify takes the product off it. */
export function withProductsOf(facts: OrderFacts, known: OrderFacts): OrderFacts {
  if (facts.lines.every(({ productId }) => productId !== null)) return facts
  const before = new Map(known.lines.map((line) => [line.lineId, line]))
  return {
    ...facts,
    lines: facts.lines.map((line) => {
      const was = before.get(line.lineId)
      if (was === undefined || was.productId === null || line.productId !== null) return line
      const { productId, giftCard, title } = was
      return { ...line, productId, giftCard, title: line.title || title }
    }),
  }
}

/** The labels of the lines as they were; a line that was added since has those of its product, if that was there. */
export function withLabelsOf(facts: OrderFacts, labelled: OrderFacts): OrderFacts {
  const byLine = new Map(labelled.lines.map((line) => [line.lineId, line]))
  const byProduct = new Map(labelled.lines.map((line) => [line.productId, line]))
  return {
    ...facts,
    lines: facts.lines.map((line) => {
      const like =
        byLine.get(line.lineId) ?? (line.productId === null ? undefined : byProduct.get(line.productId))
      return like ? { ...line, collections: like.collections, tags: like.tags } : line
    }),
  }
}
