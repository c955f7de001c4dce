/** Where the ids of each kind begin. */

/** First id of each kind: as long as Shopify's, and telling by the first digits what it is. */
export const FIRST_IDS = {
  Product: 8_100_000_000_001,
  ProductVariant: 44_100_000_000_001,
  InventoryItem: 46_100_000_000_001,
  Collection: 412_000_000_001,
  Customer: 7_200_000_000_001,
  Order: 6_100_000_000_001,
  OrderNumber: 1_001,
  LineItem: 15_300_000_000_001,
  ShippingLine: 5_100_000_000_001,
  Refund: 938_000_000_001,
  RefundLineItem: 612_000_000_001,
  RefundShippingLine: 614_000_000_001,
  OrderAdjustment: 288_000_000_001,
  OrderTransaction: 7_700_000_000_001,
  OrderEdit: 31_000_000_001,
  CalculatedOrder: 32_000_000_001,
  Dispute: 9_900_000_001,
  Discount: 1_350_000_000_001,
  DiscountRedeemCode: 19_800_000_000_001,
  Metafield: 31_400_000_000_001,
  MetafieldDefinition: 98_000_000_001,
  Delivery: 1,
  HistoryEvent: 1,
  GiftCard: 530_000_000_001,
  Segment: 480_000_000_001,
  BulkOperation: 5_400_000_000_001,
  Other: 77_000_000_001,
} as const
export type IdKind = keyof typeof FIRST_IDS
