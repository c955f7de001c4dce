/** Signing in as a sample customer, the account with its orders, and one order's status page. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { currentNet, currentQuantity, financialStatus, orderTotals } from '../commerce/order-state.ts'
import type { PracticeContext } from '../context.ts'
import { createCustomer, updateCustomer } from '../deeds/customer-deeds.ts'
import { storeCreditAccountsOf, storeCreditTransactionsOf } from '../deeds/store-credit-deeds.ts'
import type { Customer, Locale, Order } from '../model.ts'
import { ORDER_STATUS_TARGET } from '../ui-host/index.ts'
import { customerOf, readSession, saveSession } from './session.ts'
import { appBlock, type Html, root, storefrontPage, uiBlock } from './storefront-layout.ts'
import { notFound } from './storefront-routes.ts'
import { orderAsCheckout, uiOrder } from './ui-data.ts'
import { day, money, statusText, words } from './words.ts'

export function accountRoutes(context: PracticeContext, locale: Locale): Hono {
  const { store } = context
  const routes = new Hono()
  const signedIn = (c: Context) => customerOf(store, readSession(store, c))

  routes.get('/account', (c) => {
    const customer = signedIn(c)
    return customer
      ? accountPage(context, c, locale, customer)
      : c.redirect(`${root(locale)}/account/login`, 303)
  })

  routes.get('/account/login', (c) => signInPage(context, c, locale))

  // As with Shopify's customer accounts, who has no account yet gets one by signing in.
  routes.get('/account/register', (c) => c.redirect(`${root(locale)}/account/login`))

  routes.post('/account/login', async (c) => {
    const form = await c.req.formData()
    const customer = store.customers.get(String(form.get('customer')))
    if (!customer) return notFound(context, c, locale)
    saveSession(store, c, { ...readSession(store, c), customerId: customer.id })
    return c.redirect(`${root(locale)}${form.get('back') === 'checkout' ? '/checkout' : '/account'}`, 303)
  })

  /** A code sent to the address would prove that it is hers; here every address is taken as proven. */
  routes.post('/account/register', async (c) => {
    const form = await c.req.formData()
    const field = (name: string) =>
      String(form.get(name) ?? '')
        .trim()
        .slice(0, 120)
    const email = field('email').toLowerCase()
    const known = store.customers.find((one) => one.email === email)
    const person = { firstName: field('firstName'), lastName: field('lastName'), email, locale, tags: [] }
    const acceptsMarketing = form.get('newsletter') === 'on'
    const customer = known ?? createCustomer(context, { ...person, acceptsMarketing }, 'confirmed_opt_in')
    saveSession(store, c, { ...readSession(store, c), customerId: customer.id })
    return c.redirect(`${root(locale)}/account`, 303)
  })

  routes.post('/account/newsletter', async (c) => {
    const customer = signedIn(c)
    const acceptsMarketing = (await c.req.formData()).get('newsletter') === 'on'
    if (customer) updateCustomer(context, customer.id, { acceptsMarketing }, 'confirmed_opt_in')
    return c.redirect(`${root(locale)}/account`, 303)
  })

  routes.post('/account/logout', (c) => {
    saveSession(store, c, { ...readSession(store, c), customerId: null })
    return c.redirect(`${root(locale)}/`, 303)
  })

  routes.get('/account/orders/:token', (c) => {
    const order = store.orders.find((one) => one.token === c.req.param('token'))
    const customer = signedIn(c)
    if (!order || !customer || order.customerId !== customer.id) return notFound(context, c, locale)
    return orderPage(context, c, locale, order, customer)
  })

  return routes
}

async function signInPage(context: PracticeContext, c: Context, locale: Locale): Promise<Response> {
  const t = words(locale)
  const { store } = context
  const samples = store.customers.filter((one) => one.sample)
  const later = store.customers.filter((one) => !one.sample && one.createdAt > store.shop.createdAt).slice(-3)
  const entry = (customer: Customer) => {
    const count = store.ordersOf(customer.id).length
    return html`<li><button name="customer" value="${customer.id}" class="person">
      <strong>${customer.firstName} ${customer.lastName}</strong>
      <span class="quiet">${count} ${count === 1 ? t.orders_one : t.orders_many}</span></button></li>`
  }
  const body = html`<h1>${t.signInTitle}</h1><p>${t.signInHint}</p>
    <form method="post" action="${root(locale)}/account/login">
      <input type="hidden" name="back" value="${c.req.query('back') ?? ''}">
      <ul class="people">${[...samples, ...later].map(entry)}</ul>
    </form>
    <form method="post" action="${root(locale)}/account/logout"><button class="link">${t.continueAsGuest}</button></form>
    <h2>${t.signUpTitle}</h2>
    <form method="post" action="${root(locale)}/account/register">
      ${(['firstName', 'lastName', 'email'] as const).map(
        (name) =>
          html`<p><label>${t[name]} <input name="${name}" type="${name === 'email' ? 'email' : 'text'}" required maxlength="120"></label></p>`,
      )}
      <p><label><input type="checkbox" name="newsletter"> ${t.newsletterYes}</label></p>
      <button>${t.signUp}</button>
    </form>`
  const page = { title: t.signIn, locale, page: 'customers/login', path: '/account/login', body }
  return storefrontPage(context, c, page)
}

async function accountPage(
  context: PracticeContext,
  c: Context,
  locale: Locale,
  customer: Customer,
): Promise<Response> {
  const t = words(locale)
  const { store } = context
  const orders = store.ordersOf(customer.id).sort((a, b) => b.number - a.number)
  const zone = store.shop.timeZone
  const body = html`<div class="account-head"><h1>${t.hello}, ${customer.firstName}</h1>
      <form method="post" action="${root(locale)}/account/logout"><button class="link">${t.signOut}</button></form></div>
    ${await appBlock(context, c, { locale, page: 'customers/account', block: 'balance' })}
    ${storeCreditSection(context, locale, customer)}
    <form method="post" action="${root(locale)}/account/newsletter"><button class="link" name="newsletter" value="${customer.acceptsMarketing ? '' : 'on'}">${customer.acceptsMarketing ? t.newsletterOff : t.newsletterOn}</button></form>
    <h2>${t.myOrders}</h2>
    ${
      orders.length === 0
        ? html`<p>${t.noOrders}</p>`
        : html`<div class="table-frame" tabindex="0" role="region" aria-label="${t.myOrders}"><table><thead><tr><th scope="col">${t.orderNumber}</th><th scope="col">${t.date}</th><th scope="col">${t.status}</th><th scope="col" class="number">${t.total}</th></tr></thead>
        <tbody>${orders
          .slice(0, 60)
          .map(
            (order) =>
              html`<tr><td><a href="${root(locale)}/account/orders/${order.token}">${order.name}</a></td><td>${day(order.createdAt, locale, zone)}</td><td>${statusText(financialStatus(order), locale)}</td><td class="number">${money(orderTotals(order).total, locale)}</td></tr>`,
          )}</tbody></table></div>`
    }`
  const page = { title: t.account, locale, page: 'customers/account', path: '/account', body }
  return storefrontPage(context, c, page)
}

/** What the customer has to spend, and how much of it ends when: soonest first. */
function storeCreditSection({ store }: PracticeContext, locale: Locale, customer: Customer): Html | '' {
  const t = words(locale)
  const accounts = storeCreditAccountsOf(store, customer.id)
  if (accounts.length === 0) return ''
  return html`<section aria-labelledby="store-credit"><h2 id="store-credit">${t.storeCredit}</h2>
    ${accounts.map(({ id, balance, currency }) => {
      const ending = storeCreditTransactionsOf(store, id)
        .flatMap((one) => (one.kind === 'credit' ? [one] : []))
        .filter((one) => one.expiresAt !== null && one.expiresAt > store.time() && one.remaining > 0)
        .sort((a, b) => String(a.expiresAt).localeCompare(String(b.expiresAt)))
      return html`<p><strong>${money(balance, locale, currency)}</strong></p>
      ${ending.length === 0 ? '' : html`<ul>${ending.map((one) => html`<li>${t.storeCreditUntil} ${day(one.expiresAt ?? '', locale, store.shop.timeZone)}: ${money(one.remaining, locale, currency)}</li>`)}</ul>`}`
    })}</section>`
}

function orderPage(
  context: PracticeContext,
  c: Context,
  locale: Locale,
  order: Order,
  customer: Customer,
): Promise<Response> {
  const t = words(locale)
  const { store } = context
  const totals = orderTotals(order)
  const extension = uiBlock(context, {
    target: ORDER_STATUS_TARGET,
    locale,
    customer,
    checkout: orderAsCheckout(store, order),
    order: uiOrder(store, order),
  })
  const body = html`<h1>${t.orderNumber} ${order.name}</h1>
    <p>${day(order.createdAt, locale, store.shop.timeZone)} · ${statusText(financialStatus(order), locale)}</p>
    <div class="extension">${extension}</div>
    <ul class="summary-lines">${order.lines.map((line) => {
      const left = currentQuantity(order, line)
      const gone = line.quantity - left
      return html`<li><span>${left} × ${line.title}${gone > 0 ? html` <span class="quiet">(${gone} ${t.removed_line})</span>` : ''}</span><span>${money(currentNet(order, line), locale)}</span></li>`
    })}</ul>
    <dl class="totals">
      <div><dt>${t.shipping}</dt><dd>${money(totals.currentShipping, locale)}</dd></div>
      <div class="total"><dt>${t.total}</dt><dd>${money(totals.currentTotal, locale)}</dd></div>
      ${totals.refunded > 0 ? html`<div><dt>${t.refunded}</dt><dd>${money(totals.refunded, locale)}</dd></div>` : ''}
    </dl>
    <p><a href="${root(locale)}/account">${t.myOrders}</a></p>`
  return storefrontPage(context, c, {
    title: `${t.orderNumber} ${order.name}`,
    locale,
    page: 'customers/order',
    path: `/account/orders/${order.token}`,
    body,
  })
}
