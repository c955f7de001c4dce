/** The frame around every page of the merchant's admin: top bar, navigation, language switch. */
import { type AdminLocale, escapeHtml, type Words } from './html.ts'

export { type AdminLocale, adminLocale, escapeHtml, jsonForScript, type Words } from './html.ts'

export type AdminSection =
  | 'home'
  | 'orders'
  | 'products'
  | 'customers'
  | 'discounts'
  | 'app'
  | 'webhooks'
  | 'clock'
  | 'admin-api'

export interface AdminPage {
  title: string
  /** Which entry of the navigation is the current one. */
  active: AdminSection
  locale: AdminLocale
  /** Trusted HTML of the page: escape what comes from data with `escapeHtml`. */
  body: string
  shopName?: string
  /** The body fills the whole area beside the navigation, without margins (the app's frame). */
  bare?: boolean
  /** Trusted HTML at the end of the document (scripts of this page). */
  scripts?: string
}

const ENTRIES: { section: AdminSection; href: string; words: Words; group: 'shop' | 'app' | 'practice' }[] = [
  { section: 'home', href: '/admin', words: { de: 'Start', en: 'Home' }, group: 'shop' },
  { section: 'orders', href: '/admin/orders', words: { de: 'Bestellungen', en: 'Orders' }, group: 'shop' },
  { section: 'products', href: '/admin/products', words: { de: 'Produkte', en: 'Products' }, group: 'shop' },
  { section: 'customers', href: '/admin/customers', words: { de: 'Kunden', en: 'Customers' }, group: 'shop' },
  {
    section: 'discounts',
    href: '/admin/discounts',
    words: { de: 'Rabatte', en: 'Discounts' },
    group: 'shop',
  },
  {
    section: 'app',
    href: '/admin/apps/stammgast',
    words: { de: 'Stammgast', en: 'Stammgast' },
    group: 'app',
  },
  {
    section: 'webhooks',
    href: '/admin/webhooks',
    words: { de: 'Webhooks', en: 'Webhooks' },
    group: 'practice',
  },
  {
    section: 'clock',
    href: '/admin/clock',
    words: { de: 'Uhr', en: 'Clock' },
    group: 'practice',
  },
  {
    section: 'admin-api',
    href: '/admin/admin-api',
    words: { de: 'Admin-API', en: 'Admin API' },
    group: 'practice',
  },
]

const GROUPS: Record<'app' | 'practice', Words> = {
  app: { de: 'Apps', en: 'Apps' },
  practice: { de: 'Übungsladen', en: 'Practice store' },
}

const WORDS = {
  skip: { de: 'Zum Inhalt', en: 'Skip to content' },
  menu: { de: 'Menü', en: 'Menu' },
  navigation: { de: 'Hauptnavigation', en: 'Main navigation' },
  language: { de: 'Sprache', en: 'Language' },
  storefront: { de: 'Onlineshop', en: 'Online store' },
  till: { de: 'Kasse', en: 'Till' },
  unsaved: { de: 'Nicht gespeicherte Änderungen', en: 'Unsaved changes' },
} satisfies Record<string, Words>

/** A whole HTML document of the merchant's admin. */
export function adminLayout(page: AdminPage): string {
  const t = (words: Words) => escapeHtml(words[page.locale])
  const shopName = page.shopName ?? 'Kontor Lindental'
  return `<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} · ${escapeHtml(shopName)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/admin/assets/frame.css">
</head>
<body${page.bare ? ' class="bare"' : ''}>
<a class="skip" href="#content">${t(WORDS.skip)}</a>
<header class="top-bar">
  <button type="button" id="menu-button" class="menu-button" aria-expanded="false" aria-controls="navigation">
    <span aria-hidden="true">☰</span> <span class="menu-word">${t(WORDS.menu)}</span>
  </button>
  <a class="shop-name" href="/admin">${escapeHtml(shopName)}</a>
  <div id="save-bar" class="save-bar" role="region" aria-label="${t(WORDS.unsaved)}" hidden></div>
  <div class="top-links">
    <a href="${page.locale === 'de' ? '/' : '/en/'}" target="_blank">${t(WORDS.storefront)}</a>
    <a href="/till" target="_blank">${t(WORDS.till)}</a>
    <span class="languages" role="group" aria-label="${t(WORDS.language)}">${languageSwitch(page.locale)}</span>
  </div>
  <div id="loading-bar" class="loading-bar" hidden></div>
</header>
<div class="columns">
<nav id="navigation" class="navigation" aria-label="${t(WORDS.navigation)}">${navigation(page)}</nav>
<main id="content" class="content" tabindex="-1">${page.bare ? page.body : `<div class="page"><h1>${escapeHtml(page.title)}</h1>${page.body}</div>`}</main>
</div>
<div id="toasts" class="toasts" role="status" aria-live="polite"></div>
<script src="/admin/assets/layout.js"></script>
${page.scripts ?? ''}</body>
</html>`
}

function languageSwitch(current: AdminLocale): string {
  const names: Words = { de: 'Deutsch', en: 'English' }
  return (['de', 'en'] as const)
    .map((locale) => {
      const state = locale === current ? ' aria-current="true"' : ''
      return `<a href="/admin/locale?to=${locale}" lang="${locale}" hreflang="${locale}"${state}>${names[locale]}</a>`
    })
    .join('')
}

function navigation(page: AdminPage): string {
  const list = (group: 'shop' | 'app' | 'practice') =>
    `<ul>${ENTRIES.filter((entry) => entry.group === group)
      .map((entry) => {
        const current = entry.section === page.active ? ' aria-current="page"' : ''
        const subNavigation =
          entry.section === 'app' ? '<ul id="app-navigation" class="sub" hidden></ul>' : ''
        return `<li><a href="${entry.href}"${current}>${escapeHtml(entry.words[page.locale])}</a>${subNavigation}</li>`
      })
      .join('')}</ul>`
  const heading = (group: 'app' | 'practice') =>
    `<p class="group">${escapeHtml(GROUPS[group][page.locale])}</p>`
  return `${list('shop')}${heading('app')}${list('app')}${heading('practice')}${list('practice')}`
}
