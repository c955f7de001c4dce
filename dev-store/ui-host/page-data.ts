/**
 * What the practice store tells a UI extension's page, as JSON. Money is integer minor units (cents), ids are
 * the numbers inside gids, as in `dev-store/model.ts`; the browser side turns them into Shopify's shapes.
 */
import type { Cents, IsoTime, Locale } from '../model.ts'
import type { Translations } from './translate.ts'

export const CHECKOUT_TARGET = 'purchase.checkout.block.render'
export const THANK_YOU_TARGET = 'purchase.thank-you.block.render'
export const ORDER_STATUS_TARGET = 'customer-account.order-status.block.render'
export type UiTarget = typeof CHECKOUT_TARGET | typeof THANK_YOU_TARGET | typeof ORDER_STATUS_TARGET

/** The page fires this on `window` with a UiCheckout as `detail` whenever lines, totals or codes changed. */
export const CHECKOUT_CHANGED = 'practice:checkout-changed'

/** One discount's share. `code` is null for an automatic discount. */
export interface UiDiscount {
  amount: Cents
  code: string | null
  title: string
}

export interface UiLine {
  /** Any string that stays the same while the line is in the cart. */
  id: string
  productId: number
  variantId: number
  title: string
  variantTitle: string | null
  vendor: string
  productType: string
  sku: string | null
  quantity: number
  requiresShipping: boolean
  /** Of the whole quantity, after discounts on this line, before discounts on the whole cart. */
  total: Cents
  /** Discounts on this line alone; already taken off `total`. */
  discounts: UiDiscount[]
}

export interface UiCheckout {
  token: string
  currency: string
  lines: UiLine[]
  discountCodes: string[]
  /** Discounts on the whole cart, not yet taken off the lines. */
  discounts: UiDiscount[]
  subtotal: Cents
  shipping: Cents | null
  tax: Cents | null
  total: Cents
  canUpdateDiscountCodes: boolean
}

export interface UiOrder {
  id: number
  name: string
  confirmationNumber: string
  isFirstOrder: boolean
  processedAt: IsoTime
  cancelledAt: IsoTime | null
}

export interface UiTargetData {
  target: UiTarget
  handle: string
  apiVersion: string
  scriptUrl: string
  networkAccess: boolean
  translations: Translations
  locale: Locale
  timeZone: string
  countryCode: string
  shop: { id: number; name: string; myshopifyDomain: string; storefrontUrl: string }
  /** The signed-in customer's id, or null for an anonymous buyer. */
  customerId: number | null
  checkout: UiCheckout
  order: UiOrder | null
}

/** The sale that was just rung up. */
export interface UiTillOrder {
  id: number
  name: string
  customerId: number | null
}

/** What the page of the till tells its extensions. */
export interface UiTillData {
  extensions: { handle: string; targets: string[]; translations: Translations }[]
  appUrl: string
  apiVersion: string
  locale: Locale
  currency: string
  timeZone: string
  shop: { id: number; domain: string }
  staffId: number
  order: UiTillOrder | null
}

/** What `applyDiscountCodeChange` sends, and what the practice checkout answers. */
export interface DiscountCodeChange {
  type: 'addDiscountCode' | 'removeDiscountCode'
  code: string
}
export type DiscountCodeResult =
  | { type: 'success'; checkout: UiCheckout }
  | { type: 'error'; message: string }
