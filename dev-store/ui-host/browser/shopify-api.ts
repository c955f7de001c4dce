/** The `shopify` global of a target, in the shapes of @shopify/ui-extensions 2026.7. */
import type { CartDiscountAllocation, CartLine, Money } from '@shopify/ui-extensions/checkout'
import type { UiCheckout, UiDiscount, UiLine, UiTargetData } from '../page-data.ts'
import {
  CHECKOUT_CHANGED,
  CHECKOUT_TARGET,
  type DiscountCodeChange,
  type DiscountCodeResult,
  ORDER_STATUS_TARGET,
  THANK_YOU_TARGET,
} from '../page-data.ts'
import { createI18n } from '../translate.ts'
import { type HostSignal, type SignalClass, Signals } from './signals.ts'

const gid = (type: string, id: number | string) => `gid://shopify/${type}/${id}`

function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

function money(cents: number, currency: string): Money {
  return { amount: cents / 10 ** minorDigits(currency), currencyCode: currency as Money['currencyCode'] }
}

function allocation(discount: UiDiscount, currency: string): CartDiscountAllocation {
  const discountedAmount = money(discount.amount, currency)
  return discount.code === null
    ? { type: 'automatic', title: discount.title, discountedAmount }
    : { type: 'code', code: discount.code, discountedAmount }
}

function cartLine(line: UiLine, currency: string): CartLine {
  return {
    id: gid('CartLine', line.id),
    quantity: line.quantity,
    cost: { totalAmount: money(line.total, currency) },
    attributes: [],
    discountAllocations: line.discounts.map((discount) => allocation(discount, currency)),
    lineComponents: [],
    parentRelationship: null,
    merchandise: {
      type: 'variant',
      id: gid('ProductVariant', line.variantId),
      title: line.title,
      subtitle: line.variantTitle ?? undefined,
      selectedOptions: [],
      product: { id: gid('Product', line.productId), vendor: line.vendor, productType: line.productType },
      requiresShipping: line.requiresShipping,
      sku: line.sku ?? undefined,
    },
  }
}

/** Everything that follows the checkout. Signals are made on first use: by then `setSignals` has been called. */
function checkoutParts(data: UiTargetData, signals: Signals) {
  let now = data.checkout
  const followers: (() => void)[] = []
  function follow<T>(read: (checkout: UiCheckout) => T): () => HostSignal<T> {
    let signal: HostSignal<T> | undefined
    return () => {
      if (!signal) {
        const made = signals.create(read(now))
        followers.push(() => {
          made.value = read(now)
        })
        signal = made
      }
      return signal
    }
  }
  const sum = (read: (checkout: UiCheckout) => number | null) =>
    follow((checkout) => {
      const cents = read(checkout)
      return cents === null ? undefined : money(cents, checkout.currency)
    })

  const cost = lazy({
    subtotalAmount: sum((checkout) => checkout.subtotal),
    totalShippingAmount: sum((checkout) => checkout.shipping),
    totalTaxAmount: sum((checkout) => checkout.tax),
    totalAmount: sum((checkout) => checkout.total),
  })
  return {
    update(checkout: UiCheckout): void {
      now = checkout
      for (const refresh of followers) refresh()
    },
    parts: {
      lines: follow((checkout) => checkout.lines.map((line) => cartLine(line, checkout.currency))),
      cost: () => cost,
      discountCodes: follow((checkout) => checkout.discountCodes.map((code) => ({ code }))),
      discountAllocations: follow((checkout) =>
        checkout.discounts.map((discount) => allocation(discount, checkout.currency)),
      ),
      checkoutToken: follow((checkout) => checkout.token || undefined),
      instructions: follow((checkout) => ({
        attributes: { canUpdateAttributes: false },
        delivery: { canSelectCustomAddress: false },
        discounts: { canUpdateDiscountCodes: checkout.canUpdateDiscountCodes },
        lines: { canAddCartLine: false, canRemoveCartLine: false, canUpdateCartLine: false },
        metafields: { canSetCartMetafields: false, canDeleteCartMetafield: false },
        notes: { canUpdateNote: false },
      })),
    },
  }
}

/**
 * A fresh token for each ask: how old one is goes by the shop's clock, which a page cannot follow. Calls at once share
 * one request.
 */
function sessionToken() {
  let asking: Promise<string> | undefined
  async function request(): Promise<string> {
    const response = await fetch('/practice/session-token', { method: 'POST' })
    if (!response.ok) throw new Error(`No session token: ${response.status}`)
    return ((await response.json()) as { token: string }).token
  }
  return {
    get(): Promise<string> {
      asking ??= request().finally(() => {
        asking = undefined
      })
      return asking
    },
  }
}

async function applyDiscountCodeChange(
  checkoutToken: string,
  change: DiscountCodeChange,
): Promise<{ type: 'success' } | { type: 'error'; message: string }> {
  const response = await fetch('/practice/ui/discount-code', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ checkout: checkoutToken, change }),
  })
  const result = (await response.json()) as DiscountCodeResult
  if (result.type === 'error') return result
  window.dispatchEvent(new CustomEvent(CHECKOUT_CHANGED, { detail: result.checkout }))
  return { type: 'success' }
}

/** The global, and the way to tell it that the checkout changed. */
export function createShopifyApi(data: UiTargetData): {
  shopify: object
  update(checkout: UiCheckout): void
} {
  const signals = new Signals()
  const once = <T>(value: T) => lazySignal(signals, value)
  const { parts, update } = checkoutParts(data, signals)
  const language = { isoCode: data.locale }
  const localization = lazy({
    currency: once({ isoCode: data.checkout.currency }),
    timezone: once(data.timeZone),
    language: once(language),
    extensionLanguage: once(language),
    country: once({ isoCode: data.countryCode }),
    market: once(undefined),
  })
  const customer = data.customerId === null ? undefined : { id: gid('Customer', data.customerId) }
  const buyerIdentity = lazy({
    customer: once(customer),
    // Name, e-mail and phone need protected customer data of level 2, which the app does not ask for.
    email: once(undefined),
    phone: once(undefined),
    purchasingCompany: once(undefined),
  })
  const extension = lazy({
    apiVersion: () => data.apiVersion,
    capabilities: once(data.networkAccess ? ['network_access'] : []),
    rendered: once(true),
    scriptUrl: () => data.scriptUrl,
    target: () => data.target,
  })
  const constants = {
    setSignals: (signalClass: SignalClass) => signals.use(signalClass),
    extension,
    extensionPoint: data.target,
    version: data.apiVersion,
    i18n: createI18n(data.translations, data.locale, data.checkout.currency, data.timeZone),
    localization,
    sessionToken: sessionToken(),
    shop: { ...data.shop, id: gid('Shop', data.shop.id) },
    buyerIdentity,
  }
  const shopify = lazy({
    ...Object.fromEntries(Object.entries(constants).map(([key, value]) => [key, () => value])),
    ...parts,
    settings: once({}),
    appMetafields: once([]),
    attributes: once([]),
    note: once(undefined),
    ...targetParts(data, once, customer),
  })
  return { shopify: strict(shopify, data.target), update }
}

function targetParts(
  data: UiTargetData,
  once: <T>(value: T) => () => unknown,
  customer: { id: string } | undefined,
): Record<string, () => unknown> {
  const { order } = data
  if (data.target === CHECKOUT_TARGET) {
    return {
      applyDiscountCodeChange: () => (change: DiscountCodeChange) =>
        applyDiscountCodeChange(data.checkout.token, change),
    }
  }
  if (!order) throw new Error(`${data.target} needs an order`)
  if (data.target === THANK_YOU_TARGET) {
    return {
      orderConfirmation: once({
        // The order itself may not be there yet when Shopify shows this page; this is the id it gives then.
        order: { id: gid('OrderIdentity', order.id) },
        number: order.confirmationNumber,
        isFirstOrder: order.isFirstOrder,
      }),
    }
  }
  if (data.target === ORDER_STATUS_TARGET) {
    const authenticatedAccount = lazy({ customer: once(customer), purchasingCompany: once(undefined) })
    return {
      order: once({
        id: gid('Order', order.id),
        name: order.name,
        confirmationNumber: order.confirmationNumber,
        processedAt: order.processedAt,
        cancelledAt: order.cancelledAt ?? undefined,
      }),
      authenticatedAccount: () => authenticatedAccount,
      authenticationState: once(customer ? 'fully_authenticated' : 'pre_authenticated'),
      requireLogin: () => async () => window.location.assign(`${data.shop.storefrontUrl}/account`),
    }
  }
  throw new Error(`Unknown target ${data.target}`)
}

function lazySignal<T>(signals: Signals, value: T): () => HostSignal<T> {
  let signal: HostSignal<T> | undefined
  return () => {
    signal ??= signals.create(value)
    return signal
  }
}

/** An object whose properties are computed when read. */
function lazy(getters: Record<string, () => unknown>): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [key, get] of Object.entries(getters)) {
    Object.defineProperty(object, key, { get, enumerable: true })
  }
  return object
}

/** Optional in Shopify's own types: reading them must not fail. */
const MAY_BE_ABSENT = new Set(['shippingAddress', 'billingAddress', 'localizedFields', 'then', 'toJSON'])

/** A property that the host does not offer fails loudly instead of being undefined. */
function strict(shopify: Record<string, unknown>, target: string): object {
  return new Proxy(shopify, {
    get(object, key) {
      if (typeof key === 'string' && !(key in object) && !MAY_BE_ABSENT.has(key)) {
        throw new Error(`The practice store does not offer shopify.${key} to ${target}`)
      }
      return object[key as string]
    },
  })
}
