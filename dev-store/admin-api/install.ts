/** What Shopify does when a merchant installs the app: grant the scopes, then open the app. */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import type { PracticeContext } from '../context.ts'
import { mintIdToken } from './session-token.ts'

/** A browser's name: the app's library turns away whatever calls itself a bot, Node included. */
const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36'

/** How long the app may take to answer its first request, milliseconds. */
const FIRST_ANSWER = 30_000

export type Installation = {
  installed: true
  scope: string
  opened: boolean
  status: number | null
  error: string | null
}

/** The scopes that `shopify.app.toml` asks for, sorted. */
export function declaredScopes(projectRoot: string): string[] {
  const toml = parse(readFileSync(join(projectRoot, 'shopify.app.toml'), 'utf8')) as {
    access_scopes?: { scopes?: string }
  }
  const scopes = toml.access_scopes?.scopes ?? ''
  return scopes
    .split(',')
    .map((scope) => scope.trim())
    .filter(Boolean)
    .sort()
}

/**
 * Installs the app and opens it once, so that it exchanges its token and does what it does after
 * authentication. Installing again renews the scopes and opens the app again.
 */
export async function installApp(context: PracticeContext): Promise<Installation> {
  const { settings, store, webhooks } = context
  const before = store.installation
  const scope = declaredScopes(settings.projectRoot).join(',')
  store.installation = {
    ...before,
    installed: true,
    installedAt: before.installed ? before.installedAt : store.time(),
    uninstalledAt: null,
    scope,
    tokens: before.installed ? before.tokens.map((token) => ({ ...token, scope })) : [],
  }
  if (before.installed && before.scope !== scope)
    webhooks.emit(
      'app/scopes_update',
      {
        id: before.appId,
        previous: before.scope.split(','),
        current: scope.split(','),
        updated_at: store.time(),
      },
      `App/${before.appId}`,
    )
  return { installed: true, scope, ...(await openApp(context)) }
}

async function openApp(context: PracticeContext): Promise<Pick<Installation, 'opened' | 'status' | 'error'>> {
  try {
    const response = await fetch(appAddress(context, '/app', 'de'), {
      headers: { 'user-agent': BROWSER, accept: 'text/html' },
      redirect: 'manual',
      signal: AbortSignal.timeout(FIRST_ANSWER),
    })
    await response.body?.cancel()
    return { opened: response.status === 200, status: response.status, error: null }
  } catch (error) {
    return { opened: false, status: null, error: (error as Error).message }
  }
}

/** Base64 of the admin's address, as App Bridge expects it. */
export function hostOf(shopDomain: string): string {
  const handle = shopDomain.replace('.myshopify.com', '')
  return Buffer.from(`admin.shopify.com/store/${handle}`).toString('base64url')
}

/**
 * The address that Shopify loads into the admin's frame.
 * @param path of the app, with its own query ("/app/members?page=2")
 */
export function appAddress(context: PracticeContext, path: string, locale: string): string {
  const { settings, store } = context
  const address = new URL(`${settings.appUrl}${path}`)
  const { domain } = store.shop
  const parameters: Record<string, string> = {
    embedded: '1',
    shop: domain,
    host: hostOf(domain),
    locale,
    session: createHmac('sha256', settings.apiSecret)
      .update(store.installation.installedAt ?? '')
      .digest('hex'),
    timestamp: String(Math.floor(store.now() / 1000)),
    id_token: mintIdToken(settings, domain, store.now()),
  }
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)
  const signed = [...address.searchParams]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&')
  address.searchParams.set('hmac', createHmac('sha256', settings.apiSecret).update(signed).digest('hex'))
  return address.href
}
