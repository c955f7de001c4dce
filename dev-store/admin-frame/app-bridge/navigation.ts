/** The app's address in the admin's address bar, and the admin's navigation in the app. */
import { SHOPIFY_PARAMETERS } from '../messages.ts'
import { isEmbedded, listen, opened, storeOrigin, tell } from './channel.ts'

const APP_ADDRESS = '/admin/apps/stammgast'

const openWindow = window.open.bind(window)

/** The app's own address: without what Shopify added, and without Remix's data parameters. */
export function ownPath(href = location.href): string {
  const url = new URL(href, location.origin)
  for (const name of SHOPIFY_PARAMETERS) url.searchParams.delete(name)
  return `${url.pathname}${url.search}${url.hash}`
}

/** The app's page opened by itself: Shopify shows it inside the admin instead. True when leaving. */
export function moveIntoAdmin(): boolean {
  if (isEmbedded || !opened.shop || !opened.host) return false
  location.replace(`${storeOrigin}${APP_ADDRESS}${ownPath()}`)
  return true
}

let reported = ''

export function reportLocation(pushed = false): void {
  const path = ownPath()
  if (path === reported) return
  reported = path
  tell({ type: 'location', path, pushed })
}

/**
 * The admin's page keeps the history, the app's page has one entry only: else the back button would load an
 * address of the app without what Shopify gives when it opens the app.
 */
function installHistory(): void {
  const replace = history.replaceState.bind(history)
  history.replaceState = (...args) => {
    replace(...args)
    reportLocation()
  }
  history.pushState = (...args) => {
    replace(...args)
    reportLocation(true)
  }
  window.addEventListener('popstate', () => reportLocation())
  window.addEventListener('hashchange', () => reportLocation())
}

export function installNavigation(): void {
  installHistory()
  document.addEventListener('click', openAdminLink)
  window.open = (address, target, features) => {
    const path = adminPath(String(address ?? ''))
    if (path === null) return openWindow(address, target, features)
    openAdmin(path, target ?? null)
    return null
  }
  listen((message) => {
    if (message.type === 'navigate') navigate(message.path)
  })
  reportLocation()
}

/** "shopify://admin/orders", "https://<shop>/admin/orders" → "/orders"; null for other addresses. */
function adminPath(address: string): string | null {
  const own = `https://${opened.shop}/admin`
  if (opened.shop && (address === own || address.startsWith(`${own}/`)))
    return address.slice(own.length) || '/'
  const match = /^shopify:(?:\/\/)?admin(\/.*)?$/.exec(address)
  return match ? (match[1] ?? '/') : null
}

function openAdminLink(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.('a[href]')
  const path = adminPath(link?.getAttribute('href') ?? '')
  if (path === null) return
  event.preventDefault()
  openAdmin(path, link?.getAttribute('target') ?? null)
}

/** The shop's own domain is on no network: its admin is this store's, in a window of its own where one was asked for. */
function openAdmin(path: string, target: string | null): void {
  if (target === '_blank') openWindow(`${storeOrigin}/admin${path}`, target, 'noopener')
  else tell({ type: 'open-admin', path })
}

/** The app's own links know how to get there without a reload; else the page is loaded. */
function navigate(path: string): void {
  const links = [...document.querySelectorAll<HTMLElement>('ui-nav-menu [href], s-app-nav [href]')]
  const link = links.find((one) => ownPath(one.getAttribute('href') ?? '') === path)
  if (link instanceof HTMLAnchorElement) {
    link.click()
    return
  }
  const place = link ?? document.body.appendChild(Object.assign(document.createElement('a'), { href: path }))
  place.dispatchEvent(new CustomEvent('shopify:navigate', { bubbles: true }))
  if (!link) place.remove()
  setTimeout(() => {
    if (ownPath() !== path) location.replace(path)
  }, 400)
}
