/**
 * What the rules need to know of an order, whatever way it came (webhook, Admin API, import).
 * Money is in minor units of the shop's currency; times are epoch milliseconds; Shopify's ids are their decimal
 * digits as text, because they exceed 2^53. No name, no address, no e-mail.
 */
export interface OrderFacts {
  orderId: string
  /** The merchant's name of the order, "#1042". */
  name: string
  customerId: string | null
  /** SHA-256 of the shop id and the lower-cased e-mail, for a guest whose points wait to be claimed; else null. */
  guestHash: string | null
  currency: string
  /** Shopify's own `updated_at`: the only thing that orders two states of one order. */
  updatedAt: number
  /** When the order was placed (Shopify's `processed_at`): it chooses the program version and the campaigns. */
  placedAt: number
  test: boolean
  /** Money has come in, in full or in part: paid, partly paid, partly refunded or refunded. */
  paid: boolean
  /** Money that the customer still owes (after an edit upward, say); 0 where Shopify says that all is paid. */
  outstanding: number
  /**
   * What the shop has of the payments by now: received less given back. Nothing beyond it counts. Absent where all
   * that stands is paid, and where Shopify does not tell it.
   */
  kept?: number
  /** A void or a cancellation makes the order worth nothing from then on. */
  cancelledAt: number | null
  /** An open or lost chargeback; freezes (open) or reverses (lost). */
  dispute: 'none' | 'open' | 'lost'
  taxesIncluded: boolean
  source: string
  lines: LineFacts[]
  /** Amounts beside the lines, each as still standing (refunds subtracted), with their tax as in `LineFacts`. */
  shipping: number
  shippingTax: number
  duties: number
  dutiesTax: number
  tips: number
  cashRounding: number
  refunds: RefundFacts[]
  discountCodes: string[]
  /** Those of them that took nothing off. Absent: each did, as far as is known. */
  idleCodes?: string[]
  /** Taken over from before the program as history: it counts towards tiers and is worth no points. Frozen. */
  history?: true
}

export interface LineFacts {
  lineId: string
  productId: string | null
  title: string
  giftCard: boolean
  /** Pieces ordered, pieces still standing after removals and refunds. */
  quantity: number
  currentQuantity: number
  /** Price of all ordered pieces after all discounts; contains tax if the shop's prices do. */
  net: number
  /** The tax of the line at order time (inside `net` if taxes are included, on top if not). */
  tax: number
  /** Collections (ids) and tags of the product when the order was first seen: frozen then. */
  collections: string[]
  tags: string[]
}

export interface RefundFacts {
  refundId: string
  at: number
  /** What left the lines: by line, net as in `LineFacts.net` and its tax. */
  lines: { lineId: string; quantity: number; net: number; tax: number }[]
  /** Money given back that belongs to no line and no shipping ("refund without lines"); ≥ 0. */
  withoutLines: number
  shipping: number
  /**
   * No money went back with it: an edit took the pieces out of the order, which Shopify writes as a refund too, or
   * its payment failed.
   */
  withoutMoney?: true
  /** All the money that went back with it, ≥ 0; absent in states of orders that were stored before it was read. */
  paidBack?: number
}

/** An order that was read and could not be brought into the book, which has of it what it had. */
export interface LeftOrder {
  orderId: string
  name: string
  /** Why, a sentence; `readReason` makes words for people of it. */
  problem: string
}
