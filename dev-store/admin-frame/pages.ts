/** The admin's own pages: start, the app, discounts, and the switch for the Admin API. */
import { randomUUID } from 'node:crypto'

import { DISTURBANCES, type Disturbance, type DisturbanceKind } from '../admin-api/disturbance.ts'
import type { ThrottleStatus } from '../admin-api/throttle.ts'
import { discountStatus } from '../commerce/discounts.ts'
import { decimal } from '../commerce/money.ts'
import type { DiscountNode } from '../model.ts'
import type { Store } from '../store.ts'
import { type AdminLocale, escapeHtml, type Words } from './html.ts'

const say = (locale: AdminLocale, de: string, en: string) => escapeHtml(locale === 'de' ? de : en)

export function homeBody(store: Store, locale: AdminLocale): string {
  const numbers = new Intl.NumberFormat(locale)
  const facts: [string, number, string][] = [
    [say(locale, 'Bestellungen', 'Orders'), store.orders.size, '/admin/orders'],
    [say(locale, 'Kunden', 'Customers'), store.customers.size, '/admin/customers'],
    [say(locale, 'Produkte', 'Products'), store.products.size, '/admin/products'],
    [say(locale, 'Rabatte', 'Discounts'), store.discounts.size, '/admin/discounts'],
  ]
  const rows = facts
    .map(
      ([name, count, href]) =>
        `<tr><td><a href="${href}">${name}</a></td><td class="number">${numbers.format(count)}</td></tr>`,
    )
    .join('')
  const lead = say(
    locale,
    'Ein Übungsladen auf Ihrem Rechner: Er verhält sich zur App wie Shopify. Alle Namen und Bestellungen sind erfunden.',
    'A practice store on your machine: it behaves towards the app as Shopify does. All names and orders are made up.',
  )
  const table = `<div class="card"><table><tbody>${rows}</tbody></table></div>`
  return `<p class="quiet">${lead}</p>${table}${installationCard(store, locale)}`
}

/** Whether the app is there, with the button that installs or removes it. */
export function installationCard(store: Store, locale: AdminLocale): string {
  const { installed } = store.installation
  const state = installed
    ? say(locale, 'Stammgast ist installiert.', 'Stammgast is installed.')
    : say(locale, 'Stammgast ist nicht installiert.', 'Stammgast is not installed.')
  const open = `<a class="button primary" href="/admin/apps/stammgast">${say(locale, 'App öffnen', 'Open app')}</a>`
  const action = (path: string, label: string, className: string) =>
    `<form method="post" action="${path}"><button class="${className}">${label}</button></form>`
  const actions = installed
    ? `${open}${action('/admin/frame/uninstall', say(locale, 'Deinstallieren', 'Uninstall'), '')}`
    : action('/practice/install', say(locale, 'App installieren', 'Install app'), 'primary')
  return `<div class="card"><h2>Stammgast</h2><p>${state}</p><div class="row">${actions}</div></div>`
}

const STATUS: Record<'ACTIVE' | 'SCHEDULED' | 'EXPIRED', { words: Words; tone: string }> = {
  ACTIVE: { words: { de: 'Aktiv', en: 'Active' }, tone: 'good' },
  SCHEDULED: { words: { de: 'Geplant', en: 'Scheduled' }, tone: 'warn' },
  EXPIRED: { words: { de: 'Abgelaufen', en: 'Expired' }, tone: '' },
}

export function discountsBody(store: Store, locale: AdminLocale): string {
  const nodes = store.discounts.all().reverse().slice(0, 200)
  if (nodes.length === 0)
    return `<div class="card"><p>${say(locale, 'Noch keine Rabatte.', 'No discounts yet.')}</p></div>`
  const head = [
    say(locale, 'Titel', 'Title'),
    'Code',
    say(locale, 'Wert', 'Value'),
    say(locale, 'Für', 'For'),
    say(locale, 'Status', 'Status'),
    say(locale, 'Benutzt', 'Used'),
  ]
  const rows = nodes.map((node) => discountRow(node, store, locale)).join('')
  return `<div class="card scroll"><table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function discountRow(node: DiscountNode, store: Store, locale: AdminLocale): string {
  const { words, tone } = STATUS[discountStatus(node, store.time())]
  const money = (cents: number) =>
    `${new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(Number(decimal(cents)))} ${store.shop.currency}`
  const worth =
    node.kind === 'free_shipping'
      ? say(locale, 'Kostenloser Versand', 'Free shipping')
      : node.value.kind === 'amount'
        ? escapeHtml(money(node.value.amount))
        : `${new Intl.NumberFormat(locale).format(Number(node.value.fraction) * 100)}\u00a0%`
  const names =
    node.context.kind === 'customers'
      ? node.context.ids.map((id) => {
          const customer = store.customer(id)
          return customer ? `${customer.firstName} ${customer.lastName}` : String(id)
        })
      : [locale === 'de' ? 'Alle' : 'Everyone']
  const cells = [
    escapeHtml(node.title),
    `<code>${escapeHtml(node.codes.map((one) => one.code).join(', ') || '–')}</code>`,
    worth,
    escapeHtml(names.join(', ')),
    `<span class="badge ${tone}">${escapeHtml(words[locale])}</span>`,
    `${node.uses.length}${node.usageLimit === null ? '' : ` / ${node.usageLimit}`}`,
  ]
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}

const KINDS: Record<DisturbanceKind, Words> = {
  none: { de: 'Keine Störung', en: 'No trouble' },
  throttle: { de: 'Drosseln (THROTTLED)', en: 'Throttle (THROTTLED)' },
  'error-500': { de: 'Fehler 500', en: 'Error 500' },
  'error-503': { de: 'Fehler 503', en: 'Error 503' },
  'timeout-before': { de: 'Zeitüberschreitung, nichts geschieht', en: 'Time-out, nothing is done' },
  'timeout-after': {
    de: 'Zeitüberschreitung, nachdem es geschehen ist',
    en: 'Time-out after it has been done',
  },
  'error-after': {
    de: 'Fehler 502, nachdem es geschehen ist',
    en: 'Error 502 after it has been done',
  },
  delay: { de: 'Die Antwort kommt spät', en: 'The answer comes late' },
  'expire-tokens': { de: 'Zugangstoken ablaufen lassen', en: 'Let the access tokens expire' },
}

export function adminApiBody(current: Disturbance, status: ThrottleStatus, locale: AdminLocale): string {
  const options = DISTURBANCES.map(
    (kind) =>
      `<option value="${kind}"${kind === current.kind ? ' selected' : ''}>${escapeHtml(KINDS[kind][locale])}</option>`,
  ).join('')
  const field = (name: string, label: string, input: string) =>
    `<p><label for="${name}">${label}</label><br>${input}</p>`
  const points = say(
    locale,
    `Punkte im Eimer: ${status.currentlyAvailable} von ${status.maximumAvailable}, ${status.restoreRate} je Sekunde kommen hinzu.`,
    `Points in the bucket: ${status.currentlyAvailable} of ${status.maximumAvailable}, ${status.restoreRate} a second are added.`,
  )
  return `<p class="quiet">${say(locale, 'Lassen Sie die Admin-API stolpern und sehen Sie, wie die App damit umgeht.', 'Make the Admin API stumble and see how the app copes.')}</p>
<div class="card"><p>${points}</p>
<form method="post" action="/practice/admin-api">
${field('kind', say(locale, 'Störung', 'Trouble'), `<select id="kind" name="kind">${options}</select>`)}
${field('left', say(locale, 'Für so viele Anfragen (leer: bis Sie sie abschalten)', 'For so many requests (empty: until you switch it off)'), `<input id="left" name="left" type="number" min="1" value="${current.left ?? ''}">`)}
${field('operation', say(locale, 'Nur Anfragen, in denen das vorkommt', 'Only requests that contain this'), `<input id="operation" name="operation" value="${escapeHtml(current.operation)}" placeholder="CreateDiscountCode">`)}
${field('seconds', say(locale, 'Sekunden bis zur Zeitüberschreitung oder zur späten Antwort', 'Seconds until the time-out or the late answer'), `<input id="seconds" name="seconds" type="number" min="1" max="300" value="${current.seconds}">`)}
<button class="primary">${say(locale, 'Übernehmen', 'Apply')}</button>
</form></div>`
}

/** Where Shopify has its theme editor. */
export function themeEditorBody(locale: AdminLocale): string {
  const text = say(
    locale,
    'Der Übungsladen hat keinen Theme-Editor: Punktestand, Punkte am Produkt und Punktefenster sind im Onlineshop schon eingebaut.',
    'The practice store has no theme editor: balance, points of a product and points panel are in the online store already.',
  )
  const link = say(locale, 'Zum Onlineshop', 'To the online store')
  return `<div class="card"><p>${text}</p><p><a class="button" href="${locale === 'de' ? '/' : '/en/'}">${link}</a></p></div>`
}

/**
 * The app's page in its frame. Each time the frame has another name: a browser that comes back to this page would
 * otherwise put the frame's last address into it, which lacks what Shopify gives when it opens the app.
 */
export function appFrameBody(address: string): string {
  return `<div class="app-frame"><div id="app-title-bar" class="app-title-bar" hidden></div>
<iframe id="app-frame" name="app-${randomUUID()}" title="Stammgast" data-address="${escapeHtml(address)}" allow="clipboard-write"></iframe></div>`
}
