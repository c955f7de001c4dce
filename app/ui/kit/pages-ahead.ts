import { openWith, tellUntil } from './unread-page.ts'

/**
 * The scripts of the admin's pages. Remix loads the document anew when a page's script cannot be fetched, which without
 * the network leaves nothing but an empty frame: so they are fetched ahead, and a page whose scripts do not come is not
 * opened.
 */
type Page = (typeof window.__remixManifest.routes)[string]

/**
 * What Shopify has opened the app with. Links inside the app do without it; a document that is asked for without it is
 * not known to be of a shop, and may not be framed.
 */
const openedWith = [...new URLSearchParams(window.location.search)].filter(([name]) =>
  ['shop', 'host', 'embedded', 'locale'].includes(name),
)

/** Nobody answered for the app, or something between did. */
class OutOfReach extends Error {}

/** Scripts on their way or there; what failed is asked for again. */
const fetched = new Map<string, Promise<void>>()

/** Fetches the scripts of all admin pages while nobody waits for them. */
export function fetchPagesAhead(): void {
  const pages = Object.values(window.__remixManifest.routes).filter(({ id }) => id.startsWith('routes/app'))
  Promise.all(pages.map(fetchScripts)).catch(() =>
    window.addEventListener('online', fetchPagesAhead, { once: true }),
  )
}

async function fetchScripts({ module, imports = [] }: Page): Promise<void> {
  await Promise.all([module, ...imports].map(fetchOnce))
}

function fetchOnce(href: string): Promise<void> {
  const known = fetched.get(href)
  if (known) return known
  const coming = fetchScript(href)
  fetched.set(href, coming)
  coming.catch(() => fetched.delete(href))
  return coming
}

/** Before it is loaded as a module: a browser never asks again for a module that it could not fetch once. */
async function fetchScript(href: string): Promise<void> {
  const status = await statusOf(href)
  if (status === 0 || status >= 500) throw new OutOfReach(href)
  if (status >= 400) throw new Error(`${href}: ${status}`)
  const link = document.createElement('link')
  Object.assign(link, { rel: 'modulepreload', href })
  document.head.append(link)
}

/** With the whole body in the browser's cache; 0: nobody answered. App Bridge asks for a token for each `fetch`. */
function statusOf(href: string): Promise<number> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('GET', href)
    request.onloadend = () => resolve(request.status)
    request.send()
  })
}

/**
 * From now on a page's script that does not come leaves the page that is shown where it is. Remix looks a page's module
 * up in this table before it loads it by itself (`loadRouteModule` in @remix-run/react); to be called when its router
 * stands, which takes what is in the table then for loaded.
 */
export function openPagesPatiently(): void {
  window.addEventListener('unhandledrejection', beQuietOfScripts)
  const modules = window.__remixRouteModules as Record<string, unknown>
  for (const page of Object.values(window.__remixManifest.routes)) {
    if (page.id in modules) continue
    let opening: Promise<unknown> | undefined
    const get = () => {
      if (opening) return opening
      opening = openPage(page)
      openWith(opening)
      opening.catch(() => {
        opening = undefined
      })
      return opening
    }
    Object.defineProperty(modules, page.id, { get, configurable: true, enumerable: true })
  }
}

/** Pages whose module the browser could not load, though its script was there: it does not try a second time. */
const unloadable = new Set<string>()

async function openPage(page: Page): Promise<unknown> {
  try {
    await fetchScripts(page)
  } catch (error) {
    if (error instanceof OutOfReach) throw told(error, page)
    // The scripts of an earlier release are gone: the document knows the new ones.
    return openAsDocument(page)
  }
  if (unloadable.has(page.id)) return openAsDocument(page)
  try {
    const value: unknown = await import(/* @vite-ignore */ page.module)
    Object.defineProperty(window.__remixRouteModules, page.id, {
      value,
      configurable: true,
      enumerable: true,
    })
    return value
  } catch {
    unloadable.add(page.id)
    throw told(new OutOfReach(page.module), page)
  }
}

function told(error: OutOfReach, page: Page): OutOfReach {
  if (isPageAskedFor()) tellUntil(() => fetchScripts(page))
  return error
}

/**
 * Never resolves: what waits for it goes with the document.
 * @throws OutOfReach where nobody has asked for the page, and the one that is shown must not go
 */
function openAsDocument(page: Page): Promise<never> {
  const { location } = window.__remixRouter.state.navigation
  if (!location) throw new OutOfReach(page.module)
  const address = new URL(window.__remixRouter.createHref(location), window.location.href)
  for (const [name, value] of openedWith) address.searchParams.set(name, value)
  window.location.assign(address)
  return new Promise(() => {})
}

/**
 * A change that is sent to an address has Remix open the pages of that address too, though nobody has asked for them:
 * what becomes of the change is told by its own page.
 */
function isPageAskedFor(): boolean {
  return window.__remixRouter.state.navigation.state !== 'idle'
}

/** The router looks at what became of a script when the data are there: until then nobody seems to care. */
function beQuietOfScripts(event: PromiseRejectionEvent): void {
  if (event.reason instanceof OutOfReach) event.preventDefault()
}
