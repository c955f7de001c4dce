import { storeCreditAccountsOf } from '../deeds/store-credit-deeds.ts'
import type { Cents, Collection, Customer, Locale, Metafield, Product, Shop } from '../model.ts'
import type { Store } from '../store.ts'

/** What a storefront page knows when it draws the extension's blocks. */
export interface ThemeContext {
  shop: Shop
  /** Signed in, with the metafields that a storefront may read and the store credit in the shop's currency; null: a guest. */
  customer: (Customer & { metafields: Metafield[]; storeCredit?: Cents }) | null
  /** On product pages, with the collections it is in. */
  product: (Product & { collections: Collection[] }) | null
  /** Owned by the app's installation; Liquid reads them as `app.metafields`. */
  appMetafields: Metafield[]
  locale: Locale
  /** Shopify's page type: "index", "product", "collection", "cart", "customers/account"… */
  page: string
  /** Currency the shopper sees; the shop's when left out. */
  currency?: string
  /** Variant chosen by ?variant=; the first one when left out. */
  variantId?: number
  /** Epoch milliseconds; the present moment when left out. */
  now?: number
  /** Prefix of the language's addresses: "/en"; empty for the shop's first language. */
  root?: string
  /** Pieces in the cart. */
  cartPieces?: number
}

export interface PageFacts {
  customerId: number | null
  productId: number | null
  locale: Locale
  page: string
  variantId?: number
  root?: string
  cartPieces?: number
}

/**
 * Reads from the store what the page's blocks may see. An app's metafield on a customer is seen by Liquid only if its
 * definition gives the storefront access, as in a real shop; app-data metafields need no definition.
 */
export function themeContext(store: Store, facts: PageFacts): ThemeContext {
  const customer = facts.customerId === null ? undefined : store.customers.get(String(facts.customerId))
  const product = facts.productId === null ? undefined : store.products.get(String(facts.productId))
  const readable = new Set(
    store.metafieldDefinitions
      .filter((row) => row.ownerType === 'CUSTOMER' && row.access.storefront === 'PUBLIC_READ')
      .map((row) => `${row.namespace} ${row.key}`),
  )
  return {
    now: store.now(),
    shop: store.shop,
    customer: customer
      ? {
          ...customer,
          ...storeCreditIn(store, customer.id),
          metafields: store
            .metafieldsOf('CUSTOMER', customer.id)
            .filter(
              (row) => !row.namespace.startsWith('app--') || readable.has(`${row.namespace} ${row.key}`),
            ),
        }
      : null,
    product: product
      ? { ...product, collections: store.collections.filter((row) => product.collectionIds.includes(row.id)) }
      : null,
    appMetafields: store.metafieldsOf('APP_INSTALLATION', store.installation.id),
    locale: facts.locale,
    page: facts.page,
    ...(facts.variantId === undefined ? {} : { variantId: facts.variantId }),
    ...(facts.root === undefined ? {} : { root: facts.root }),
    ...(facts.cartPieces === undefined ? {} : { cartPieces: facts.cartPieces }),
  }
}

/** Nothing without an account in the currency that the storefront shows. */
function storeCreditIn(store: Store, customerId: number): { storeCredit?: Cents } {
  const accounts = storeCreditAccountsOf(store, customerId)
  const account = accounts.find((one) => one.currency === store.shop.currency)
  return account ? { storeCredit: account.balance } : {}
}
