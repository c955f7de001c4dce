import { UnsoundRow } from '../../db/unsound-row.ts'
import type { LineFacts, OrderFacts } from '../../domain/orders/order-facts.ts'
import { faultOfFacts } from './sound.ts'

/**
 * The facts of an order as they lie in `order_state.facts`: without what is as usual, and each line as a list. Half
 * the bytes, and these rows are most of what an award writes. Rows of an older form read just as well.
 */
const USUAL = {
  guestHash: null,
  test: false,
  paid: true,
  outstanding: 0,
  cancelledAt: null,
  dispute: 'none',
  taxesIncluded: true,
  source: 'web',
  shipping: 0,
  shippingTax: 0,
  duties: 0,
  dutiesTax: 0,
  tips: 0,
  cashRounding: 0,
} satisfies Partial<OrderFacts>
const SOMETIMES = Object.keys(USUAL) as (keyof typeof USUAL)[]

type StoredLine = [
  lineId: string,
  productId: string | null,
  title: string,
  quantity: number,
  currentQuantity: number,
  net: number,
  tax: number,
  giftCard?: boolean,
  collections?: string[],
  tags?: string[],
]
export type StoredFacts = Partial<Omit<OrderFacts, 'lines'>> & { lines: (StoredLine | LineFacts)[] }

export function storeFacts(facts: OrderFacts): StoredFacts {
  const { orderId, name, customerId, currency, updatedAt, placedAt, refunds, discountCodes } = facts
  const { idleCodes, history } = facts
  const stored: StoredFacts = {
    orderId,
    name,
    customerId,
    currency,
    updatedAt,
    placedAt,
    lines: facts.lines.map(storeLine),
  }
  for (const key of SOMETIMES) if (facts[key] !== USUAL[key]) Object.assign(stored, { [key]: facts[key] })
  if (refunds.length > 0) stored.refunds = refunds
  if (discountCodes.length > 0) stored.discountCodes = discountCodes
  if (idleCodes) stored.idleCodes = idleCodes
  if (history) stored.history = history
  if (facts.kept !== undefined) stored.kept = facts.kept
  return stored
}

/** @throws UnsoundRow, which names the order */
export function readFacts(stored: StoredFacts, orderId: string): OrderFacts {
  const fault = faultOfFacts(stored)
  if (fault !== null) throw new UnsoundRow(`order ${orderId}`, fault)
  const facts = { ...USUAL, refunds: [], discountCodes: [], ...stored, lines: stored.lines.map(readLine) }
  return facts as unknown as OrderFacts
}

function storeLine(line: LineFacts): StoredLine {
  const { lineId, productId, title, quantity, currentQuantity, net, tax, giftCard, collections, tags } = line
  const stored: StoredLine = [lineId, productId, title, quantity, currentQuantity, net, tax]
  if (giftCard || collections.length > 0 || tags.length > 0) stored.push(giftCard, collections, tags)
  return stored
}

function readLine(line: StoredLine | LineFacts): LineFacts {
  if (!Array.isArray(line)) return line
  const [lineId, productId, title, quantity, currentQuantity, net, tax, giftCard = false] = line
  const [, , , , , , , , collections = [], tags = []] = line
  return { lineId, productId, title, giftCard, quantity, currentQuantity, net, tax, collections, tags }
}

/** Order `o` was placed: it is no test, and was not cancelled. */
export const IS_ORDER = `o.facts ->> 'cancelledAt' IS NULL AND o.facts ->> 'test' IS DISTINCT FROM 'true'`
