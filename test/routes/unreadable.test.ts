import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { handleError } from '../../app/entry.server.tsx'
import { readEnv } from '../../app/env.server.ts'
import { logger } from '../../app/logger.server.ts'
import { action as preview } from '../../app/routes/api.preview.ts'
import { action as member } from '../../app/routes/app.members.$customerId.tsx'
import { action as upload } from '../../app/routes/app.operations.bulk._index.tsx'
import { action as pastOrders } from '../../app/routes/app.operations.past-orders.tsx'
import { action as publishing } from '../../app/routes/app.program.publish.tsx'
import { action as draft } from '../../app/routes/app.program.tsx'
import { action as settings } from '../../app/routes/app.settings.tsx'
import { action as redeem } from '../../app/routes/proxy.panel_.redeem.ts'
import { faultOfText } from '../../app/storable-text.ts'
import { startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { testProgram } from '../support/program.ts'
import { publish } from '../support/shop.ts'
import {
  adminToken,
  answerOf,
  BROWSER,
  bearerCall,
  extensionToken,
  proxyCall,
} from '../support/shopper-requests.ts'

/** What nobody's browser sends: it is refused with a reason, and nothing breaks. */
const database = useDatabase()
const pages = useAdminPages()
const args = (request: Request, params = {}) => ({ request, params, context: {} }) as never
/** NUL, and each half of a pair. */
const BAD = ['a\0b', '\ud800', 'x\udfff']

type Action = (args: never) => Promise<unknown>

beforeAll(async () => {
  await pages.open('/app')
  const { rows } = await database.owner().query('SELECT shop_id::int AS id FROM shop')
  await publish(database.owner(), rows[0].id, 1, testProgram(), '2020-01-01T00:00:00Z')
})

const json = (action: Action, body: (bad: string) => unknown) => async (bad: string) => {
  const request = bearerCall('/app', await adminToken(pages.domain), { json: body(bad) })
  return answerOf(() => action(args(request, { customerId: '6001' })))
}
const form = (action: Action, fields: (bad: string) => FormData | URLSearchParams) => async (bad: string) => {
  const headers = { 'User-Agent': BROWSER, Authorization: `Bearer ${await adminToken(pages.domain)}` }
  const request = new Request('http://127.0.0.1:3000/app', { method: 'POST', headers, body: fields(bad) })
  return answerOf(() => action(args(request, { customerId: '6001' })))
}
const adjusting = (bad: string) => ({
  intent: 'adjust',
  points: '5',
  reason: `Kulanz ${bad}`,
  key: 'key-00000001',
})
const saving = (patch: unknown) => ({ intent: 'save', revision: 0, patch })

const PLACES: [string, (bad: string) => Promise<Response>][] = [
  ['a draft’s name', json(draft, (bad) => saving({ name: { de: bad } }))],
  ['a campaign of a draft', json(draft, (bad) => saving({ campaigns: [{ name: { de: 'x', [bad]: 'y' } }] }))],
  ['the note of a version', json(publishing, (bad) => ({ revision: 0, countFrom: null, note: bad }))],
  ['the day of a take-over', json(pastOrders, (bad) => ({ intent: 'start', from: bad, award: false }))],
  ['a setting that nobody knows', json(settings, (bad) => ({ [bad]: true }))],
]
/** Of these the platform's reader mends half a pair before anybody sees it. */
const FORMS: [string, (bad: string) => Promise<Response>][] = [
  ['a reason', form(member, (bad) => new URLSearchParams(adjusting(bad)))],
  ['a reason in parts', form(member, (bad) => asParts(adjusting(bad)))],
  ['a key', form(member, (bad) => new URLSearchParams({ ...adjusting(''), key: `key-00000001${bad}` }))],
  ['the name of a file', form(upload, (bad) => asParts({ kind: 'adjustment' }, `punkte${bad}.csv`))],
]

function asParts(fields: Record<string, string>, fileName?: string): FormData {
  const parts = new FormData()
  for (const [name, value] of Object.entries(fields)) parts.set(name, value)
  if (fileName) parts.set('file', new File(['Kundennummer;Punkte;Grund\n1;2;Kulanz\n'], fileName))
  return parts
}

describe('A10: text that cannot be stored is refused with the field it stands in', () => {
  const expectRefused = async (answer: Response) => {
    const said = await answer.text()
    expect([answer.status, said], said).toEqual([
      400,
      expect.stringMatching(/ holds (NUL|half of a surrogate pair) /),
    ])
  }
  test.each(PLACES)('%s', async (_, send) => {
    for (const bad of BAD) await expectRefused(await send(bad))
  })
  test.each(FORMS)('%s', async (_, send) => {
    await expectRefused(await send('a\0b'))
    // What is no Response is an answer of the route's own.
    for (const bad of BAD) expect((await send(bad)).status ?? 200).toBeLessThan(500)
  })

  test('a file with NUL in a line is a file with a faulty line', async () => {
    const parts = asParts({ kind: 'adjustment' })
    parts.set('file', new File(['Kundennummer;Punkte;Grund\n1;2;Kul\0anz\n'], 'punkte.csv'))
    expect((await form(upload, () => parts)('')).status).toBeLessThan(500)
  })

  test('what a shopper sends', async () => {
    for (const bad of BAD) {
      for (const wish of [
        { rewardId: bad, key: 'key-00000001' },
        { rewardId: 'five-off', key: `key-00000001${bad}` },
      ]) {
        const request = proxyCall('/panel/redeem', { shop: pages.domain, customer: '6001', json: wish })
        const answer = await answerOf(() => redeem(args(request)))
        expect([answer.status, (await answer.json()).error.code]).toEqual([400, 'invalid-payload'])
      }
      const token = await extensionToken({ shop: pages.domain, customer: '6001' })
      const cart = { currency: 'EUR', locale: bad, lines: [{ productId: bad, amount: '1.00' }] }
      const answer = await answerOf(() => preview(args(bearerCall('/api/preview', token, { json: cart }))))
      expect(answer.status).toBe(400)
    }
  })

  test.each([70, 30_000])('A17: a cart of %i levels is read for its fields', async (levels) => {
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
    const body = `{"currency":"EUR","lines":[],"deep":${deep}}`
    const headers = {
      'User-Agent': BROWSER,
      'Content-Type': 'application/json',
      Authorization: `Bearer ${await extensionToken({ shop: pages.domain })}`,
    }
    const request = new Request('http://127.0.0.1:3000/api/preview', { method: 'POST', headers, body })
    const answer = await answerOf(() => preview(args(request)))
    expect({ status: answer.status, words: await answer.text() }).toMatchObject({ status: 200 })
  })

  test('JSON that is nested without end', async () => {
    const depth = 30_000
    const deep = `{"intent":"save","revision":0,"patch":{"name":${'['.repeat(depth)}${']'.repeat(depth)}}}`
    const headers = { 'User-Agent': BROWSER, Authorization: `Bearer ${await adminToken(pages.domain)}` }
    const request = new Request('http://127.0.0.1:3000/app', { method: 'POST', headers, body: deep })
    const answer = await answerOf(() => draft(args(request)))
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringMatching(/is nested deeper than 64 levels$/),
    ])
  })
})

test('A10: the sentence names where the text stands, and whole text of any script passes', () => {
  expect(faultOfText({ name: { de: 'Grüße 😀 你好', en: ['a', { b: 'c\0' }] } })).toBe(
    'name.en.1.b holds NUL (U+0000), which no text may',
  )
  expect(faultOfText('\ud83d')).toBe(
    'the body holds half of a surrogate pair (U+D800 to U+DFFF), which no text may',
  )
  for (const good of ['', '😀', '\ufffd', 'a\tb\n', 'مرحبا', null, 1, true, [], { a: [{}] }])
    expect(faultOfText(good)).toBeNull()
})

const hostOf = (admin: string) => Buffer.from(admin).toString('base64')

describe('A10: a request that no page can read', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer(
      readEnv({ ...process.env, DATABASE_URL: database.url(), HOST: '127.0.0.1', PORT: '0' }),
    )
  })
  afterAll(() => server.close())

  /** The first line and the body of the answer. */
  const say = (lines: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () =>
        socket.end(`${lines}\r\nConnection: close\r\nUser-Agent: ${BROWSER}\r\n\r\n`),
      )
      let heard = ''
      socket.on('data', (chunk) => (heard += chunk))
      socket.once('close', () => resolve(`${heard.split('\r\n')[0]} ${heard.split('\r\n\r\n')[1] ?? ''}`))
    })

  test.each([
    ['GET /app HTTP/1.1\r\nHost: a b', 'Host must name a host'],
    ['GET /app HTTP/1.1\r\nHost: <script>', 'Host must name a host'],
    ['GET /app HTTP/1.1\r\nHost: app:99999', 'Host must name a host'],
    ['GET /app HTTP/1.1\r\nHost: app:x', 'Host must name a host'],
    ['GET /app HTTP/1.1\r\nHost: user@app', 'Host must name a host'],
    ['GET /app HTTP/1.1\r\nHost:', 'Host must name a host'],
    ['GET /app HTTP/1.0\r\nAccept: text/html', 'Host must name a host'],
    ['GET /app HTTP/1.1\r\nHost: app\r\nX-Forwarded-Host: a/b', 'X-Forwarded-Host must name a host'],
    ['GET /app HTTP/1.1\r\nHost: app\r\nX-Forwarded-Proto: javascript', 'X-Forwarded-Proto must be'],
    ['GET /app HTTP/1.1\r\nHost: app\r\nX-Forwarded-Proto: ht tp', 'X-Forwarded-Proto must be'],
    ['GET http://other/app HTTP/1.1\r\nHost: app', 'the target must be a path'],
    ['GET //other/app HTTP/1.1\r\nHost: app', 'the path is ambiguous'],
    ['GET /app/..%2f HTTP/1.1\r\nHost: app', 'the path is ambiguous'],
    ['GET /app/members/%00 HTTP/1.1\r\nHost: app', 'the path is ambiguous'],
    ['GET /app/members?q=%00 HTTP/1.1\r\nHost: app', 'the query holds NUL'],
    ['GET /app/members?tier=a%00b&after=1_2 HTTP/1.1\r\nHost: app', 'the query holds NUL'],
    [
      `GET /app?shop=a.myshopify.com&host=${hostOf('javascript:alert(1)//myshopify.com')} HTTP/1.1\r\nHost: app`,
      'host must',
    ],
    [`GET /auth?host=${hostOf('user@admin.shopify.com/store/a')} HTTP/1.1\r\nHost: app`, 'host must'],
    [`GET /app?host=${hostOf('admin.shopify.com:99999/store/a')} HTTP/1.1\r\nHost: app`, 'host must'],
    [
      'GET /auth/session-token?shopify-reload=https://evil.example/x HTTP/1.1\r\nHost: app',
      'shopify-reload must',
    ],
    [
      'GET /auth/session-token?shopify-reload=javascript:alert(1) HTTP/1.1\r\nHost: app',
      'shopify-reload must',
    ],
    ['GET /auth/session-token?shopify-reload=//evil.example HTTP/1.1\r\nHost: app', 'shopify-reload must'],
    ['GET /%zz HTTP/1.1\r\nHost: app', ''],
    [
      'GET /auth/exit-iframe?shop=test-shop-1.myshopify.com&exitIframe=https://other.example HTTP/1.1\r\nHost: app',
      '',
    ],
    ['GET /auth/exit-iframe HTTP/1.1\r\nHost: app', ''],
  ])('%s', async (lines, reason) => {
    expect(await say(lines)).toMatch(new RegExp(`^HTTP/1\\.1 4\\d\\d .*${reason}`, 's'))
  })

  test('TRACE, and what else is no method of ours, is answered with 405', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'PURGE'])
      expect(await say(`${method} /app HTTP/1.1\r\nHost: app`)).toMatch(/^HTTP\/1\.1 405 /)
  })

  test('a proxy in front may name host and scheme, also several', async () => {
    for (const more of [
      'X-Forwarded-Proto: https',
      'X-Forwarded-Proto: https, http\r\nX-Forwarded-Host: shop.example.com, app',
      'X-Forwarded-Host: [::1]:3000',
    ])
      expect(await say(`GET / HTTP/1.1\r\nHost: app:3000\r\n${more}`)).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('no page breaks, whatever stands where the library looks', async () => {
    const values = [
      '',
      'x',
      'a'.repeat(3_000),
      '%F0%28',
      '../..',
      'https://other.example',
      'eyJhbGciOiJub25lIn0.e30.',
      'Ym9ndXM',
      '[object]',
      '1e999',
      '%25%30%30',
    ]
    for (const place of [
      '/',
      '/app',
      '/app/members',
      '/auth/login',
      '/auth/session-token',
      '/auth/callback',
      '/auth/exit-iframe',
      '/api/membership',
      '/proxy/panel',
    ])
      for (const value of values) {
        const names = [
          'shop',
          'host',
          'embedded',
          'id_token',
          'locale',
          'exitIframe',
          'session',
          'hmac',
          '_routes',
          'index',
        ]
        const query = names.map((name) => `${name}=${value}`).join('&')
        for (const target of [
          `${place}?${query}`,
          `${place}?${query}&embedded=1&shop=test-shop-1.myshopify.com&host=${HOST}`,
        ])
          expect(await say(`GET ${target} HTTP/1.1\r\nHost: app`), target).toMatch(/^HTTP\/1\.1 [234]/)
      }
  })
  const HOST = Buffer.from('admin.shopify.com/store/test-shop-1').toString('base64url')
})

test('A10: what is refused is no failure of ours: strangers fill no log of errors', () => {
  const error = vi.spyOn(logger, 'error').mockImplementation(() => {})
  const request = new Request('https://app.example/x1')
  const refused = (status: number) => ({ status, statusText: '', internal: true, data: '' })
  for (const status of [400, 401, 404, 405]) handleError(refused(status), { request })
  expect(error).not.toHaveBeenCalled()
  handleError(refused(500), { request })
  handleError(new Error('broken'), { request })
  expect(error).toHaveBeenCalledTimes(2)
  error.mockRestore()
})
