import { type IncomingHttpHeaders, request } from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'
import { startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { BROWSER, signedQuery } from '../support/shopper-requests.ts'

/**
 * The whole web process with the built pages: what Shopify's proxy has signed, and what stands in any other query,
 * comes back in no answer, wherever a request is sent.
 */
const database = useDatabase()
const SHOP = 'test-shop-1.myshopify.com'
const HOST = Buffer.from('admin.shopify.com/store/test-shop-1').toString('base64url')
let server: Awaited<ReturnType<typeof startServer>>
/** Every address that the build knows, with something in the places of ids. */
let places: string[]

beforeAll(async () => {
  server = await startServer(
    readEnv({ ...process.env, DATABASE_URL: database.url(), HOST: '127.0.0.1', PORT: '0' }),
  )
  const bundle = path.resolve(import.meta.dirname, '../../build/server/index.js')
  places = addressesOf((await import(pathToFileURL(bundle).href)) as ServerBuild)
})
afterAll(() => server.close())

function addressesOf({ routes }: ServerBuild): string[] {
  const addressOf = (id: string | undefined): string => {
    const route = id === undefined ? undefined : routes[id]
    return route ? `${addressOf(route.parentId)}/${route.path ?? ''}` : ''
  }
  const tidy = (address: string) => address.replaceAll(/\/+/g, '/').replaceAll(/:\w+|\*/g, '7')
  return [...new Set(Object.keys(routes).map((id) => tidy(addressOf(id))))]
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** A target as it is, climbing and all; `fetch` would tidy it up first. */
function ask(target: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': BROWSER, accept: 'text/html' }
    const sent = request(
      { port: server.port, host: '127.0.0.1', path: target, method, headers },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => (text += chunk))
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      },
    )
    sent.once('error', reject)
    sent.end()
  })
}

/** What the proxy sends when a shopper adds these. */
const proxied = (own: Record<string, string> = {}) => {
  const query = signedQuery({ shop: SHOP, customer: '6001', query: own })
  return { query: String(query), signature: query.get('signature') as string }
}
const CLIMBS = ['..%2f', '%2e%2e/', '%2e%2e%2f', '../', '..%5c', '.%2e/', '%2e./', '/', '//', '..%2f..%2f']
const CLIMB = /\.\.|%|\/\/|\\/
const BELOW = [
  '',
  'assets',
  'assets/',
  'app',
  'auth/login',
  'auth/session-token',
  'auth/exit-iframe',
  '__manifest',
]

describe('A1: a query that the proxy signed is handed on', () => {
  const adds: Record<string, string>[] = [
    {},
    { embedded: '1', host: HOST },
    { embedded: '1', host: HOST, exitIframe: '/app', id_token: 'a.b.c' },
  ]

  test('by no address of the app', async () => {
    expect(places.length).toBeGreaterThan(30)
    for (const place of [
      ...places,
      ...places.map((each) => `${each}.data`),
      '/assets',
      '/assets/',
      '/__manifest',
    ])
      for (const add of adds) await expectKept(place, add)
  })

  test('by no way out of the folder that the proxy forwards to', async () => {
    for (const climb of CLIMBS)
      for (const below of BELOW) for (const add of adds) await expectKept(`/proxy/${climb}${below}`, add)
  })

  test('nor when its name is escaped', async () => {
    const { query, signature } = proxied()
    const { headers, text } = await ask(`/?${query.replace('signature', '%73ignature')}`)
    expect(JSON.stringify(headers) + text).not.toContain(signature)
  })

  async function expectKept(place: string, add: Record<string, string>) {
    const { query, signature } = proxied(add)
    for (const method of ['GET', 'POST']) {
      const { status, headers, text } = await ask(`${place}?${query}`, method)
      const said = `${method} ${place} → ${status} ${headers.location ?? ''}`
      expect(JSON.stringify(headers) + text, said).not.toContain(signature)
      expect(headers.location, said).toBeUndefined()
      // Only what lies below /proxy may read such a query at all.
      if (!place.startsWith('/proxy/') || CLIMB.test(place)) expect(status, said).toBeGreaterThanOrEqual(400)
      expect(status, said).toBeLessThan(500)
    }
  }
})

test('A1: files are sent as they are: no index, no redirect, none but those of the build', async () => {
  for (const target of [
    '/assets',
    '/assets/',
    '/assets/..',
    '/proxy/..%2fassets',
    '/index.html',
    '/.vite',
    '/assets/.vite/',
  ]) {
    const { status, headers } = await ask(`${target}?said=hello`)
    expect([status, headers.location], target).toEqual([
      expect.toSatisfy((code) => code >= 400 && code < 500),
      undefined,
    ])
  }
})

test('A1: opened by Shopify, the app goes on to its pages with what they read and nothing else that is signed', async () => {
  const opened = {
    embedded: '1',
    shop: SHOP,
    host: HOST,
    locale: 'de',
    id_token: 'a.b.c',
    hmac: 'f'.repeat(64),
    session: 's',
    timestamp: '1',
  }
  const { status, headers } = await ask(`/?${new URLSearchParams(opened)}`)
  const on = new URL(headers.location ?? '', 'http://app')
  expect([status, on.pathname]).toEqual([302, '/app'])
  expect([...on.searchParams.keys()].sort()).toEqual(['embedded', 'host', 'id_token', 'locale', 'shop'])
})
