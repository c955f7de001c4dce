/** The HTML that puts UI extensions into a page of the practice store. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../context.ts'
import type { Locale, Shop } from '../model.ts'
import { readTranslations, readUiExtension, type UiExtension } from './bundle.ts'
import type { UiCheckout, UiOrder, UiTarget, UiTargetData, UiTillData } from './page-data.ts'

/** The part of the practice store's context that the host needs. */
export interface UiHostContext {
  settings: Pick<Settings, 'origin' | 'appUrl' | 'apiKey' | 'apiSecret' | 'projectRoot'>
  store: { readonly shop: Shop; now?(): number }
}

export interface RenderOptions {
  context: UiHostContext
  target: UiTarget
  locale: Locale
  /** The signed-in customer, or null for an anonymous buyer. */
  customer: { id: number } | null
  /** The checkout as it is now; after the purchase, as it was. */
  checkout?: UiCheckout
  /** Required after the purchase. */
  order?: UiOrder
}

/**
 * A mount point for every extension that has this target, its data, and the script that starts it; '' when no
 * extension has it. Put it where the merchant would place the block.
 */
export function renderExtensionTargets(options: RenderOptions): string {
  const { context, target } = options
  const extensions = uiExtensionsIn(context.settings.projectRoot).filter((extension) =>
    extension.targets.some((one) => one.target === target),
  )
  if (extensions.length === 0) return ''
  const blocks = extensions.map((extension) => {
    const data = JSON.stringify(targetData(extension, options)).replaceAll('<', '\\u003c')
    return `<div data-ui-extension="${extension.handle}" data-target="${target}"><script type="application/json">${data}</script></div>`
  })
  return `${blocks.join('\n')}\n<script type="module" src="/practice/ui-host.js"></script>`
}

function targetData(extension: UiExtension, options: RenderOptions): UiTargetData {
  const { context, target, locale, customer, checkout, order } = options
  const { shop } = context.store
  return {
    target,
    handle: extension.handle,
    apiVersion: extension.apiVersion,
    scriptUrl: `/practice/extensions/${extension.handle}/${target}.js`,
    networkAccess: extension.networkAccess,
    translations: readTranslations(extension.directory, locale),
    locale,
    timeZone: shop.timeZone,
    countryCode: shop.countryCode,
    shop: {
      id: shop.id,
      name: shop.name,
      myshopifyDomain: shop.domain,
      // German is the shop's first language and has no prefix.
      storefrontUrl: locale === 'de' ? context.settings.origin : `${context.settings.origin}/${locale}`,
    },
    customerId: customer?.id ?? null,
    checkout: checkout ?? emptyCheckout(shop.currency),
    order: order ?? null,
  }
}

/** The data and the script that put extensions into the till's own places; '' when none is for a till. */
export function renderTill(
  { settings, store: { shop } }: UiHostContext,
  { locale, staffId, order }: Pick<UiTillData, 'locale' | 'staffId' | 'order'>,
): string {
  const found = uiExtensionsIn(settings.projectRoot).filter(isForTill)
  const [first] = found
  if (!first) return ''
  const data: UiTillData = {
    extensions: found.map(({ handle, directory, targets }) => ({
      handle,
      targets: targets.map(({ target }) => target),
      translations: readTranslations(directory, locale),
    })),
    appUrl: settings.appUrl,
    apiVersion: first.apiVersion,
    locale,
    currency: shop.currency,
    timeZone: shop.timeZone,
    shop: { id: shop.id, domain: shop.domain },
    staffId,
    order,
  }
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  return `<script type="application/json" id="till-data">${json}</script>
<script type="module" src="/practice/till-host.js"></script>`
}

const isForTill = ({ targets }: UiExtension) => targets.some(({ target }) => target.startsWith('pos.'))

function emptyCheckout(currency: string): UiCheckout {
  return {
    token: '',
    currency,
    lines: [],
    discountCodes: [],
    discounts: [],
    subtotal: 0,
    shipping: null,
    tax: null,
    total: 0,
    canUpdateDiscountCodes: false,
  }
}

/** Every UI extension of the project, read anew on each call: a handful of small files. */
export function uiExtensionsIn(projectRoot: string): UiExtension[] {
  const folder = join(projectRoot, 'extensions')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((directory) => isUiExtension(join(directory, 'shopify.extension.toml')))
    .map(readUiExtension)
}

function isUiExtension(toml: string): boolean {
  return existsSync(toml) && /^\s*type\s*=\s*"ui_extension"/m.test(readFileSync(toml, 'utf8'))
}
