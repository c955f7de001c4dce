/** The till: pick goods, a customer or none, take cash. */
import { type Context, Hono } from 'hono'
import { html, raw } from 'hono/html'
import { STAFF } from '../admin-api/session-token.ts'
import { adminLocale } from '../admin-frame/html.ts'
import { CommerceError } from '../commerce/errors.ts'
import { cashRounding, parseCents } from '../commerce/money.ts'
import type { PracticeContext } from '../context.ts'
import { buy, quoteCart } from '../deeds/order-deeds.ts'
import type { Locale, Order } from '../model.ts'
import { cartLines } from './session.ts'
import { STYLESHEET_PATH, tillExtensions } from './storefront-layout.ts'
import { money, refusalText, words } from './words.ts'

export function tillRoutes(context: PracticeContext): Hono {
  const { store } = context
  const routes = new Hono()

  routes.get('/till', (c) => tillPage(context, c, null))

  // What the cart costs now, and which code it does not take.
  routes.post('/till/quote', async (c) => {
    const form = await c.req.formData()
    const locale = adminLocale(c.req.raw)
    const { quote } = quoteForm(context, form, locale)
    const total = quote.total + tipOf(form)
    const refused = quote.refused[0]
    return c.json({
      total,
      totalText: money(total, locale),
      refused: refused ? refusalText(refused.reason, locale) : null,
    })
  })

  routes.post('/till', async (c) => {
    const form = await c.req.formData()
    const locale = adminLocale(c.req.raw)
    const { quote, customer } = quoteForm(context, form, locale)
    const refused = quote.refused[0]
    if (refused) return tillPage(context, c, refusalText(refused.reason, locale))
    try {
      const order = buy(context, {
        quote,
        source: 'pos',
        customerId: customer?.id ?? null,
        email: customer?.email ?? null,
        locale,
        currency: store.shop.currency,
        gateway: 'cash',
        at: store.time(),
        address: null,
        tip: tipOf(form),
      })
      return c.redirect(`/till?receipt=${order.token}`, 303)
    } catch (error) {
      if (!(error instanceof CommerceError)) throw error
      return tillPage(context, c, words(locale).cartEmpty)
    }
  })

  return routes
}

/** What is on the counter, for whom, with which codes: several stand apart by spaces. */
function quoteForm({ store }: PracticeContext, form: FormData, locale: Locale) {
  const cart = [...form.entries()].flatMap(([name, value]) => {
    const quantity = Math.min(99, Math.trunc(Number(value)) || 0)
    return name.startsWith('v') && quantity > 0 ? [{ variantId: Number(name.slice(1)), quantity }] : []
  })
  const customer = store.customer(Number(form.get('customer') || 0)) ?? null
  const codes = String(form.get('code') ?? '')
    .split(/\s+/)
    .filter(Boolean)
  const options = { shipped: false, locale }
  return { customer, quote: quoteCart(store, cartLines(store, cart), codes, customer?.id ?? null, options) }
}

/** An empty or unreadable tip is none. */
function tipOf(form: FormData): number {
  const text = String(form.get('tip') ?? '')
  return /^\d{1,4}([.,]\d{1,2})?$/.test(text) ? parseCents(text) : 0
}

async function tillPage(context: PracticeContext, c: Context, error: string | null): Promise<Response> {
  const { store } = context
  const locale: Locale = adminLocale(c.req.raw)
  const t = words(locale)
  const receipt = store.orders.find((one) => one.token === c.req.query('receipt'))
  const people = store.customers
    .all()
    .sort((a, b) => Number(b.sample) - Number(a.sample) || a.lastName.localeCompare(b.lastName, locale))
  const goods = store.products.filter((one) => one.status === 'active')
  const page = html`<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t.till} – ${store.shop.name}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${STYLESHEET_PATH}"></head>
<body class="till"><header class="site-header"><a class="brand" href="/till">${t.till}</a>
<div class="header-links"><span class="languages"><a href="/admin/locale?to=de" lang="de"${locale === 'de' ? raw(' aria-current="true"') : ''}>DE</a><a href="/admin/locale?to=en" lang="en"${locale === 'en' ? raw(' aria-current="true"') : ''}>EN</a></span>
<a href="/">${t.home}</a><a href="/admin">Admin</a></div></header>
<main id="main">
<h1 class="hidden">${t.till}</h1>
${receipt ? receiptCard(receipt, locale) : ''}
<div data-till="after-sale" class="till-extension"></div>
${error ? html`<p class="error" role="alert">${error}</p>` : ''}
<form method="post" action="/till" class="till-form" data-till="form">
  <div class="till-goods">${goods.flatMap((product) =>
    product.variants.map(
      (variant) => html`<div class="till-item">
      <img src="/images/products/${product.handle}.svg" alt="" width="72" height="72" loading="lazy">
      <label for="v${variant.id}">${product.title[locale]}${product.variants.length > 1 ? html` <span class="quiet">${variant.title[locale]}</span>` : ''}<br><span class="quiet">${money(variant.price, locale)}</span></label>
      <input id="v${variant.id}" name="v${variant.id}" data-price="${variant.price}" type="number" inputmode="numeric" min="0" max="99" value="0"></div>`,
    ),
  )}</div>
  <aside class="summary till-side">
    <div data-till="tile" class="till-extension"></div>
    <p class="field"><label for="customer">${t.tillCustomer}</label>
      <select id="customer" name="customer"><option value="">${t.withoutCustomer}</option>
      ${people.map((one) => html`<option value="${one.id}">${one.firstName} ${one.lastName}</option>`)}</select></p>
    <div data-till="customer" class="till-extension"></div>
    <p class="field"><label for="code">${t.discountCode}</label><input id="code" name="code" autocomplete="off"></p>
    <p class="field"><label for="tip">${t.tip} (€)</label><input id="tip" name="tip" inputmode="decimal" autocomplete="off"></p>
    <p class="till-total"><span>${t.total}</span> <output id="till-total">${money(0, locale)}</output></p>
    <button class="button wide">${t.ringUp}</button>
  </aside>
</form></main>
<dialog data-till="dialog" class="till-dialog" aria-label="${t.till}">
  <form data-till="scanner" class="field" hidden><label for="scan">${t.scan}</label>
    <input id="scan" name="scan" autocomplete="off"><button class="button">${t.scanned}</button></form>
  <div data-till="modal"></div>
  <p role="status" data-till="toast"></p>
  <button type="button" class="button wide" data-till="close">${t.close}</button>
</dialog>
${tillExtensions(context, { locale, staffId: STAFF.id, order: receipt ? tillOrder(receipt) : null })}
</body></html>`
  return c.html(await page, error ? 422 : 200)
}

const tillOrder = ({ id, name, customerId }: Order) => ({ id, name, customerId })

/** What one discount took off all lines together. */
function takenOff(order: Order, index: number): number {
  return order.lines
    .flatMap((line) => line.allocations)
    .reduce((sum, one) => sum + (one.applicationIndex === index ? one.amount : 0), 0)
}

function receiptCard(order: Order, locale: Locale) {
  const t = words(locale)
  const paid = order.transactions[0]?.amount ?? 0
  return html`<section class="receipt" aria-label="${t.receipt}"><h1>${t.receipt} ${order.name}</h1>
    <ul class="summary-lines">${order.lines.map((line) => html`<li><span>${line.quantity} × ${line.title}</span><span>${money(line.price * line.quantity, locale)}</span></li>`)}</ul>
    <dl class="totals">${order.discountApplications.map(
      (application, index) =>
        html`<div><dt>${t.discount} <code>${application.code ?? application.title}</code></dt><dd>−${money(takenOff(order, index), locale)}</dd></div>`,
    )}${order.tip === 0 ? '' : html`<div><dt>${t.tip}</dt><dd>${money(order.tip, locale)}</dd></div>`}<div><dt>${t.total}</dt><dd>${money(paid, locale)}</dd></div>
    ${order.cashRounding === 0 ? '' : html`<div><dt>${t.rounding}</dt><dd>${money(order.cashRounding, locale)}</dd></div>`}
    <div class="total"><dt>${t.cashToPay}</dt><dd>${money(paid + cashRounding(paid), locale)}</dd></div></dl>
    <p><a href="/till">${t.newSale}</a></p></section>`
}
