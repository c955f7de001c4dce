import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { createRequestHandler, type ServerBuild } from '@remix-run/node'
import { afterAll, beforeAll } from 'vitest'
import { closeShopify } from '../../app/shopify.server.ts'
import { type Harness, openHarness } from '../dev-store/admin-harness.ts'
import { adminToken, KEY, SECRET } from './shopper-requests.ts'

/**
 * The merchant's pages as the server serves them: Remix' own request handler over the real route files, with the
 * practice store's Admin API where Shopify is. `./routes` adds pages that show what only a browser draws.
 */
const modules = import.meta.glob<object>([
  '../../app/routes/app*.tsx',
  '../../app/routes/auth*.tsx',
  './routes/app*.tsx',
])

/** Folder-free file names are the routes: "app.program.campaigns.$id" is a child of "app.program". */
async function serverBuild(): Promise<ServerBuild> {
  const sources = new Map(Object.keys(modules).map((file) => [path.basename(file, '.tsx'), file]))
  const files = [...sources.keys()]
  const parentOf = (name: string) =>
    files.filter((other) => name.startsWith(`${other}.`)).sort((a, b) => b.length - a.length)[0]
  const routes: Record<string, unknown> = {
    root: { id: 'root', path: '', module: await import('../../app/root.tsx') },
  }
  const assets: Record<string, unknown> = {
    root: { id: 'root', path: '', module: '/root.js', hasLoader: true },
  }
  for (const name of files) {
    const parent = parentOf(name)
    const rest = parent ? name.slice(parent.length + 1) : name
    const index = rest.endsWith('_index')
    const address = rest
      .replace(/\.?_index$/, '')
      .split('.')
      .map((part) => part.replace(/^\$$/, '*').replace(/^\$/, ':').replace(/_$/, ''))
      .join('/')
    const id = `routes/${name}`
    const facts = {
      id,
      parentId: parent ? `routes/${parent}` : 'root',
      ...(address && { path: address }),
      ...(index && { index }),
    }
    const module = (await modules[sources.get(name) ?? '']?.()) as Record<string, unknown>
    routes[id] = { ...facts, module }
    assets[id] = {
      ...facts,
      module: `/${name}.js`,
      hasLoader: 'loader' in module,
      hasAction: 'action' in module,
    }
  }
  return {
    entry: { module: await import('../../app/entry.server.tsx') },
    routes,
    assets: {
      entry: { imports: [], module: '/entry.js' },
      routes: assets,
      url: '/manifest.js',
      version: '1',
    },
    publicPath: '/',
    assetsBuildDirectory: 'build/client',
    isSpaMode: false,
    mode: 'test',
    future: {
      v3_singleFetch: true,
      v3_relativeSplatPath: true,
      v3_throwAbortReason: true,
      v3_fetcherPersist: true,
    },
  } as unknown as ServerBuild
}

export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/153.0.0.0 Safari/537.36'

export interface AdminPages {
  /** The practice shop, whose Admin API answers. */
  domain: string
  harness: Harness
  /** A page as the admin opens it. `claims` and `secret` change the session token. */
  open(path: string, options?: PageOptions): Promise<{ status: number; html: string; headers: Headers }>
  /** A change as the page sends it: JSON to a route's action. The body is Remix' stream as text. */
  send(path: string, body: unknown, options?: PageOptions): Promise<{ status: number; text: string }>
}

interface PageOptions {
  shop?: string
  locale?: string
  /** null: no token at all. */
  token?: string | null
  agent?: string
}

/** Call after `useDatabase()`. */
export function useAdminPages(past = { customers: 5, orders: 3 }): AdminPages {
  const harness = openHarness(past)
  Object.assign(harness.context.settings, { apiKey: KEY, apiSecret: SECRET })
  const domain = harness.store.shop.domain
  const fetchBefore = globalThis.fetch
  let handle: (request: Request) => Promise<Response>

  beforeAll(async () => {
    handle = createRequestHandler(await serverBuild(), 'test')
    // After the imports, which may take long: the shop's clock stands, and refuses tokens of a time to come.
    harness.pass(Date.now() - harness.store.now())
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init)
      const { origin, hostname, pathname, search } = new URL(request.url)
      if (origin === harness.context.settings.origin) return harness.request(pathname)
      if (!hostname.endsWith('.myshopify.com')) return fetchBefore(request)
      const headers = Object.fromEntries([...request.headers, ['x-shop-domain', hostname]])
      return harness.request(`${pathname}${search}`, {
        method: request.method,
        headers,
        body: await request.text(),
      })
    }
  })
  afterAll(async () => {
    globalThis.fetch = fetchBefore
    await closeShopify()
  })

  const tokenOf = async ({ token, shop = domain }: PageOptions) =>
    token === undefined ? adminToken(shop, { jti: randomUUID() }) : token
  return {
    domain,
    harness,
    async open(path, options = {}) {
      const { shop = domain, locale = 'de', agent = BROWSER } = options
      const url = new URL(path, 'http://127.0.0.1:3000')
      const host = Buffer.from(`admin.shopify.com/store/${shop.split('.')[0]}`).toString('base64url')
      const token = await tokenOf(options)
      const query = { embedded: '1', shop, host, locale, ...(token !== null && { id_token: token }) }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      const response = await handle(
        new Request(url, { headers: { 'User-Agent': agent, Accept: 'text/html' } }),
      )
      return { status: response.status, html: await response.text(), headers: response.headers }
    },
    async send(path, body, options = {}) {
      const token = await tokenOf(options)
      const response = await handle(
        new Request(`http://127.0.0.1:3000${path}.data`, {
          method: 'POST',
          headers: {
            'User-Agent': options.agent ?? BROWSER,
            'Content-Type': 'application/json',
            ...(token !== null && { Authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(body),
        }),
      )
      return { status: response.status, text: await response.text() }
    },
  }
}
