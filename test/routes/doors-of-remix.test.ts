import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { startServer } from '../support/processes.ts'
import { BROWSER } from '../support/shopper-requests.ts'

/** What strangers may ask Remix and its adapter for, beside our pages: none of it is a fault of ours, none fills a log. */
const database = useDatabase()
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer(database.url())
})
afterAll(() => server.stop())

/** All that the process said, without the line that each request has, and what it says at most once a minute. */
const USUAL =
  /"level":30,.*"msg":"(?:request|web process is listening)"|"msg":"a proxied request was refused"/
const said = () =>
  server
    .words()
    .split('\n')
    .filter((line) => line !== '' && !USUAL.test(line))
afterEach(async () => {
  await pause(50)
  expect(said()).toEqual([])
})

/** The status, the body, and how long it took. */
const say = (first: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; body: string; ms: number }>((resolve, reject) => {
    const started = performance.now()
    const sent = { Host: 'app', 'User-Agent': BROWSER, Connection: 'close', ...headers }
    const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}`)
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(Buffer.from([`${first} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1')),
    )
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk))
    socket.once('error', reject)
    socket.once('close', () =>
      resolve({
        status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(heard)?.[1]),
        body: heard.split('\r\n\r\n')[1] ?? '',
        ms: performance.now() - started,
      }),
    )
  })

/** What the pattern of a host name takes and no address can hold. */
const NO_HOSTS = [
  '1.2.3.4.5',
  '999.999.999.999',
  '1.1.1.256',
  '09',
  '0x1ffffffff',
  '[::::]',
  '[1:2]',
  '[..]',
  'a:65536',
]

test.each(NO_HOSTS)('A10: %s is no host', async (host) => {
  const answers = [
    await say('GET /', { Host: host }),
    await say('GET /proxy/panel', { 'X-Forwarded-Host': host }),
    await say('GET /', { 'X-Forwarded-Host': `app, ${host}` }),
  ]
  for (const { status, body } of answers) {
    expect(status).toBe(400)
    expect(body).toContain('must name a host, like "loyalty.example.com"')
  }
})

test.each(['app', 'APP:3000', '127.0.0.1', '[::1]:3000', '[2001:db8::1]', 'my_app.internal'])(
  'A10: %s is one',
  async (host) => {
    expect((await say('GET /', { Host: host })).status).toBe(200)
    expect(
      (await say('GET /', { 'X-Forwarded-Host': `${host}, inner`, 'X-Forwarded-Proto': 'https, http' }))
        .status,
    ).toBe(200)
  },
)

test('A10: whatever is said of host, scheme and sender, no page breaks', async () => {
  const unit = fc.constantFrom(...'01289afxz.:[],-_ @/%', 'http', 'https', '://', '::1', '65536')
  const words = fc.oneof(
    fc.string({ unit, maxLength: 12 }),
    fc.ipV4Extended(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.webAuthority({ withPort: true, withUserInfo: true, withIPv4: true, withIPv6: true }),
    fc.webUrl(),
    fc.constantFrom(...NO_HOSTS, 'app', 'null', ''),
  )
  const header = fc.array(words, { minLength: 1, maxLength: 3 }).map((all) => all.join(','))
  const asked = fc.record(
    {
      Host: header,
      'X-Forwarded-Host': header,
      'X-Forwarded-Proto': fc.oneof(header, fc.constantFrom('http', 'https', 'https, http')),
      Origin: fc.oneof(header, fc.constantFrom('http://app', 'null')),
    },
    { requiredKeys: [] },
  )
  const first = fc.constantFrom(
    'GET /nix',
    'POST /nix',
    'POST /app.data',
    'HEAD /_root.data',
    'POST /api/nix',
  )
  await fc.assert(
    fc.asyncProperty(first, asked, async (line, headers) => {
      const { status } = await say(line, { 'Content-Length': '0', ...headers })
      expect(status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})

test.each(['/', '/nix', '/app', '/app/members', '/proxy/panel', '/api/membership', '/_root.data'])(
  'A10: %s has no old way to its data',
  async (place) => {
    for (const query of ['_data', '_data=1', '_data=routes%2Fapp', 'x=1&%5Fdata=root'])
      for (const method of ['GET', 'POST'])
        expect(await say(`${method} ${place}?${query}`, { 'Content-Length': '0' })).toMatchObject({
          status: 400,
          body: 'no page is asked for _data',
        })
  },
)

test('A10: what a page of another site sends is its fault and not ours', async () => {
  const places = [
    '/',
    '/nix',
    '/app',
    '/app.data',
    '/_root.data',
    '/.data',
    '/api',
    '/API/nix',
    '/api/preview.data',
  ]
  for (const origin of ['https://evil.example', 'null', 'x', 'http://app:81', 'http://APP.evil'])
    for (const place of places)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']) {
        const { status } = await say(`${method} ${place}`, { Origin: origin, 'Content-Length': '0' })
        expect(status, `${method} ${place} from ${origin}`).toBe(403)
      }
  // Extensions and the shop's own pages are elsewhere; who asks, they prove otherwise.
  for (const [place, status] of [
    ['/api/preview', 401],
    ['/api/nix', 404],
    ['/proxy/panel/redeem', 400],
    ['/proxy/nix', 404],
  ] as const)
    expect(
      await say(`POST ${place}`, { Origin: 'https://evil.example', 'Content-Length': '0' }),
    ).toMatchObject({ status })
  expect((await say('POST /nix', { Origin: 'http://app', 'Content-Length': '0' })).status).toBe(405)
})

test('A10: no address and no list keeps the process busy or is told to the log', async () => {
  const many = (one: string, length = 7_600) => one.repeat(length / one.length)
  const targets = [
    '/nix',
    '/%25zz',
    '/%zz',
    '/%zz.data',
    '/nix.data',
    '/.data.data',
    '/healthz.data',
    '/app/nix/%E0%A4',
    `/${many('a/')}`,
    `/app${many('/a')}`,
    `/app.data?_routes=${many('routes/app,')}`,
    '/_root.data?_routes=',
    '/_root.data?_routes=routes/nix,__proto__,constructor',
    '/?index&index=1&index=routes/app',
    `/__manifest?version=x&p=${many('/')}`,
    '/__manifest?p=/app/members',
    '/auth/login.data?shop=x',
    '/app#x',
    '/api/nix.data#x',
  ]
  for (const target of targets) {
    const { status, ms } = await say(`GET ${target}`)
    expect(status, target).toBeLessThan(500)
    expect(ms, target).toBeLessThan(1_000)
  }
  const remix = { 'X-Remix-Redirect': '/x', 'X-Remix-Reload-Document': 'true', 'X-Remix-Response': 'yes' }
  expect((await say('GET /', remix)).status).toBe(200)
})

test('A10: a list of routes of any length costs no more than any page', async () => {
  const { body } = await say('GET /')
  const manifest = /\/assets\/manifest-(\w+)\.js/.exec(body)?.[1]
  expect(manifest).toBeDefined()
  for (const path of ['/'.repeat(7_000), '/a'.repeat(3_500)]) {
    const { status, ms } = await say(`GET /__manifest?version=${manifest}&p=${path}`)
    expect(status).toBe(404)
    expect(ms).toBeLessThan(1_000)
  }
})
