import { afterAll, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { startServer } from '../support/processes.ts'
import { testProgram } from '../support/program.ts'
import { makeShop } from '../support/shop.ts'
import { BROWSER, proxyCall } from '../support/shopper-requests.ts'

/** What the web process writes into its log for those whom nobody knows, however often and however long they ask. */
const database = useDatabase()
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer(database.url())
})
afterAll(() => server.stop())

const LONG = 'a'.repeat(15_000)
const FORGED = `Bearer ${'x'.repeat(2_000)}.${'y'.repeat(2_000)}.z`

const STRANGERS: [string, string, RequestInit?][] = [
  ['a path that is none', `/${LONG}`],
  ['a file that is none', `/assets/${LONG}.js`],
  ['a page below the admin', `/app/${LONG}`],
  ['the front page', '/'],
  ['the front page as data', '/_root.data'],
  ['the admin', '/app'],
  ['the admin as data', '/app.data'],
  ['the admin as data of no route', '/app.data?_routes='],
  ['the admin as data of the frame alone', '/app.data?_routes=root'],
  ['the admin as data of a route that is none', '/app.data?_routes=x'],
  ['a page that is none as data', `/app/${'a'.repeat(200)}.data`],
  ['a page that is none as data of no route', `/app/${'a'.repeat(200)}.data?_routes=`],
  [
    'the admin of a shop',
    '/app?embedded=1&shop=nobody.myshopify.com&host=YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvbm9ib2R5',
  ],
  ['the admin with a forged token', '/app/members', { headers: { Authorization: FORGED } }],
  [
    'the admin with a forged token in the address',
    `/app?embedded=1&shop=nobody.myshopify.com&id_token=${LONG.slice(0, 4_000)}`,
  ],
  ['the sign-in', '/auth/login'],
  ['the page that renews a token', '/auth/session-token?shop=nobody.myshopify.com'],
  ['the way out of the frame', `/auth/exit-iframe?exitIframe=https://nobody.example/${LONG.slice(0, 4_000)}`],
  ['the proxy without a signature', '/proxy/panel'],
  ['the proxy with a parameter that is none', `/proxy/panel?${LONG.slice(0, 4_000)}=1`],
  ['the proxy with a forged signature', `/proxy/panel?signature=${LONG.slice(0, 64)}`],
  ['the proxy, to change something', '/proxy/panel/redeem', { method: 'POST', body: LONG }],
  ['an extension without a token', '/api/membership'],
  ['an extension with a forged token', '/api/membership', { headers: { Authorization: FORGED } }],
  [
    'whether an extension may ask',
    '/api/preview',
    { method: 'OPTIONS', headers: { Origin: 'https://nobody.example' } },
  ],
  ['an address of extensions that is none', `/api/${LONG}`],
  ['a method that is none', '/app', { method: 'PROPFIND' }],
  ['the head of the admin', '/app', { method: 'HEAD' }],
  ['a form from elsewhere', '/app', { method: 'POST', headers: { Origin: 'https://nobody.example' } }],
  [
    'a delivery without a signature',
    '/webhooks',
    { method: 'POST', body: LONG, headers: { 'X-Shopify-Topic': LONG } },
  ],
]

const AGENTS = [BROWSER, 'nobody']
const TIMES = 3

const ask = (place: string, init: RequestInit = {}, agent = BROWSER) =>
  fetch(`http://127.0.0.1:${server.port}${place}`, {
    ...init,
    redirect: 'manual',
    headers: { 'User-Agent': agent, ...(init.headers as Record<string, string>) },
  }).then(async (answer) => {
    await answer.arrayBuffer()
    return answer.status
  })

/** Lines of the log since then; what was kept of it may begin in the midst of one. */
const linesSince = (start: number) =>
  server
    .words()
    .split('\n')
    .filter((line) => Date.parse(/"time":"([^"]+)"/.exec(line)?.[1] ?? '') >= start)

test.each(STRANGERS)(
  'A15: %s is told once, cut, however often it is asked for',
  async (_about, place, init) => {
    const start = Date.now()
    const statuses = new Set<number>()
    for (const agent of AGENTS) for (let n = 0; n < TIMES; n++) statuses.add(await ask(place, init, agent))
    const lines = linesSince(start)
    // One for each kind of refusal, and one of the library's at most.
    expect(lines.length).toBeLessThanOrEqual(statuses.size + 1)
    for (const line of lines) expect(line.length).toBeLessThan(600)
    expect([...statuses].filter((status) => status >= 500)).toEqual([])
  },
)

test('A15: a flood of long paths leaves next to nothing', async () => {
  const start = Date.now()
  for (let n = 0; n < 20; n++)
    await Promise.all(Array.from({ length: 10 }, (_, k) => ask(`/${LONG}${n * 10 + k}`)))
  expect(linesSince(start).join('\n').length).toBeLessThan(2_000)
})

test('A15: of those who are known each request has its line', async () => {
  const { domain } = await makeShop(database.owner(), { program: testProgram() })
  const start = Date.now()
  for (let n = 0; n < 5; n++) {
    const { url } = proxyCall('/panel', { shop: domain, customer: '11' })
    expect(await ask(url.slice('http://127.0.0.1:3000'.length))).toBe(200)
  }
  await expect.poll(() => linesSince(start)).toHaveLength(5)
  for (const line of linesSince(start).map((text) => JSON.parse(text)))
    expect(line).toMatchObject({ method: 'GET', path: '/proxy/panel', status: 200, msg: 'request' })
})
