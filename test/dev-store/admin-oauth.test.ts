/** Token exchange, refresh, and what happens when a merchant installs the app. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintIdToken, verifyIdToken } from '../../dev-store/admin-api/session-token.ts'
import { type Harness, NOW, openHarness } from './admin-harness.ts'

const SHOP = 'kontor-lindental.myshopify.com'
const PATH = '/admin/oauth/access_token'

function exchange(harness: Harness, changes: Record<string, unknown> = {}) {
  const { settings } = harness.context
  return harness.post(PATH, {
    client_id: settings.apiKey,
    client_secret: settings.apiSecret,
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: mintIdToken(settings, SHOP, harness.store.now()),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    expiring: '1',
    ...changes,
  })
}

function refresh(harness: Harness, refreshToken: string) {
  const { settings } = harness.context
  return harness.post(PATH, {
    client_id: settings.apiKey,
    client_secret: settings.apiSecret,
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  })
}

const works = async (harness: Harness, token: string) =>
  (
    await harness.post(
      '/admin/api/2026-10/graphql.json',
      { query: '{ shop { id } }' },
      { 'x-shopify-access-token': token },
    )
  ).status === 200

describe('token exchange', () => {
  test('gives an offline token for an hour with a refresh token for 90 days', async () => {
    const harness = openHarness({ scopes: ['read_orders', 'write_discounts'] })
    const { status, body } = await exchange(harness)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^shpat_[0-9a-f]{32}$/),
      scope: 'read_orders,write_discounts',
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^shprt_[0-9a-f]{32}$/),
      refresh_token_expires_in: 90 * 24 * 3600,
    })
    expect(await works(harness, body.access_token)).toBe(true)
    harness.pass(3600 * 1000)
    expect(await works(harness, body.access_token)).toBe(false)
  })

  test('gives a token without an end when none is asked for', async () => {
    const { body } = await exchange(openHarness(), { expiring: '0' })
    expect(Object.keys(body).sort()).toEqual(['access_token', 'scope'])
  })

  test('gives an online token with its user', async () => {
    const { body } = await exchange(openHarness(), {
      requested_token_type: 'urn:shopify:params:oauth:token-type:online-access-token',
    })
    expect(body).toMatchObject({ expires_in: 86399, associated_user: { account_owner: true, locale: 'de' } })
  })

  test.each([
    ['a wrong secret', { client_secret: 'x' }, 'invalid_client'],
    ['a wrong client', { client_id: 'x' }, 'invalid_client'],
    ['no session token', { subject_token: '' }, 'invalid_subject_token'],
    ['another kind of token', { requested_token_type: 'urn:x' }, 'invalid_request'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('refuses %s', async (_, changes, error) => {
    const { status, body } = await exchange(openHarness(), changes)
    expect(status).toBe(400)
    expect(body.error).toBe(error)
  })

  test('refuses session tokens that are changed, old, of another app or another shop', async () => {
    const harness = openHarness()
    const { settings } = harness.context
    const good = mintIdToken(settings, SHOP, NOW)
    const tokens = [
      `${good.slice(0, -2)}${good.endsWith('AA') ? 'BB' : 'AA'}`,
      mintIdToken(settings, SHOP, NOW - 61_000),
      mintIdToken(settings, SHOP, NOW + 60_000),
      mintIdToken({ ...settings, apiKey: 'other' }, SHOP, NOW),
      mintIdToken({ ...settings, apiSecret: 'other' }, SHOP, NOW),
      mintIdToken(settings, 'other.myshopify.com', NOW),
    ]
    for (const subject_token of tokens)
      expect((await exchange(harness, { subject_token })).body.error).toBe('invalid_subject_token')
  })

  test('refuses an app that is not installed', async () => {
    const harness = openHarness()
    harness.store.installation = { ...harness.store.installation, installed: false }
    expect((await exchange(harness)).status).toBe(400)
  })
})

describe('refresh', () => {
  test('gives a new pair, and the old refresh token works no more', async () => {
    const harness = openHarness()
    const first = (await exchange(harness)).body
    harness.pass(3600 * 1000)
    const second = (await refresh(harness, first.refresh_token)).body
    expect(await works(harness, second.access_token)).toBe(true)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(harness, first.refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh(harness, second.refresh_token)).status).toBe(200)
  })

  test('ends after 90 days', async () => {
    const harness = openHarness()
    const { refresh_token } = (await exchange(harness)).body
    harness.pass(90 * 24 * 3600 * 1000)
    expect((await refresh(harness, refresh_token)).body.error).toBe('invalid_grant')
  })

  test('ends with the installation', async () => {
    const harness = openHarness()
    const { refresh_token } = (await exchange(harness)).body
    const { installation } = harness.store
    harness.store.installation = {
      ...installation,
      installed: false,
      tokens: installation.tokens.map((token) => ({ ...token, revoked: true })),
    }
    expect((await refresh(harness, refresh_token)).body.error).toBe('invalid_grant')
  })
})

describe('installing', () => {
  const opened: { url: URL; agent: string | undefined }[] = []
  const app = createServer((request, response) => {
    opened.push({ url: new URL(request.url ?? '', 'http://app'), agent: request.headers['user-agent'] })
    response.end('ok')
  })
  let appUrl = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
    appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  })
  afterAll(() => {
    app.close()
  })

  test('grants the declared scopes and opens the app as Shopify does', async () => {
    const harness = openHarness({ appUrl })
    harness.store.installation = { ...harness.store.installation, installed: false, tokens: [] }
    const { status, body } = await harness.post('/practice/install', {})
    expect(status).toBe(200)
    expect(body).toMatchObject({ installed: true, opened: true, status: 200 })
    expect(body.scope.split(',')).toContain('read_orders')
    const [first] = opened
    expect(first?.url.pathname).toBe('/app')
    expect(Object.fromEntries(first?.url.searchParams ?? [])).toMatchObject({
      embedded: '1',
      shop: SHOP,
      locale: 'de',
    })
    expect(Buffer.from(first?.url.searchParams.get('host') ?? '', 'base64url').toString()).toBe(
      'admin.shopify.com/store/kontor-lindental',
    )
    const token = first?.url.searchParams.get('id_token') ?? ''
    expect(verifyIdToken(token, harness.context.settings, SHOP, NOW)).not.toBeNull()
    expect(first?.agent).toMatch(/Chrome/)
    expect((await exchange(harness)).body.scope).toBe(body.scope)
  })

  test('says when the app does not answer', async () => {
    const harness = openHarness({ appUrl: 'http://127.0.0.1:1' })
    const { status, body } = await harness.post('/practice/install', {})
    expect(status).toBe(502)
    expect(body).toMatchObject({ installed: true, opened: false, status: null })
  })

  test('again with other scopes tells the app', async () => {
    const harness = openHarness({ appUrl, scopes: ['read_orders'] })
    await harness.post('/practice/install', {})
    expect(harness.emitted).toMatchObject([
      { topic: 'app/scopes_update', payload: { previous: ['read_orders'] } },
    ])
  })
})
