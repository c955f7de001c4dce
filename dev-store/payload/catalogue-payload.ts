/** Products, collections and the shop as in Shopify's webhooks. */
import { decimal } from '../commerce/money.ts'
import { type Collection, gid, type Product, type Shop, type Variant } from '../model.ts'
import { localTime } from './shared.ts'

export function productPayload(product: Product, shop: Shop) {
  return {
    admin_graphql_api_id: gid('Product', product.id),
    body_html: product.description.de,
    created_at: localTime(product.createdAt, shop.timeZone),
    handle: product.handle,
    id: product.id,
    product_type: product.productType,
    published_at: localTime(product.createdAt, shop.timeZone),
    template_suffix: null,
    title: product.title.de,
    updated_at: localTime(product.updatedAt, shop.timeZone),
    vendor: product.vendor,
    status: product.status,
    published_scope: 'web',
    tags: product.tags.join(', '),
    variants: product.variants.map((variant, index) => variantPayload(product, variant, index, shop)),
    options: [],
    images: [],
    image: null,
    media: [],
    variant_gids: product.variants.map((variant) => ({
      admin_graphql_api_id: gid('ProductVariant', variant.id),
      updated_at: product.updatedAt,
    })),
    has_variants_that_requires_components: false,
    category: null,
  }
}

function variantPayload(product: Product, variant: Variant, index: number, shop: Shop) {
  return {
    admin_graphql_api_id: gid('ProductVariant', variant.id),
    barcode: null,
    compare_at_price: null,
    created_at: localTime(product.createdAt, shop.timeZone),
    id: variant.id,
    inventory_policy: 'deny',
    position: index + 1,
    price: decimal(variant.price),
    product_id: product.id,
    sku: variant.sku,
    taxable: !product.giftCard,
    title: variant.title.de,
    updated_at: localTime(product.updatedAt, shop.timeZone),
    option1: variant.title.de,
    option2: null,
    option3: null,
    image_id: null,
    inventory_item_id: variant.inventoryItemId,
    inventory_quantity: 75,
    old_inventory_quantity: 75,
  }
}

export function collectionPayload(collection: Collection, shop: Shop) {
  return {
    id: collection.id,
    handle: collection.handle,
    title: collection.title.de,
    updated_at: localTime(collection.updatedAt, shop.timeZone),
    body_html: collection.description.de,
    published_at: localTime(collection.createdAt, shop.timeZone),
    sort_order: 'manual',
    template_suffix: null,
    published_scope: 'web',
    admin_graphql_api_id: gid('Collection', collection.id),
  }
}

export function collectionDeletePayload(collection: Collection) {
  return {
    id: collection.id,
    published_scope: 'web',
    admin_graphql_api_id: gid('Collection', collection.id),
  }
}

/** Body of shop/update and app/uninstalled. */
export function shopPayload(shop: Shop) {
  return {
    id: shop.id,
    name: shop.name,
    email: shop.email,
    domain: shop.domain,
    province: '',
    country: shop.countryCode,
    address1: 'Musterweg 12',
    zip: '00000',
    city: 'Lindental',
    source: null,
    phone: '',
    latitude: null,
    longitude: null,
    primary_locale: shop.locales[0] ?? 'de',
    address2: null,
    created_at: localTime(shop.createdAt, shop.timeZone),
    updated_at: localTime(shop.updatedAt, shop.timeZone),
    country_code: shop.countryCode,
    country_name: 'Germany',
    currency: shop.currency,
    customer_email: shop.email,
    timezone: '(GMT+01:00) Berlin',
    iana_timezone: shop.timeZone,
    shop_owner: 'Mara Beispiel',
    money_format: '{{amount_with_comma_separator}} €',
    money_with_currency_format: '{{amount_with_comma_separator}} EUR',
    weight_unit: 'kg',
    province_code: '',
    taxes_included: shop.taxesIncluded,
    auto_configure_tax_inclusivity: null,
    tax_shipping: null,
    county_taxes: null,
    plan_display_name: 'Basic',
    plan_name: 'basic',
    has_discounts: true,
    has_gift_cards: true,
    myshopify_domain: shop.domain,
    google_apps_domain: null,
    google_apps_login_enabled: null,
    money_in_emails_format: '{{amount_with_comma_separator}} €',
    money_with_currency_in_emails_format: '{{amount_with_comma_separator}} EUR',
    eligible_for_payments: true,
    requires_extra_payments_agreement: false,
    password_enabled: null,
    has_storefront: true,
    finances: true,
    primary_location_id: 71_000_000_001,
    checkout_api_supported: true,
    multi_location_enabled: true,
    setup_required: false,
    pre_launch_enabled: false,
    enabled_presentment_currencies: [shop.currency],
    marketing_sms_consent_enabled_at_checkout: false,
    transactional_sms_disabled: false,
  }
}
