/** The merchant's customers: list, one customer, create, change, delete, merge, privacy requests. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { Temporal } from 'temporal-polyfill'
import { parseCents } from '../commerce/money.ts'
import { financialStatus, orderTotals } from '../commerce/order-state.ts'
import type { PracticeContext } from '../context.ts'
import {
  askPrivacy,
  type CustomerInput,
  createCustomer,
  deleteCustomer,
  mergeCustomers,
  updateCustomer,
} from '../deeds/customer-deeds.ts'
import {
  creditStoreCredit,
  debitStoreCredit,
  storeCreditAccountsOf,
  storeCreditTransactionsOf,
} from '../deeds/store-credit-deeds.ts'
import { type Customer, isoTime } from '../model.ts'
import { type AdminLocale, adminLocale, adminPage, afterDeed, refusalMessage } from './admin-page.ts'
import { adminWords } from './admin-words.ts'
import type { Html } from './storefront-layout.ts'
import { day, moment, money, statusText } from './words.ts'

export function adminCustomerRoutes(context: PracticeContext): Hono {
  const { store } = context
  const routes = new Hono()

  routes.get('/admin/customers', (c) => listPage(context, c))

  routes.post('/admin/customers', async (c) => {
    const customer = createCustomer(context, customerInput(await c.req.formData()))
    return c.redirect(`/admin/customers/${customer.id}`, 303)
  })

  routes.get('/admin/customers/:id', (c) => {
    const customer = store.customer(Number(c.req.param('id')))
    return customer ? detailPage(context, c, customer) : listPage(context, c, 404)
  })

  const deed = (path: string, act: (id: number, form: FormData) => unknown) => {
    routes.post(`/admin/customers/:id/${path}`, async (c) => {
      const id = Number(c.req.param('id'))
      const form = await c.req.formData()
      return afterDeed(c, path === 'delete' ? '/admin/customers' : `/admin/customers/${id}`, () =>
        act(id, form),
      )
    })
  }
  deed('edit', (id, form) => updateCustomer(context, id, customerInput(form)))
  deed('delete', (id) => deleteCustomer(context, id))
  deed('merge', (id, form) => mergeCustomers(context, id, Number(form.get('other'))))
  deed('store-credit', (id, form) => moveStoreCredit(context, id, form))
  deed('data-request', (id) => askPrivacy(context, id, 'customers/data_request'))
  deed('redact', (id) => askPrivacy(context, id, 'customers/redact'))

  return routes
}

/** What the merchant gives or takes by hand, in the shop's currency. A day given as the end counts whole. */
function moveStoreCredit({ store }: PracticeContext, customerId: number, form: FormData): void {
  const money = { amount: parseCents(String(form.get('amount') ?? '')), currency: store.shop.currency }
  if (form.get('move') === 'debit') {
    debitStoreCredit(store, { customerId }, money)
    return
  }
  const day = String(form.get('expiresOn') ?? '')
  const expiresAt = day === '' ? null : isoTime(endOfDay(day, store.shop.timeZone))
  creditStoreCredit(store, { customerId }, { ...money, expiresAt, notify: false })
}

/** Epoch milliseconds. Throws a RangeError on anything but a date such as 2026-12-31. */
function endOfDay(day: string, timeZone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: '23:59:59' }).epochMilliseconds
}

function customerInput(form: FormData): CustomerInput {
  const field = (name: string) =>
    String(form.get(name) ?? '')
      .trim()
      .slice(0, 120)
  return {
    firstName: field('firstName'),
    lastName: field('lastName'),
    email: field('email').toLowerCase(),
    locale: form.get('locale') === 'en' ? 'en' : 'de',
    tags: field('tags')
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
    acceptsMarketing: form.get('acceptsMarketing') === 'on',
  }
}

function customerFields(locale: AdminLocale, customer: Customer | null): Html {
  const t = adminWords(locale)
  const field = (name: string, label: string, value: string, type = 'text', required = true) =>
    html`<p class="row"><label for="${name}">${label}</label> <input id="${name}" name="${name}" type="${type}" value="${value}" ${required ? 'required' : ''}></p>`
  return html`${field('firstName', t.firstName, customer?.firstName ?? '')}
    ${field('lastName', t.lastName, customer?.lastName ?? '')}
    ${field('email', t.email, customer?.email ?? '', 'email')}
    ${field('tags', t.tags, customer?.tags.join(', ') ?? '', 'text', false)}
    <p class="row"><label><input name="acceptsMarketing" type="checkbox" ${customer?.acceptsMarketing ? 'checked' : ''}> ${t.newsletter}</label></p>
    <p class="row"><label for="locale">${t.language}</label> <select id="locale" name="locale"><option value="de">Deutsch</option><option value="en" ${customer?.locale === 'en' ? 'selected' : ''}>English</option></select></p>`
}

function listPage(context: PracticeContext, c: Context, status: 200 | 404 = 200): Promise<Response> {
  const { store } = context
  const locale = adminLocale(c.req.raw)
  const t = adminWords(locale)
  const query = (c.req.query('q') ?? '').trim().toLowerCase()
  const refused = c.req.query('refused')
  const found = store.customers
    .filter((one) => `${one.firstName} ${one.lastName} ${one.email}`.toLowerCase().includes(query))
    .sort((a, b) => Number(b.sample) - Number(a.sample) || a.lastName.localeCompare(b.lastName, locale))
  const body = html`${refused ? html`<p class="card badge bad" role="alert">${refusalMessage(refused, locale)}</p>` : ''}
    <form class="row" method="get" action="/admin/customers" role="search"><label for="q">${t.searchHint}</label> <input id="q" name="q" type="search" value="${query}"> <button>${t.search}</button></form>
    <div class="card scroll" tabindex="0" role="region" aria-label="${t.customers}"><table><thead><tr><th scope="col">${t.name}</th><th scope="col">${t.email}</th><th scope="col">${t.since}</th><th scope="col" class="number">${t.orders}</th></tr></thead>
    <tbody>${found
      .slice(0, 100)
      .map(
        (one) =>
          html`<tr><td><a href="/admin/customers/${one.id}">${one.firstName} ${one.lastName}</a></td><td>${one.email}</td><td>${day(one.createdAt, locale, store.shop.timeZone)}</td><td class="number">${store.ordersOf(one.id).length}</td></tr>`,
      )}</tbody></table></div>
    <details class="card"><summary>${t.newCustomer}</summary><form method="post" action="/admin/customers">${customerFields(locale, null)}<button class="primary">${t.create}</button></form></details>`
  return adminPage(context, c, { title: t.customers, active: 'customers', body, status })
}

function detailPage(context: PracticeContext, c: Context, customer: Customer): Promise<Response> {
  const { store } = context
  const locale = adminLocale(c.req.raw)
  const t = adminWords(locale)
  const refused = c.req.query('refused')
  const orders = store.ordersOf(customer.id).sort((a, b) => b.number - a.number)
  const others = store.customers
    .filter((one) => one.id !== customer.id)
    .sort((a, b) => a.lastName.localeCompare(b.lastName, locale))
  const act = (path: string, label: string, kind = '') =>
    html`<form method="post" action="/admin/customers/${customer.id}/${path}"><button class="${kind}">${label}</button></form>`
  const body = html`${refused ? html`<p class="card badge bad" role="alert">${refusalMessage(refused, locale)}</p>` : ''}
    <section class="card"><form method="post" action="/admin/customers/${customer.id}/edit">${customerFields(locale, customer)}<button class="primary">${t.save}</button></form></section>
    <section class="card scroll" tabindex="0" aria-label="${t.orders}"><h2>${t.orders}</h2><table><tbody>${orders
      .slice(0, 30)
      .map(
        (order) =>
          html`<tr><td><a href="/admin/orders/${order.id}">${order.name}</a></td><td>${day(order.createdAt, locale, store.shop.timeZone)}</td><td>${statusText(financialStatus(order), locale)}</td><td class="number">${money(orderTotals(order).total, locale)}</td></tr>`,
      )}</tbody></table></section>
    ${storeCreditCard(context, customer, locale)}
    <section class="card"><h2>${t.membership}</h2>${store
      .metafieldsOf('CUSTOMER', customer.id)
      .map(
        (row) => html`<p><code>${row.namespace}.${row.key}</code></p><pre class="scroll">${row.value}</pre>`,
      )}</section>
    <section class="card"><h2>${t.merge}</h2><p class="quiet">${t.mergeHint}</p>
      <form method="post" action="/admin/customers/${customer.id}/merge" class="row"><label for="other">${t.customer}</label> <select id="other" name="other" required><option value="">–</option>${others.map((one) => html`<option value="${one.id}">${one.firstName} ${one.lastName}</option>`)}</select> <button>${t.merge}</button></form></section>
    <section class="card"><h2>${t.privacy}</h2><div class="row">${act('data-request', t.dataRequest)} ${act('redact', t.redact)} ${act('delete', t.delete, 'critical')}</div></section>
    <p><a href="/admin/customers">${t.back}</a></p>`
  const title = `${customer.firstName} ${customer.lastName}`
  return adminPage(context, c, { title, active: 'customers', body })
}

function storeCreditCard({ store }: PracticeContext, customer: Customer, locale: AdminLocale): Html {
  const t = adminWords(locale)
  const accounts = storeCreditAccountsOf(store, customer.id)
  const zone = store.shop.timeZone
  return html`<section class="card scroll" tabindex="0" aria-label="${t.storeCredit}"><h2>${t.storeCredit}</h2>
    ${accounts.length === 0 ? html`<p class="quiet">${t.noStoreCredit}</p>` : ''}
    ${accounts.map(
      ({
        id,
        balance,
        currency,
      }) => html`<p>${t.balance}: <strong>${money(balance, locale, currency)}</strong></p>
      <table><thead><tr><th scope="col">${t.date}</th><th scope="col">${t.event}</th><th scope="col" class="number">${t.amount}</th><th scope="col" class="number">${t.balance}</th><th scope="col">${t.until}</th></tr></thead>
      <tbody>${storeCreditTransactionsOf(store, id)
        .reverse()
        .slice(0, 50)
        .map((one) => {
          const until =
            one.kind === 'credit' && one.expiresAt
              ? `${day(one.expiresAt, locale, zone)} (${money(one.remaining, locale, currency)} ${t.remaining})`
              : ''
          return html`<tr><td>${moment(one.createdAt, locale, zone)}</td><td><code>${one.kind} ${one.event}</code></td><td class="number">${money(one.amount, locale, currency)}</td><td class="number">${money(one.balanceAfter, locale, currency)}</td><td>${until}</td></tr>`
        })}</tbody></table>`,
    )}
    <form method="post" action="/admin/customers/${customer.id}/store-credit" class="row"><label for="credit-amount">${t.amountEuro}</label> <input id="credit-amount" name="amount" inputmode="decimal" required> <label for="credit-end">${t.expiresOn}</label> <input id="credit-end" name="expiresOn" type="date"> <button name="move" value="credit">${t.credit}</button> <button name="move" value="debit">${t.debit}</button></form></section>`
}
