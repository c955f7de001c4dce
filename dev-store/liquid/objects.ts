import { Drop } from 'liquidjs'
import { type Metafield, resolveNamespace } from '../model.ts'
import type { ThemeContext } from './context.ts'
import { moneyFormat } from './money.ts'

/** A metafield as Liquid shows it: json and numbers are parsed, everything else is text. */
function metafieldObject(row: Metafield) {
  const parsed = /^(json|number_integer|boolean|list\..*)$/.test(row.type)
  return { value: parsed ? JSON.parse(row.value) : row.value, type: row.type }
}

class Namespace extends Drop {
  #rows: Metafield[]

  constructor(rows: Metafield[]) {
    super()
    this.#rows = rows
  }

  override liquidMethodMissing(key: string) {
    const row = this.#rows.find((candidate) => candidate.key === key)
    return row && metafieldObject(row)
  }
}

/** `owner.metafields`: by namespace, then by key. "$app:x" is the app's own reserved namespace. */
export class Metafields extends Drop {
  #rows: Metafield[]

  constructor(rows: Metafield[]) {
    super()
    this.#rows = rows
  }

  override liquidMethodMissing(name: string) {
    const namespace = resolveNamespace(name)
    return new Namespace(this.#rows.filter((row) => row.namespace === namespace))
  }
}

function productObject({ product, locale, variantId, root = '' }: ThemeContext) {
  if (!product) return null
  const variants = product.variants.map((variant) => ({
    id: variant.id,
    title: variant.title[locale],
    sku: variant.sku,
    price: variant.price,
    available: true,
  }))
  const chosen = variants.find((variant) => variant.id === variantId)
  const prices = variants.map((variant) => variant.price)
  return {
    id: product.id,
    handle: product.handle,
    title: product.title[locale],
    description: product.description[locale],
    vendor: product.vendor,
    type: product.productType,
    tags: product.tags,
    url: `${root}/products/${product.handle}`,
    'gift_card?': product.giftCard,
    available: true,
    variants,
    selected_variant: chosen ?? null,
    first_available_variant: variants[0],
    selected_or_first_available_variant: chosen ?? variants[0],
    price: Math.min(...prices),
    price_min: Math.min(...prices),
    price_max: Math.max(...prices),
    price_varies: new Set(prices).size > 1,
    collections: product.collections.map((collection) => ({
      id: collection.id,
      handle: collection.handle,
      title: collection.title[locale],
    })),
    metafields: new Metafields([]),
  }
}

function customerObject({ customer }: ThemeContext) {
  if (!customer) return null
  return {
    id: customer.id,
    first_name: customer.firstName,
    last_name: customer.lastName,
    name: `${customer.firstName} ${customer.lastName}`,
    email: customer.email,
    tags: customer.tags,
    has_account: true,
    store_credit_account: customer.storeCredit === undefined ? null : { balance: customer.storeCredit },
    metafields: new Metafields(customer.metafields),
  }
}

/** Shopify's global objects for one page. */
export function globalObjects(context: ThemeContext) {
  const { shop, locale, page, root = '' } = context
  const currency = context.currency ?? shop.currency
  const language = { iso_code: locale, primary: locale === shop.locales[0], root_url: root || '/' }
  return {
    shop: {
      id: shop.id,
      name: shop.name,
      currency: shop.currency,
      domain: shop.domain,
      permanent_domain: shop.domain,
      url: `https://${shop.domain}`,
      money_format: moneyFormat(shop.currency),
      metafields: new Metafields([]),
    },
    app: { metafields: new Metafields(context.appMetafields) },
    customer: customerObject(context),
    product: productObject(context),
    cart: { currency: { iso_code: currency }, item_count: context.cartPieces ?? 0 },
    request: { locale: language, page_type: page, path: root || '/', design_mode: false },
    localization: { language, country: { iso_code: shop.countryCode, currency: { iso_code: currency } } },
    template: { name: page, directory: null, suffix: null },
    routes: {
      root_url: root || '/',
      account_url: `${root}/account`,
      account_login_url: `${root}/account/login`,
      account_logout_url: `${root}/account/logout`,
      account_register_url: `${root}/account/register`,
      storefront_login_url: `${root}/account/login`,
      cart_url: `${root}/cart`,
      search_url: `${root}/search`,
      collections_url: `${root}/collections`,
      all_products_collection_url: `${root}/collections/all`,
    },
  }
}
