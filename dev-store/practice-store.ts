/** Puts the practice store together: state, webhooks, every area's routes. */
import { Hono } from 'hono'
import { adminApiRoutes } from './admin-api/routes.ts'
import { adminFrameRoutes } from './admin-frame/routes.ts'
import type { PracticeContext, Settings } from './context.ts'
import { themeAssetRoutes } from './liquid/render.ts'
import { accountRoutes } from './pages/account-routes.ts'
import { adminClockRoutes } from './pages/admin-clock-routes.ts'
import { adminCustomerRoutes } from './pages/admin-customer-routes.ts'
import { adminOrderRoutes } from './pages/admin-order-routes.ts'
import { adminProductRoutes } from './pages/admin-product-routes.ts'
import { adminWebhookRoutes } from './pages/admin-webhook-routes.ts'
import { changeDiscountCode, checkoutRoutes } from './pages/checkout-routes.ts'
import { pictureRoutes } from './pages/pictures.ts'
import { practiceRoutes } from './pages/practice-routes.ts'
import { proxyRoutes } from './pages/proxy-routes.ts'
import { customerIdOf } from './pages/session.ts'
import { notFound, storefrontRoutes } from './pages/storefront-routes.ts'
import { tillRoutes } from './pages/till-routes.ts'
import { customersOf, midnight, seedShop } from './seed/seed-shop.ts'
import { Store } from './store.ts'
import { uiHostRoutes } from './ui-host/index.ts'
import { DeliveryQueue } from './webhooks/delivery-queue.ts'
import { HistoryFeeder } from './webhooks/history-feeder.ts'
import { readSubscriptions } from './webhooks/subscriptions.ts'

export function openContext(settings: Settings): PracticeContext {
  const store = new Store({ directory: settings.dataDirectory })
  const { pastOrders } = settings
  seedShop(store, { today: midnight(store.now()), orders: pastOrders, customers: customersOf(pastOrders) })
  const webhooks = new DeliveryQueue({
    store,
    appUrl: settings.appUrl,
    apiSecret: settings.apiSecret,
    subscriptions: () => readSubscriptions(settings.projectRoot),
  })
  return { settings, store, webhooks, history: new HistoryFeeder(store, webhooks) }
}

/** What answers a request; the storefront comes last and takes the rest. */
export function practiceApp(context: PracticeContext): Hono {
  // "/en" and "/en/" are the same page.
  const app = new Hono({ strict: false })
  // Whatever is answered has been written: a kill after the answer loses nothing.
  app.use(async (_, next) => {
    await next()
    context.store.flush()
  })
  app.onError((error, c) => {
    console.error(error)
    return c.text(`The practice store failed: ${error.message}`, 500)
  })
  app.route('/', adminApiRoutes(context))
  app.route('/', adminFrameRoutes(context))
  app.route('/', practiceRoutes(context))
  app.route('/', pictureRoutes(context))
  app.route('/', themeAssetRoutes())
  app.route(
    '/',
    uiHostRoutes(context, {
      customerIdOf: (c) => customerIdOf(context, c),
      changeDiscountCode: (c, token, change) => changeDiscountCode(context, c, token, change),
    }),
  )
  app.route('/', proxyRoutes(context))
  app.route('/', adminOrderRoutes(context))
  app.route('/', adminCustomerRoutes(context))
  app.route('/', adminProductRoutes(context))
  app.route('/', adminWebhookRoutes(context))
  app.route('/', adminClockRoutes(context))
  app.route('/', tillRoutes(context))
  for (const locale of ['en', 'de'] as const) {
    const base = locale === 'de' ? '/' : '/en'
    app.route(base, checkoutRoutes(context, locale))
    app.route(base, accountRoutes(context, locale))
    app.route(base, storefrontRoutes(context, locale))
  }
  app.notFound((c) => notFound(context, c, c.req.path.startsWith('/en') ? 'en' : 'de'))
  return app
}
