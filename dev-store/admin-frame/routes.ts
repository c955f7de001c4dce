/** The merchant's admin: its pages, the app in its frame, and App Bridge. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import { disturbance } from '../admin-api/disturbance.ts'
import { appAddress, declaredScopes } from '../admin-api/install.ts'
import { mintIdToken } from '../admin-api/session-token.ts'
import { throttleOf } from '../admin-api/throttle.ts'
import type { PracticeContext } from '../context.ts'
import { uninstallApp } from '../deeds/customer-deeds.ts'
import { browserScript } from './browser-scripts.ts'
import { adminLocale, localeCookie } from './html.ts'
import { type AdminSection, adminLayout } from './layout.ts'
import {
  adminApiBody,
  appFrameBody,
  discountsBody,
  homeBody,
  installationCard,
  themeEditorBody,
} from './pages.ts'
import { RESOURCE_TYPES, type ResourceType, resourceRows } from './resources.ts'

const APP_ADDRESS = '/admin/apps/stammgast'

export function adminFrameRoutes(context: PracticeContext): Hono {
  const { settings, store } = context
  const routes = new Hono()

  const page = (
    c: Context,
    active: AdminSection,
    title: { de: string; en: string },
    body: (locale: 'de' | 'en') => string,
    more: { bare?: boolean; scripts?: string } = {},
  ) => {
    const locale = adminLocale(c.req.raw)
    return c.html(
      adminLayout({
        title: title[locale],
        active,
        locale,
        body: body(locale),
        shopName: store.shop.name,
        ...more,
      }),
    )
  }

  routes.get('/admin', (c) =>
    page(c, 'home', { de: 'Start', en: 'Home' }, (locale) => homeBody(store, locale)),
  )
  routes.get('/admin/discounts', (c) =>
    page(c, 'discounts', { de: 'Rabatte', en: 'Discounts' }, (locale) => discountsBody(store, locale)),
  )
  routes.get('/admin/admin-api', (c) =>
    page(c, 'admin-api', { de: 'Admin-API', en: 'Admin API' }, (locale) =>
      adminApiBody(disturbance(store), throttleOf(store).status(), locale),
    ),
  )

  routes.get('/admin/themes/*', (c) =>
    page(c, 'home', { de: 'Theme-Editor', en: 'Theme editor' }, themeEditorBody),
  )

  /** Deep links and reloads: what follows the app's address is the app's own path. */
  const openApp = (c: Context) => {
    if (!store.installation.installed)
      return page(c, 'app', { de: 'Stammgast', en: 'Stammgast' }, (locale) => installationCard(store, locale))
    const url = new URL(c.req.url)
    const path = decodeURI(url.pathname).slice(APP_ADDRESS.length)
    const inApp = `${path === '' || path === '/' ? '/app' : path}${url.search}`
    const address = appAddress(context, inApp, adminLocale(c.req.raw))
    // The address holds a token that lives for a minute.
    c.header('Cache-Control', 'no-store')
    return page(c, 'app', { de: 'Stammgast', en: 'Stammgast' }, () => appFrameBody(address), {
      bare: true,
      scripts: '<script src="/admin/assets/frame.js"></script>',
    })
  }
  routes.get(APP_ADDRESS, openApp)
  routes.get(`${APP_ADDRESS}/*`, openApp)

  routes.get('/admin/locale', (c) => {
    const locale = c.req.query('to') === 'en' ? 'en' : 'de'
    c.header('Set-Cookie', localeCookie(locale))
    return c.redirect(refererPath(c) ?? '/admin')
  })

  routes.get('/admin/frame/id-token', (c) => {
    c.header('Cache-Control', 'no-store')
    if (!store.installation.installed) return c.json({ error: 'The app is not installed' }, 409)
    return c.json({ token: mintIdToken(settings, store.shop.domain, store.now()) })
  })
  routes.get('/admin/frame/scopes', (c) =>
    c.json({
      granted: store.installation.scope.split(',').filter(Boolean),
      required: declaredScopes(settings.projectRoot),
      optional: [],
    }),
  )
  routes.get('/admin/frame/resources', (c) => {
    const type = c.req.query('type') ?? ''
    if (!RESOURCE_TYPES.includes(type as ResourceType))
      return c.json({ error: `type is "${type}"; allowed: ${RESOURCE_TYPES.join(', ')}` }, 400)
    const ids = c.req.queries('id') ?? []
    return c.json(
      resourceRows(store, type as ResourceType, c.req.query('query') ?? '', ids, adminLocale(c.req.raw)),
    )
  })
  routes.post('/admin/frame/uninstall', (c) => {
    uninstallApp(context)
    return c.redirect('/admin', 303)
  })

  routes.get('/admin/assets/frame.css', (c) => asset(c, 'frame.css', 'text/css; charset=utf-8'))
  routes.get('/admin/assets/layout.js', (c) => asset(c, 'layout.js', 'text/javascript; charset=utf-8'))
  routes.get('/admin/assets/frame.js', async (c) => script(c, await browserScript('frame.js')))
  routes.get('/shopifycloud/app-bridge.js', async (c) => {
    c.header('Access-Control-Allow-Origin', '*')
    return script(c, await browserScript('app-bridge.js'))
  })

  return routes
}

async function asset(c: Context, name: string, type: string): Promise<Response> {
  const content = await readFile(join(import.meta.dirname, 'assets', name), 'utf8')
  return c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' })
}

function script(c: Context, text: string): Response {
  c.header('Content-Type', 'text/javascript; charset=utf-8')
  c.header('Cache-Control', 'no-cache')
  return c.body(text)
}

/** The page that the merchant came from, if it is one of ours. */
function refererPath(c: Context): string | null {
  const referer = c.req.header('referer')
  if (!referer || !URL.canParse(referer)) return null
  const { pathname, search, host } = new URL(referer)
  const own = c.req.header('host') ?? new URL(c.req.url).host
  return host === own && pathname.startsWith('/admin') ? `${pathname}${search}` : null
}
