/** A small practice shop in memory with the Admin API in front of it: no network, a clock that tests move. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { issueToken } from '../../dev-store/admin-api/access-tokens.ts'
import { adminApiRoutes } from '../../dev-store/admin-api/routes.ts'
import type { PracticeContext } from '../../dev-store/context.ts'
import { midnight, seedShop } from '../../dev-store/seed/seed-shop.ts'
import { Store } from '../../dev-store/store.ts'

export const NOW = Date.parse('2026-11-21T10:00:00Z')

export const ALL_SCOPES = [
  'read_all_orders',
  'read_customer_merge',
  'read_customers',
  'read_discounts',
  'read_locales',
  'read_orders',
  'read_products',
  'write_customers',
  'write_discounts',
]

export type Emitted = { topic: string; payload: Record<string, unknown>; subject: string }

// biome-ignore lint/suspicious/noExplicitAny: answers are read by tests that know their shape.
export type Answer = any

export type Harness = {
  context: PracticeContext
  store: Store
  emitted: Emitted[]
  /** Moves the clock, milliseconds. */
  pass: (milliseconds: number) => void
  request: (path: string, init?: RequestInit) => Promise<Response>
  /** Posts JSON and reads JSON. */
  post: (
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: Answer }>
  /** Runs a document with a token that has `scopes`. */
  graphql: (query: string, variables?: Record<string, unknown>) => Promise<Answer>
}

export function openHarness(
  options: { scopes?: string[]; appUrl?: string; customers?: number; orders?: number } = {},
): Harness {
  let now = NOW
  const store = new Store({ directory: ':memory:', now: () => now })
  seedShop(store, {
    today: midnight(now),
    customers: options.customers ?? 30,
    orders: options.orders ?? 120,
  })
  const emitted: Emitted[] = []
  const context = {
    settings: {
      port: 4000,
      origin: 'http://localhost:4000',
      appUrl: options.appUrl ?? 'http://127.0.0.1:1',
      apiKey: 'practice-key',
      apiSecret: 'practice-secret',
      projectRoot: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
      dataDirectory: ':memory:',
      pastOrders: 2500,
    },
    store,
    webhooks: {
      emit: (topic: string, payload: Record<string, unknown>, subject: string) => {
        emitted.push({ topic, payload, subject })
        return []
      },
    },
  } as unknown as PracticeContext
  store.installation = {
    ...store.installation,
    installed: true,
    installedAt: store.time(),
    scope: (options.scopes ?? ALL_SCOPES).join(','),
  }
  const token = issueToken(store, 'offline', false).token
  const routes = adminApiRoutes(context)
  const request = async (path: string, init?: RequestInit) => routes.request(path, init)
  const post: Harness['post'] = async (path, body, headers = {}) => {
    const response = await request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }
  return {
    context,
    store,
    emitted,
    pass: (milliseconds) => {
      now += milliseconds
    },
    request,
    post,
    graphql: async (query, variables = {}) => {
      const answer = await post(
        '/admin/api/2026-10/graphql.json',
        { query, variables },
        { 'x-shopify-access-token': token },
      )
      return answer.body
    },
  }
}
