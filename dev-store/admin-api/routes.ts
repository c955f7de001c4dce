/** Shopify's own paths: the Admin GraphQL API and OAuth; and the switches of the practice store for them. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Context, Hono } from 'hono'
import { accessTable } from '../../scripts/shopify-access.ts'
import { type OfficialSchema, officialSchema, SCHEMA_VERSION } from '../../scripts/shopify-schema.ts'
import type { PracticeContext } from '../context.ts'
import { expireTokens, scopesOf } from './access-tokens.ts'
import { bulkOperations, bulkResult, isOpen } from './bulk/operations.ts'
import { startBulkQuery } from './bulk/run-query.ts'
import type { ApiContext } from './context.ts'
import { disturb, disturbance, setDisturbance } from './disturbance.ts'
import { answer, type GraphqlRequest, throttled } from './execute.ts'
import { installApp } from './install.ts'
import { accessTokenAnswer } from './oauth.ts'
import { throttleOf } from './throttle.ts'

type Official = OfficialSchema & { table: ReturnType<typeof accessTable> }

const NOT_FOUND = { errors: 'Not Found' }
const BAD_TOKEN = { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' }
const FAILED = { errors: 'Internal Server Error' }
const BAD_GATEWAY = { errors: 'Bad Gateway' }
const UNAVAILABLE = { errors: 'Service Unavailable' }

export function adminApiRoutes(context: PracticeContext): Hono {
  const { store } = context
  const routes = new Hono()
  const throttle = throttleOf(store)
  // Loading takes a moment: it begins now, and the first request waits for the rest.
  const official: Promise<Official> = officialSchema('admin').then((schema) => ({
    ...schema,
    table: accessTable(schema.access),
  }))
  official.catch((error: Error) => console.error(`No schema for the Admin API: ${error.message}`))

  routes.post('/admin/api/:version/graphql.json', async (c) => {
    const domain = c.req.header('x-shop-domain')
    if (c.req.param('version') !== SCHEMA_VERSION || (domain && domain !== store.shop.domain))
      return c.json(NOT_FOUND, 404)
    const granted = scopesOf(store, c.req.header('x-shopify-access-token'))
    if (!granted) return c.json(BAD_TOKEN, 401)
    const request = await bodyOf(c)
    if (!request) return c.json({ errors: { query: 'Required parameter missing or invalid' } }, 400)
    const trouble = disturb(store, request.query)
    if (trouble.kind === 'error-500') return c.json(FAILED, 500)
    if (trouble.kind === 'error-503') return c.json(UNAVAILABLE, 503)
    if (trouble.kind === 'throttle') throttle.drain()
    if (trouble.kind === 'expire-tokens') {
      expireTokens(store)
      return c.json(BAD_TOKEN, 401)
    }
    if (trouble.kind === 'timeout-before') return hang(c, trouble.seconds)
    const schema = await official
    const api = apiContext(context, schema, granted)
    const result =
      trouble.kind === 'throttle' ? throttled(10, throttle) : answer(request, schema, api, throttle)
    if (trouble.kind === 'timeout-after') {
      store.flush()
      return hang(c, trouble.seconds)
    }
    if (trouble.kind === 'error-after') return c.json(BAD_GATEWAY, 502)
    if (trouble.kind === 'delay') {
      store.flush()
      await pause(c, trouble.seconds)
    }
    c.header('X-Shopify-API-Version', SCHEMA_VERSION)
    return c.json(result)
  })

  official
    .then((schema) => {
      for (const one of bulkOperations(store).filter(isOpen))
        startBulkQuery(one, schema, apiContext(context, schema, new Set(one.granted)))
    })
    .catch(() => {})

  /** Where Shopify has a storage of its own: whoever knows the address may read. */
  routes.get('/practice/bulk-operations/:id/:token', (c) => {
    const token = c.req.param('token').replace(/\.jsonl$/, '')
    const jsonl = bulkResult(store, Number(c.req.param('id')), token)
    return jsonl === undefined
      ? c.text('Not Found', 404)
      : c.body(jsonl, 200, { 'Content-Type': 'application/jsonl' })
  })

  routes.post('/admin/oauth/access_token', async (c) => {
    const domain = c.req.header('x-shop-domain')
    if (domain && domain !== store.shop.domain) return c.json(NOT_FOUND, 404)
    const { status, body } = accessTokenAnswer(context, await formOf(c))
    return c.json(body, status)
  })

  routes.post('/practice/install', async (c) => {
    const result = await installApp(context)
    if (c.req.header('accept')?.includes('text/html')) return c.redirect('/admin/apps/stammgast', 303)
    return c.json(result, result.opened ? 200 : 502)
  })

  routes.get('/practice/admin-api', (c) =>
    c.json({ ...disturbance(store), throttleStatus: throttle.status() }),
  )
  routes.post('/practice/admin-api', async (c) => {
    try {
      const next = setDisturbance(store, await formOf(c))
      if (c.req.header('accept')?.includes('text/html')) return c.redirect('/admin/admin-api', 303)
      return c.json(next)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return c.json({ error: error.message }, 400)
    }
  })

  return routes
}

function apiContext(practice: PracticeContext, official: Official, granted: ReadonlySet<string>): ApiContext {
  const { store } = practice
  const api: ApiContext = {
    practice,
    store,
    shop: store.shop,
    granted,
    access: official.table,
    official,
    startBulk: (operation) => startBulkQuery(operation, official, api),
    searchNotes: [],
  }
  return api
}

async function bodyOf(c: Context): Promise<GraphqlRequest | null> {
  if (c.req.header('content-type')?.includes('application/graphql')) return { query: await c.req.text() }
  const body = (await c.req.json().catch(() => null)) as GraphqlRequest | null
  return typeof body?.query === 'string' ? body : null
}

async function formOf(c: Context): Promise<Record<string, unknown>> {
  if (c.req.header('content-type')?.includes('application/json'))
    return ((await c.req.json().catch(() => null)) as Record<string, unknown> | null) ?? {}
  return c.req.parseBody()
}

/** Says nothing until the caller gives up or the time is over. */
async function hang(c: Context, seconds: number): Promise<Response> {
  await pause(c, seconds)
  return c.json({ errors: 'Gateway Timeout' }, 504)
}

async function pause(c: Context, seconds: number): Promise<void> {
  await wait(seconds * 1000, undefined, { signal: c.req.raw.signal, ref: false }).catch(() => undefined)
}
