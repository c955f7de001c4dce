/** What the start script and tests ask of the practice store itself. */
import { Hono } from 'hono'
import type { PracticeContext } from '../context.ts'

export function practiceRoutes(context: PracticeContext): Hono {
  const { store, history, webhooks } = context
  const routes = new Hono()

  routes.get('/practice/status', (c) =>
    c.json({
      shop: store.shop.domain,
      installed: store.installation.installed,
      products: store.products.size,
      customers: store.customers.size,
      orders: store.orders.size,
      ...history.progress(),
      pending: webhooks.pendingCount,
    }),
  )

  /** Resolves when the app has taken the whole past; the store does this by itself after the installation. */
  routes.post('/practice/deliver-history', async (c) => {
    if (!store.installation.installed) return c.json({ error: 'The app is not installed' }, 409)
    return c.json(await history.deliverHistory())
  })

  return routes
}
