/** The merchant's orders: list, one order, and everything that can be done to it. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { parseCents } from '../commerce/money.ts'
import { currentQuantity, financialStatus, orderTotals } from '../commerce/order-state.ts'
import type { PracticeContext } from '../context.ts'
import {
  cancel,
  changeOrder,
  deleteOrder,
  dispute,
  fulfilOrder,
  giveOrderTo,
  payOrder,
  refund,
  takeOrderFromCustomer,
} from '../deeds/order-deeds.ts'
import type { Order } from '../model.ts'
import { orderDetail } from './admin-order-view.ts'
import { adminLocale, adminPage, afterDeed, badge } from './admin-page.ts'
import { adminWords } from './admin-words.ts'
import { moment, money, statusText } from './words.ts'

const PAGE = 50

export function adminOrderRoutes(context: PracticeContext): Hono {
  const { store } = context
  const routes = new Hono()

  routes.get('/admin/orders', (c) => listPage(context, c))

  routes.get('/admin/orders/:id', (c) => {
    const order = store.orders.get(c.req.param('id'))
    if (!order) return listPage(context, c, 404)
    const locale = adminLocale(c.req.raw)
    return adminPage(context, c, {
      title: `${adminWords(locale).order} ${order.name}`,
      active: 'orders',
      body: orderDetail(store, order, locale, c.req.query('refused') ?? null),
    })
  })

  const deed = (path: string, act: (id: number, form: FormData) => unknown) => {
    routes.post(`/admin/orders/:id/${path}`, async (c) => {
      const id = Number(c.req.param('id'))
      const form = await c.req.formData()
      const back = path === 'delete' ? '/admin/orders' : `/admin/orders/${id}`
      return afterDeed(c, back, () => act(id, form))
    })
  }
  deed('pay', (id) => payOrder(context, id))
  deed('fulfil', (id) => fulfilOrder(context, id))
  deed('cancel', (id, form) => cancel(context, id, cancelReason(form)))
  deed('delete', (id) => deleteOrder(context, id))
  deed('attach', (id, form) => giveOrderTo(context, id, Number(form.get('customer'))))
  deed('take-off', (id) => takeOrderFromCustomer(context, id))
  deed('dispute', (id, form) => {
    const step = form.get('step')
    return dispute(context, id, step === 'won' || step === 'lost' ? step : 'open')
  })
  deed('edit', (id, form) => {
    const order = store.orders.get(id)
    const setQuantity = quantities(form).filter(({ lineId, quantity }) => {
      const line = order?.lines.find((one) => one.id === lineId)
      return !order || !line || currentQuantity(order, line) !== quantity
    })
    const variantId = Number(form.get('add'))
    const product = store.products.find((one) => one.variants.some((variant) => variant.id === variantId))
    const variant = product?.variants.find((one) => one.id === variantId)
    const quantity = Math.min(99, Math.max(1, Math.trunc(Number(form.get('addQuantity'))) || 1))
    const add = product && variant ? [{ product, variant, quantity }] : []
    return add.length + setQuantity.length === 0
      ? order
      : changeOrder(context, id, { add, setQuantity, note: text(form, 'note') })
  })
  deed('refund', (id, form) => {
    const amount = text(form, 'amount')
    const shipping = text(form, 'shipping')
    return refund(context, id, {
      lines: quantities(form).filter((line) => line.quantity > 0),
      shipping: shipping === null ? 0 : parseCents(shipping),
      amount: amount === null ? null : parseCents(amount),
      note: text(form, 'note'),
    })
  })

  return routes
}

function cancelReason(form: FormData): NonNullable<Order['cancelReason']> {
  const given = form.get('reason')
  return given === 'fraud' || given === 'inventory' || given === 'other' ? given : 'customer'
}

function text(form: FormData, name: string): string | null {
  const value = String(form.get(name) ?? '').trim()
  return value === '' ? null : value.slice(0, 500)
}

/** Fields "line-<id>" with whole numbers. */
function quantities(form: FormData): { lineId: number; quantity: number }[] {
  return [...form.entries()].flatMap(([name, value]) => {
    const quantity = Number(value)
    if (!name.startsWith('line-') || value === '' || !Number.isInteger(quantity) || quantity < 0) return []
    return [{ lineId: Number(name.slice(5)), quantity }]
  })
}

function listPage(context: PracticeContext, c: Context, status: 200 | 404 = 200): Promise<Response> {
  const { store } = context
  const locale = adminLocale(c.req.raw)
  const t = adminWords(locale)
  const query = (c.req.query('q') ?? '').trim().toLowerCase()
  const page = Math.max(1, Math.trunc(Number(c.req.query('page'))) || 1)
  const nameOf = (order: Order) => {
    const customer = order.customerId === null ? undefined : store.customer(order.customerId)
    if (customer) return `${customer.firstName} ${customer.lastName}`
    return order.source === 'pos' ? t.noCustomer : `${t.guest} (${order.email ?? ''})`
  }
  const found = store.orders
    .filter((order) => `${order.name} ${nameOf(order)} ${order.email ?? ''}`.toLowerCase().includes(query))
    .sort((a, b) => b.number - a.number)
  const shown = found.slice((page - 1) * PAGE, page * PAGE)
  const link = (to: number) => `/admin/orders?q=${encodeURIComponent(query)}&page=${to}`
  const body = html`<form class="row" method="get" action="/admin/orders" role="search">
      <label for="q">${t.searchHint}</label> <input id="q" name="q" type="search" value="${query}"> <button>${t.search}</button>
    </form>
    ${
      shown.length === 0
        ? html`<p>${t.nothingFound}</p>`
        : html`<div class="card scroll" tabindex="0" role="region" aria-label="${t.orders}"><table><thead><tr>
      <th scope="col">${t.order}</th><th scope="col">${t.date}</th><th scope="col">${t.customer}</th><th scope="col">${t.channel}</th><th scope="col">${t.payment}</th><th scope="col" class="number">${t.total}</th></tr></thead>
      <tbody>${shown.map((order) => {
        const state = financialStatus(order)
        return html`<tr><td><a href="/admin/orders/${order.id}">${order.name}</a>${order.test ? html` <span class="badge">${t.test}</span>` : ''}</td>
          <td>${moment(order.createdAt, locale, store.shop.timeZone)}</td><td>${nameOf(order)}</td>
          <td>${order.source === 'pos' ? t.pos : t.web}</td>
          <td><span class="${badge(state)}">${statusText(state, locale)}</span>${order.cancelledAt ? html` <span class="badge bad">${t.cancelled}</span>` : ''}</td>
          <td class="number">${money(orderTotals(order).total, locale)}</td></tr>`
      })}</tbody></table></div>`
    }
    <p class="row">${page > 1 ? html`<a class="button" href="${link(page - 1)}">${t.newer}</a>` : ''}
      <span class="quiet">${found.length === 0 ? 0 : (page - 1) * PAGE + 1}–${Math.min(found.length, page * PAGE)} / ${found.length}</span>
      ${page * PAGE < found.length ? html`<a class="button" href="${link(page + 1)}">${t.older}</a>` : ''}</p>`
  return adminPage(context, c, { title: t.orders, active: 'orders', body, status })
}
