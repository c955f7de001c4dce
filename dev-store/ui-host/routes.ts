/** Scripts of the UI extensions, session tokens for them, and their changes to the checkout. */
import { type Context, Hono } from 'hono'
import { asHostModule, bundleHost, bundleTarget } from './bundle.ts'
import type { DiscountCodeChange, DiscountCodeResult } from './page-data.ts'
import { type UiHostContext, uiExtensionsIn } from './render.ts'
import { mintSessionToken } from './session-token.ts'

/** What only the practice store's own pages know. */
export interface UiHostPages {
  /** Number of the customer signed in by this request's cookie, or null. Never taken from the page. */
  customerIdOf(request: Context): number | null
  /** Adds or removes a code in the checkout of that token, if this request may; answers its new state. */
  changeDiscountCode?(
    request: Context,
    checkoutToken: string,
    change: DiscountCodeChange,
  ): Promise<DiscountCodeResult>
}

/** Mount at the root of the practice store. Bundling starts at once; requests wait for it. */
export function uiHostRoutes(context: UiHostContext, pages: UiHostPages): Hono {
  const { appUrl, apiKey, apiSecret, projectRoot } = context.settings
  const host = started(bundleHost('host'))
  const till = started(bundleHost('till'))
  const scripts = new Map(
    uiExtensionsIn(projectRoot).flatMap((extension) =>
      extension.targets.map(({ target }) => [
        `${extension.handle}/${target}.js`,
        started(bundleTarget(extension, target, appUrl).then(asHostModule)),
      ]),
    ),
  )
  const routes = new Hono()

  routes.get('/practice/ui-host.js', async (c) => javascript(c, await host))

  routes.get('/practice/till-host.js', async (c) => javascript(c, await till))

  routes.get('/practice/extensions/:handle/:file', async (c) => {
    const script = scripts.get(`${c.req.param('handle')}/${c.req.param('file')}`)
    return script ? javascript(c, await script) : c.notFound()
  })

  // POST, so that no cache and no prefetch ever holds a token.
  routes.post('/practice/session-token', (c) => {
    const now = context.store.now?.() ?? Date.now()
    const shopDomain = context.store.shop.domain
    const token = mintSessionToken({ apiKey, apiSecret, shopDomain, customerId: pages.customerIdOf(c), now })
    c.header('Cache-Control', 'no-store')
    return c.json({ token })
  })

  routes.post('/practice/ui/discount-code', async (c) => {
    const body = await c.req.json().catch(() => null)
    if (!isDiscountCodeRequest(body)) return c.json({ type: 'error', message: 'Invalid change' }, 400)
    if (!pages.changeDiscountCode) return c.json({ type: 'error', message: 'No checkout here' }, 404)
    return c.json(await pages.changeDiscountCode(c, body.checkout, body.change))
  })

  return routes
}

function javascript(c: Context, script: string) {
  return c.body(script, 200, {
    'Content-Type': 'text/javascript; charset=utf-8',
    'Cache-Control': 'no-cache',
  })
}

/** A failed bundle is reported by the request that needs it, not as an unhandled rejection at start. */
function started<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

function isDiscountCodeRequest(body: unknown): body is { checkout: string; change: DiscountCodeChange } {
  const { checkout, change } = (body ?? {}) as { checkout?: unknown; change?: Partial<DiscountCodeChange> }
  return (
    typeof checkout === 'string' &&
    typeof change?.code === 'string' &&
    (change.type === 'addDiscountCode' || change.type === 'removeDiscountCode')
  )
}
