import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'
import { contentPolicy } from '../../app/http/content-policy.ts'
import { startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { adminToken, BROWSER, proxyCall } from '../support/shopper-requests.ts'

const database = useDatabase()
const pages = useAdminPages()
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  await pages.open('/app')
  server = await startServer(
    readEnv({ ...process.env, DATABASE_URL: database.url(), HOST: '127.0.0.1', PORT: '0' }),
  )
})
afterAll(() => server.close())

test('every script that stands in a page bears the nonce of its policy, anew each time', async () => {
  const seen = new Set<string>()
  for (const path of ['/app', '/app/settings', '/app/nowhere', '/app/members']) {
    const { html, headers } = await pages.open(path)
    const policy = headers.get('content-security-policy') ?? ''
    const nonce = /'nonce-([\w-]{20,})'/.exec(policy)?.[1] ?? ''
    seen.add(nonce)
    const inline = [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes = '']) => attributes)
    expect(inline.length).toBeGreaterThan(2)
    for (const attributes of inline)
      if (!attributes.includes('src=')) expect(attributes, path).toContain(`nonce="${nonce}"`)
    expect(html).not.toMatch(/\son\w+="/)
    expect(policy).toMatch(
      new RegExp(`frame-ancestors https://${pages.domain} https://admin\\.shopify\\.com`),
    )
    for (const directive of [
      `default-src 'self'`,
      `object-src 'none'`,
      `base-uri 'none'`,
      `form-action 'self'`,
    ])
      expect(policy).toContain(`${directive};`)
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
  }
  expect(seen.size).toBe(4)
})

test('of Shopify’s files App Bridge alone may run, or the one that is configured in its place', () => {
  const scripts = (bridge?: string) => /script-src ([^;]*)/.exec(contentPolicy('n', bridge, ''))?.[1]
  expect(scripts()).toBe(`'self' 'nonce-n' https://cdn.shopify.com/shopifycloud/app-bridge.js`)
  const own = 'http://127.0.0.1:4000/app-bridge.js'
  expect(scripts(own)).toBe(`'self' 'nonce-n' ${own}`)
  expect(scripts(`${own}?v=1`)).toBe(`'self' 'nonce-n' ${own}`)
  expect(scripts('http://127.0.0.1:4000/a;b,c.js')).toBe(
    `'self' 'nonce-n' http://127.0.0.1:4000/a%3Bb%2Cc.js`,
  )
})

interface Answer {
  status: number
  headers: Record<string, unknown>
}
function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      port: server.port,
      host: '127.0.0.1',
      path,
      headers: { 'user-agent': BROWSER, ...headers },
    }
    const sent = request(options, (response) => {
      response.resume()
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
    })
    sent.once('error', reject)
    sent.end()
  })
}

test('nothing but files stays in a cache: pages, their data, what goes wrong, what shoppers are told', async () => {
  const token = { authorization: `Bearer ${await adminToken(pages.domain)}` }
  const { pathname, search } = new URL(proxyCall('/panel', { shop: pages.domain, customer: '6001' }).url)
  const asked: [string, number, Record<string, string>?][] = [
    ['/', 200],
    ['/nowhere', 404],
    ['/app', 302],
    ['/app/settings', 200, token],
    ['/app/settings.data', 200, token],
    ['/app/members/6001/history', 200, token],
    ['/app/members/6001/history.data', 200, token],
    [`${pathname}${search}`, 200],
    ['/api/membership', 401],
    ['/app/%00', 400],
  ]
  for (const [path, status, headers] of asked) {
    const answer = await ask(path, headers)
    expect([answer.status, answer.headers['cache-control']], path).toEqual([status, 'no-store'])
  }
  const page = await ask('/app/settings', token)
  expect(page.headers['x-content-type-options']).toBe('nosniff')
})
