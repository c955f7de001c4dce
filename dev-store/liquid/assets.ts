import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import { pointsWidget } from './extension.ts'

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  json: 'application/json',
}

/** Serves the widget's assets, as Shopify's network would: cached for ever under their version. */
export function themeAssetRoutes(): Hono {
  const routes = new Hono()
  routes.get('/extensions/points-widget/:version/assets/:file', async (c) => {
    const { version, file } = c.req.param()
    if (!pointsWidget.assets().includes(file)) return c.text('Not found', 404)
    const current = version === pointsWidget.version()
    return c.body(await readFile(join(pointsWidget.directory, 'assets', file), 'utf8'), 200, {
      'content-type': TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      'cache-control': current ? 'public, max-age=31536000, immutable' : 'no-cache',
      'access-control-allow-origin': '*',
    })
  })
  return routes
}
