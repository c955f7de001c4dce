import { createServer } from 'node:http'
import { createRequestHandler } from '@remix-run/express'
import type { ActionFunctionArgs, ServerBuild } from '@remix-run/node'
import express from 'express'
import { jobsPool } from '../app/db/db.server.ts'
import { createRinger } from '../app/db/inbox-bell.ts'
import { env } from '../app/env.server.ts'
import { createDoor } from '../app/intake/door.ts'
import { groupedStore, storeDeliveries } from '../app/intake/store-deliveries.ts'
import { shopify } from '../app/shopify.server.ts'

/**
 * The three rivals of the benchmark of the webhook door in one process: the door as it is, the same with one insert for
 * each delivery, and the way that Shopify's template takes: a Remix route that calls `authenticate.webhook`.
 */

const pool = jobsPool()
const secrets = [env().SHOPIFY_API_SECRET]
const grouped = createDoor({ store: groupedStore(pool, createRinger(pool)), secrets })
const single = createDoor({ store: (delivery) => storeDeliveries(pool, [delivery]), secrets })

/** What a template's `webhooks.tsx` does, and then the same insert as the others. */
async function action({ request }: ActionFunctionArgs) {
  const body = await request.clone().text()
  const { shop, topic, webhookId, apiVersion } = await shopify().authenticate.webhook(request)
  const triggeredAt = request.headers.get('x-shopify-triggered-at')
  const delivery = {
    topic: topic.toLowerCase().replace('_', '/'),
    shopDomain: shop,
    webhookId: webhookId ?? '',
    apiVersion,
    triggeredAt,
    body,
  }
  await storeDeliveries(pool, [delivery])
  return new Response()
}

/** A build of one route, as the bundler would write it. */
const build: ServerBuild = {
  mode: 'production',
  entry: { module: { default: () => new Response('no pages here', { status: 404 }) } },
  routes: {
    root: { id: 'root', path: '', module: { default: () => null } },
    'routes/remix': { id: 'routes/remix', parentId: 'root', path: 'remix', module: { action } as never },
  },
  assets: {
    entry: { imports: [], module: '' },
    routes: {},
    url: '',
    version: 'bench',
  },
  publicPath: '/',
  basename: '/',
  assetsBuildDirectory: 'build/client',
  future: {
    v3_fetcherPersist: true,
    v3_relativeSplatPath: true,
    v3_throwAbortReason: true,
    v3_lazyRouteDiscovery: false,
    v3_singleFetch: true,
    v3_routeConfig: false,
    unstable_optimizeDeps: false,
  } as ServerBuild['future'],
  isSpaMode: false,
}
const pages = express()
pages.disable('x-powered-by')
pages.all('*', createRequestHandler({ build, mode: 'production' }))

const server = createServer((request, response) => {
  if (request.url === '/grouped') void grouped(request, response)
  else if (request.url === '/single') void single(request, response)
  else pages(request, response)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  process.on('message', () => process.send?.({ port, pid: process.pid }))
})
