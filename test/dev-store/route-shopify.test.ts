/** The preload: Shopify's addresses lead to the practice store, and the app may be framed by it. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const preload = join(import.meta.dirname, '../../dev-store/route-shopify.ts')

type Seen = { url: string; shop: string | undefined; token: string | undefined; body: string }
const seen: Seen[] = []
const store = createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  const header = (name: string) => request.headers[name] as string | undefined
  seen.push({
    url: request.url ?? '',
    shop: header('x-shop-domain'),
    token: header('x-shopify-access-token'),
    body,
  })
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ data: { shop: { id: 'gid://shopify/Shop/1' } } }))
})
let origin = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(store.address() as AddressInfo).port}`
})
afterAll(() => {
  store.close()
})

async function node(script: string, environment: Record<string, string>): Promise<unknown> {
  const { stdout } = await run('node', ['--import', preload, '--input-type=module', '--eval', script], {
    env: { ...process.env, ...environment },
    cwd: join(import.meta.dirname, '../..'),
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

test("Shopify's own library reaches the practice store with shop, token and body", async () => {
  const script = `
    import '@shopify/shopify-api/adapters/node'
    import { LogSeverity, Session, shopifyApi } from '@shopify/shopify-api'
    const api = shopifyApi({ apiKey: 'k', apiSecretKey: 's', hostName: 'app.example.com', apiVersion: '2026-10',
      isEmbeddedApp: true, scopes: [], logger: { level: LogSeverity.Error } })
    const session = new Session({ id: 'x', shop: 'kontor-lindental.myshopify.com', state: '', isOnline: false, accessToken: 'shpat_x' })
    const client = new api.clients.Graphql({ session })
    const { data } = await client.request('query Two($n: Int) { shop { id } }', { variables: { n: 2 } })
    console.log(JSON.stringify(data))`
  seen.length = 0
  expect(await node(script, { PRACTICE_STORE_URL: origin })).toEqual({ shop: { id: 'gid://shopify/Shop/1' } })
  expect(seen).toHaveLength(1)
  expect(seen[0]).toMatchObject({
    url: '/admin/api/2026-10/graphql.json',
    shop: 'kontor-lindental.myshopify.com',
    token: 'shpat_x',
  })
  expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ variables: { n: 2 } })
})

test('other addresses are left alone', async () => {
  const script = `
    const answer = await fetch('${origin}/plain', { headers: { 'x-shop-domain': 'mine' } })
    console.log(JSON.stringify(answer.status))`
  seen.length = 0
  expect(await node(script, { PRACTICE_STORE_URL: 'http://127.0.0.1:1' })).toBe(200)
  expect(seen[0]).toMatchObject({ url: '/plain', shop: 'mine' })
})

const FRAMING = `
  import { createServer } from 'node:http'
  const headers = { 'Content-Security-Policy': "frame-ancestors https://x.myshopify.com https://admin.shopify.com;",
    Link: '<https://cdn.shopify.com/shopifycloud/app-bridge.js>; rel="preload"; as="script";' }
  const server = createServer((request, response) => {
    if (request.url === '/set') for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (request.url === '/none') response.setHeader('Content-Security-Policy', "frame-ancestors 'none'")
    response.writeHead(200, request.url === '/head' ? headers : {})
    response.end()
  }).listen(0, '127.0.0.1', async () => {
    const read = async (path) => {
      const answer = await fetch('http://127.0.0.1:' + server.address().port + path)
      return [answer.headers.get('content-security-policy'), answer.headers.get('link')]
    }
    console.log(JSON.stringify({ set: await read('/set'), head: await read('/head'), none: await read('/none'),
      bridge: process.env.APP_BRIDGE_URL ?? null }))
    server.close()
  })`

test('pages that Shopify may frame, the practice store may frame too', async () => {
  const framed = `frame-ancestors ${'http://practice.test'} https://x.myshopify.com https://admin.shopify.com;`
  const link = '<http://practice.test/shopifycloud/app-bridge.js>; rel="preload"; as="script";'
  const answer = await node(FRAMING, { PRACTICE_STORE_URL: 'http://practice.test/' })
  expect(answer).toEqual({
    set: [framed, link],
    head: [framed, link],
    none: ["frame-ancestors 'none'", null],
    bridge: 'http://practice.test/shopifycloud/app-bridge.js',
  })
})

test('without a practice store nothing is changed', async () => {
  const answer = (await node(FRAMING, { PRACTICE_STORE_URL: '' })) as { set: string[]; bridge: string | null }
  expect(answer.set[0]).toBe('frame-ancestors https://x.myshopify.com https://admin.shopify.com;')
  expect(answer.bridge).toBeNull()
})
