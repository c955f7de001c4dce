/**
 * The stored commerce state of the practice store. Documents are plain JSON.
 *
 * Units: money is integer minor units (cents) of the shop's currency; times are ISO 8601 in UTC with
 * one-second resolution ("2026-11-21T10:00:00Z"), as Shopify keeps them; ids are integers below 2^53, the
 * number inside a gid ("gid://shopify/Order/<id>").
 */

export type Cents = number
export type IsoTime = string
export type Locale = 'de' | 'en'
export type Translated = Record<Locale, string>

export interface Shop {
  id: number
  domain: string
  name: string
  email: string
  currency: string
  timeZone: string
  locales: Locale[]
  countryCode: string
  taxesIncluded: boolean
  createdAt: IsoTime
  updatedAt: IsoTime
  /** Shipping: flat price, free from this subtotal (after discounts). */
  shippingPrice: Cents
  freeShippingFrom: Cents
}

export interface Variant {
  id: number
  title: Translated
  sku: string
  price: Cents
  grams: number
  requiresShipping: boolean
  inventoryItemId: number
  /** No piece is left, and none can be ordered. */
  soldOut?: boolean
}

export interface Product {
  id: number
  handle: string
  title: Translated
  description: Translated
  vendor: string
  productType: string
  tags: string[]
  collectionIds: number[]
  variants: Variant[]
  /** German VAT as a decimal fraction: "0.19" or "0.07"; "0" for gift cards. */
  taxRate: string
  giftCard: boolean
  /** Name of the drawing in code that shows the product. */
  picture: string
  /** Hue etc. that make two products of the same drawing look different. */
  pictureTint: string
  status: 'active' | 'draft' | 'archived'
  createdAt: IsoTime
  updatedAt: IsoTime
}

export interface Collection {
  id: number
  handle: string
  title: Translated
  description: Translated
  createdAt: IsoTime
  updatedAt: IsoTime
}

export interface Address {
  firstName: string
  lastName: string
  address1: string
  zip: string
  city: string
  countryCode: string
}

export interface Customer {
  id: number
  firstName: string
  lastName: string
  email: string
  phone: string | null
  locale: Locale
  tags: string[]
  note: string | null
  acceptsMarketing: boolean
  address: Address | null
  createdAt: IsoTime
  updatedAt: IsoTime
  /** Shown in the list of sample customers one can sign in as. */
  sample: boolean
}

export type FinancialStatus =
  | 'pending'
  | 'authorized'
  | 'partially_paid'
  | 'paid'
  | 'partially_refunded'
  | 'refunded'
  | 'voided'

/** What took money off: a code, or an automatic discount. `index` in Order.discountApplications. */
export interface DiscountApplication {
  /** DiscountNode.id, when the discount is known to the store. */
  discountId: number | null
  kind: 'code' | 'automatic' | 'manual'
  code: string | null
  title: string
  targetType: 'line_item' | 'shipping_line'
  targetSelection: 'all' | 'entitled'
  allocationMethod: 'across' | 'each'
  valueType: 'fixed_amount' | 'percentage'
  /** Decimal string: "5.00" for an amount, "10.0" for percent. */
  value: string
}

/** The part of one discount that one line carries. Parts of a discount sum to what it took off. */
export interface DiscountAllocation {
  applicationIndex: number
  amount: Cents
}

export interface OrderLine {
  id: number
  productId: number | null
  variantId: number | null
  title: string
  variantTitle: string | null
  sku: string | null
  vendor: string | null
  grams: number
  requiresShipping: boolean
  giftCard: boolean
  taxable: boolean
  taxRate: string
  price: Cents
  /** Ordered, including what an edit added; what refunds and edits took away is not subtracted here. */
  quantity: number
  /** For the whole quantity. */
  allocations: DiscountAllocation[]
  duties: Cents
  properties: { name: string; value: string }[]
  addedByEditAt: IsoTime | null
}

export interface ShippingLine {
  id: number
  title: string
  price: Cents
  taxRate: string
  allocations: DiscountAllocation[]
}

export interface RefundLine {
  id: number
  lineId: number
  quantity: number
  /** What the shopper paid for these pieces after discounts, tax inside. */
  subtotal: Cents
  tax: Cents
  restockType: 'no_restock' | 'cancel' | 'return' | 'legacy_restock'
}

/**
 * The difference between what a refund took off the lines and the money it moved. Negative: money went back
 * beyond the lines ("Refund discrepancy"). Positive: an edit removed lines and the money is still owed
 * ("Pending refund discrepancy"); paying it back later writes the same amount with a minus.
 */
export interface OrderAdjustment {
  id: number
  kind: 'refund_discrepancy'
  amount: Cents
  tax: Cents
  reason: 'Refund discrepancy' | 'Pending refund discrepancy'
}

/** Shipping given back. Since API version 2024-10 this is no order adjustment any more. */
export interface RefundShippingLine {
  id: number
  shippingLineId: number
  amount: Cents
  tax: Cents
}

export interface Refund {
  id: number
  createdAt: IsoTime
  note: string | null
  lines: RefundLine[]
  shippingLines: RefundShippingLine[]
  adjustments: OrderAdjustment[]
  /** Ids of Transactions of kind "refund" that belong to it; empty when an edit removed lines. */
  transactionIds: number[]
  /** Removed by an order edit: Shopify writes a refund without a transaction for that too. */
  fromEdit: boolean
}

export interface Transaction {
  id: number
  parentId: number | null
  kind: 'sale' | 'refund' | 'void'
  status: 'success' | 'pending' | 'failure'
  gateway: string
  amount: Cents
  createdAt: IsoTime
  /** Cash paid is rounded to 5 cents at the till; paid = amount + rounding. */
  rounding: Cents
}

export interface OrderEdit {
  id: number
  at: IsoTime
  note: string | null
  added: { lineId: number; quantity: number }[]
  removed: { lineId: number; quantity: number }[]
}

export interface Dispute {
  id: number
  type: 'chargeback' | 'inquiry'
  amount: Cents
  reason: string
  status: 'needs_response' | 'under_review' | 'won' | 'lost'
  initiatedAt: IsoTime
  finalizedOn: IsoTime | null
}

export interface Order {
  id: number
  number: number
  /** "#1001" */
  name: string
  /** Unguessable part of the order status address. */
  token: string
  source: 'web' | 'pos'
  test: boolean
  customerId: number | null
  email: string | null
  locale: Locale
  currency: string
  /** When shown in another currency: presentment = shop money × rate, rounded to cents. */
  presentment: { currency: string; rate: string } | null
  createdAt: IsoTime
  processedAt: IsoTime
  updatedAt: IsoTime
  closedAt: IsoTime | null
  fulfilledAt: IsoTime | null
  cancelledAt: IsoTime | null
  cancelReason: 'customer' | 'fraud' | 'inventory' | 'declined' | 'other' | 'staff' | null
  /** How it was paid, or the part that store credit did not pay. */
  gateway: string
  lines: OrderLine[]
  shippingLines: ShippingLine[]
  discountApplications: DiscountApplication[]
  tip: Cents
  cashRounding: Cents
  refundCashRounding: Cents
  refunds: Refund[]
  transactions: Transaction[]
  edits: OrderEdit[]
  disputes: Dispute[]
  shippingAddress: Address | null
  tags: string[]
  note: string | null
}

export type DiscountClass = 'ORDER' | 'PRODUCT' | 'SHIPPING'

export interface DiscountUse {
  code: string | null
  orderId: number
  customerId: number | null
  at: IsoTime
}

export interface DiscountNode {
  id: number
  method: 'code' | 'automatic'
  kind: 'basic' | 'free_shipping'
  title: string
  /** Empty for automatic discounts. */
  codes: { id: number; code: string }[]
  /** Ignored for free shipping. `fraction` is a decimal string: "0.1" takes off 10 %. */
  value: { kind: 'amount'; amount: Cents; onEachItem: boolean } | { kind: 'percentage'; fraction: string }
  /** What it applies to. An empty selection of everything means the whole order. */
  items: { all: boolean; productIds: number[]; variantIds: number[]; collectionIds: number[] }
  /** How it is bought that it applies to, and to how many orders of a subscription; 0: all. Absent: bought once. */
  purchases?: { once: boolean; subscription: boolean; cycles: number }
  minimum: { kind: 'subtotal'; amount: Cents } | { kind: 'quantity'; quantity: number } | null
  context: { kind: 'all' } | { kind: 'customers'; ids: number[] } | { kind: 'segments'; ids: number[] }
  usageLimit: number | null
  oncePerCustomer: boolean
  combinesWith: { order: boolean; product: boolean; shipping: boolean }
  startsAt: IsoTime
  endsAt: IsoTime | null
  uses: DiscountUse[]
  /** Made by the app through the Admin API, or by the merchant (seed). */
  byApp: boolean
  createdAt: IsoTime
  updatedAt: IsoTime
}

export type MetafieldOwner = 'CUSTOMER' | 'ORDER' | 'PRODUCT' | 'SHOP' | 'APP_INSTALLATION' | 'COLLECTION'

export interface Metafield {
  id: number
  ownerType: MetafieldOwner
  ownerId: number
  /** Resolved: "$app:stammgast" is stored as "app--<app id>--stammgast". */
  namespace: string
  key: string
  type: string
  value: string
  createdAt: IsoTime
  updatedAt: IsoTime
}

export interface MetafieldDefinition {
  id: number
  ownerType: MetafieldOwner
  namespace: string
  key: string
  name: string
  description: string | null
  type: string
  access: { admin: string | null; storefront: string; customerAccount: string }
}

export interface DeliveryAttempt {
  at: IsoTime
  milliseconds: number
  /** HTTP status, or null when no answer came. */
  status: number | null
  error: string | null
}

export interface WebhookDelivery {
  id: number
  /** X-Shopify-Webhook-Id: the same for every retry of this delivery. */
  webhookId: string
  /** X-Shopify-Event-Id: the same for every delivery caused by one event. */
  eventId: string
  topic: string
  /** Absolute, or a path below the app's address. */
  uri: string
  /** Exactly what is signed and sent, each time. */
  body: string
  triggeredAt: IsoTime
  apiVersion: string
  status: 'pending' | 'delivered' | 'failed' | 'dropped'
  attempts: DeliveryAttempt[]
  /** Epoch milliseconds; null when nothing more is going to happen. */
  nextAttemptAt: number | null
  /** Part of the first delivery of the shop's past. */
  history: boolean
  /** "Order/6100000000001": what it is about, for the list. */
  subject: string
}

export interface DeliverySwitches {
  /** Per cent of new deliveries. */
  duplicate: number
  delay: number
  delaySeconds: number
  reorder: number
  drop: number
  /** Retry schedule is divided by this: 1 = as Shopify (8 retries over 4 hours). */
  retrySpeed: number
}

export interface AccessToken {
  token: string
  kind: 'offline' | 'online'
  scope: string
  /** Epoch seconds; null = does not expire. */
  expiresAt: number | null
  refreshToken: string | null
  refreshTokenExpiresAt: number | null
  revoked: boolean
  createdAt: IsoTime
}

export interface AppInstallation {
  id: number
  appId: number
  installed: boolean
  installedAt: IsoTime | null
  uninstalledAt: IsoTime | null
  scope: string
  tokens: AccessToken[]
}

/** How far the shop's past was handed to the app; it waits until the app is installed. */
export interface HistoryState {
  /** Id of the next HistoryEvent to turn into deliveries. */
  next: number
  total: number
  done: boolean
}

/** One event of the shop's past, oldest first, with the document as it was then. */
export type HistoryEvent = { id: number; at: IsoTime } & (
  | { topic: 'customers/create'; customer: Customer }
  | { topic: 'orders/create' | 'orders/updated'; order: Order }
)

export interface GiftCard {
  id: number
  code: string
  customerId: number | null
  initial: Cents
  balance: Cents
  expiresOn: string | null
  orderId: number | null
  createdAt: IsoTime
}

/** One per customer and currency. The owner never changes. */
export interface StoreCreditAccount {
  id: number
  customerId: number
  currency: string
  balance: Cents
  createdAt: IsoTime
}

export type StoreCreditEvent = 'ADJUSTMENT' | 'ORDER_PAYMENT' | 'ORDER_CANCELLATION' | 'ORDER_REFUND'

/** One movement of an account, in the account's currency. Ids ascend over all accounts. */
export type StoreCreditTransaction = {
  id: number
  accountId: number
  /** With its sign: what comes in is positive. */
  amount: Cents
  balanceAfter: Cents
  event: StoreCreditEvent
  createdAt: IsoTime
  /** The payment or refund of an order that caused it. */
  orderTransactionId: number | null
} & (
  | {
      kind: 'credit'
      expiresAt: IsoTime | null
      /** Not yet spent; after the end, what was left then. */
      remaining: Cents
      /** How much of `remaining` has been booked as ended. */
      expired: Cents
      /** The customer was written to. */
      notified: boolean
    }
  | {
      kind: 'debit'
      /** Which credits paid for it, in the order in which they were spent, and how much of each came back. */
      spent: { creditId: number; amount: Cents; returned: Cents }[]
    }
  | { kind: 'debit_revert'; debitId: number }
  | { kind: 'expiration'; creditId: number }
)
export type StoreCredit<Kind extends StoreCreditTransaction['kind']> = Extract<
  StoreCreditTransaction,
  { kind: Kind }
>

export interface Segment {
  id: number
  name: string
  query: string
  createdAt: IsoTime
  updatedAt: IsoTime
}

/** The id of the app in this shop; "$app" namespaces resolve to it. */
export const APP_ID = 912_004_711
export const APP_INSTALLATION_ID = 634_900_001

/** "$app:stammgast" or "$app" → the stored namespace. Other namespaces stay as they are. */
export function resolveNamespace(namespace: string): string {
  if (namespace === '$app') return `app--${APP_ID}`
  if (namespace.startsWith('$app:')) return `app--${APP_ID}--${namespace.slice(5)}`
  return namespace
}

/** A date → ISO 8601 in UTC without fractions of a second. */
export function isoTime(at: number | Date): IsoTime {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

export function gid(type: string, id: number): string {
  return `gid://shopify/${type}/${id}`
}

/** The number in a gid, or of a bare number. Throws on anything else. */
export function idOf(value: string | number): number {
  const match = /^(?:gid:\/\/shopify\/\w+\/)?(\d+)$/.exec(String(value))
  if (!match) throw new Error(`Not an id: ${value}; expected gid://shopify/<Type>/<number>`)
  return Number(match[1])
}
