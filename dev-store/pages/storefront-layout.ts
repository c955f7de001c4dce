/** The frame of every storefront page, with the app's embeds in head and body. */
import { readFileSync } from 'node:fs'
import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { PracticeContext } from '../context.ts'
import { renderBlocks, themeContext } from '../liquid/render.ts'
import type { Locale } from '../model.ts'
import { type RenderOptions, renderExtensionTargets, renderTill } from '../ui-host/index.ts'
import { customerOf, readSession } from './session.ts'
import { words } from './words.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface StorefrontPage {
  title: string
  locale: Locale
  /** Shopify's page type, as Liquid's `request.page_type`. */
  page: string
  body: Html
  productId?: number
  variantId?: number
  /** Path of this page without the language's prefix, for the language switch. */
  path: string
  /** Checkout pages carry no navigation and no widget, as in Shopify. */
  bare?: boolean
}

const stylesheet = readFileSync(new URL('./assets/storefront.css', import.meta.url), 'utf8')
export const STYLESHEET_PATH = '/practice/storefront.css'

export function storefrontStylesheet(): string {
  return stylesheet
}

/** Address prefix of a language: German has none. */
export function root(locale: Locale): string {
  return locale === 'de' ? '' : '/en'
}

export async function storefrontPage(
  context: PracticeContext,
  c: Context,
  page: StorefrontPage,
  status: 200 | 404 | 422 = 200,
): Promise<Response> {
  const { store } = context
  const { locale } = page
  const t = words(locale)
  const session = readSession(store, c)
  const customer = customerOf(store, session)
  const pieces = session.cart.reduce((sum, line) => sum + line.quantity, 0)
  const facts = {
    cartPieces: pieces,
    customerId: customer?.id ?? null,
    productId: page.productId ?? null,
    locale,
    page: page.page,
    root: root(locale),
    ...(page.variantId === undefined ? {} : { variantId: page.variantId }),
  }
  const theme = themeContext(store, facts)
  const [head, embeds] =
    page.bare || isUninstalled(store)
      ? ['', '']
      : await Promise.all([
          renderBlocks({ ...theme, target: 'head' }),
          renderBlocks({ ...theme, target: 'body' }),
        ])
  const header = html`<header class="site-header">
    <a class="brand" href="${root(locale)}/">${store.shop.name}</a>
    ${
      page.bare
        ? ''
        : html`<nav aria-label="${t.mainNavigation}"><ul>${store.collections
            .all()
            .map(
              (one) =>
                html`<li><a class="nav-link" href="${root(locale)}/collections/${one.handle}"${page.path === `/collections/${one.handle}` ? raw(' aria-current="page"') : ''}>${one.title[locale]}</a></li>`,
            )}</ul></nav>`
    }
    <div class="header-links">
      ${languageLinks(page)}
      ${customer ? html`<a href="${root(locale)}/account">${customer.firstName}</a>` : html`<a href="${root(locale)}/account/login">${t.signIn}</a>`}
      <a class="cart-link" href="${root(locale)}/cart">${t.cart} <span class="count">${pieces}</span></a>
    </div>
  </header>`
  const document = html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} – ${store.shop.name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLESHEET_PATH}">
${raw(head)}
</head>
<body>
<a class="skip" href="#main">${t.skip}</a>
${header}
<main id="main" tabindex="-1">${page.body}</main>
<footer class="site-footer"><p>${t.practiceNote}</p>
<p><a href="${root(locale)}/">${t.allProducts}</a> · <a href="${root(locale)}/account">${t.account}</a> · <a href="/till">${t.till}</a> · <a href="/admin">Admin</a></p></footer>
${raw(embeds)}
</body>
</html>`
  return c.html(await document, status)
}

function languageLinks(page: StorefrontPage): Html {
  const names = { de: 'Deutsch', en: 'English' }
  return html`<span class="languages" role="group" aria-label="${words(page.locale).language}">${(
    ['de', 'en'] as const
  ).map(
    (locale) =>
      html`<a lang="${locale}" hreflang="${locale}" href="${root(locale)}${page.path}"${page.locale === locale ? raw(' aria-current="true"') : ''}>${names[locale]}</a>`,
  )}</span>`
}

/**
 * App blocks and UI extensions vanish with the app and are back in their places, with their settings, when it is
 * installed again: https://community.shopify.com/t/89667. Before the first installation the practice theme has them
 * already. What the app has written to customers stays: it can no longer reach it, and nobody else removes it.
 */
function isUninstalled({ installation }: PracticeContext['store']): boolean {
  return installation.uninstalledAt !== null && !installation.installed
}

/** What the app's UI extensions show at a target. */
export function uiBlock(
  context: PracticeContext,
  options: Omit<RenderOptions, 'context'>,
): HtmlEscapedString {
  return raw(isUninstalled(context.store) ? '' : renderExtensionTargets({ context, ...options }))
}

/** What the app's UI extensions show at the till. */
export function tillExtensions(
  context: PracticeContext,
  options: Parameters<typeof renderTill>[1],
): HtmlEscapedString {
  return raw(isUninstalled(context.store) ? '' : renderTill(context, options))
}

/** One app block in the page's flow: "" when the extension has none of that name. */
export async function appBlock(
  context: PracticeContext,
  c: Context,
  options: { locale: Locale; page: string; block: string; productId?: number; variantId?: number },
): Promise<HtmlEscapedString> {
  if (isUninstalled(context.store)) return raw('')
  const theme = themeContext(context.store, {
    customerId: customerOf(context.store, readSession(context.store, c))?.id ?? null,
    productId: options.productId ?? null,
    locale: options.locale,
    page: options.page,
    root: root(options.locale),
    ...(options.variantId === undefined ? {} : { variantId: options.variantId }),
  })
  return raw(await renderBlocks({ ...theme, target: 'section', block: options.block }))
}
