/** Checkout and thank-you page, with the UI extensions in them. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Gateway } from '../commerce/place-order.ts'
import type { Quote } from '../commerce/pricing.ts'
import type { PracticeContext } from '../context.ts'
import { buy } from '../deeds/order-deeds.ts'
import { storeCreditAccountsOf } from '../deeds/store-credit-deeds.ts'
import type { Address, Cents, Locale, Order } from '../model.ts'
import {
  CHECKOUT_TARGET,
  type DiscountCodeChange,
  type DiscountCodeResult,
  THANK_YOU_TARGET,
} from '../ui-host/index.ts'
import { customerOf, quoteSession, readSession, type ShopperSession, saveSession } from './session.ts'
import { type Html, root, storefrontPage, uiBlock } from './storefront-layout.ts'
import { discountForm, notFound, totals } from './storefront-routes.ts'
import { orderAsCheckout, quoteAsCheckout, uiOrder } from './ui-data.ts'
import { money, refusalText, words } from './words.ts'

export function checkoutRoutes(context: PracticeContext, locale: Locale): Hono {
  const { store } = context
  const routes = new Hono()

  routes.get('/checkout', (c) => {
    const session = readSession(store, c)
    const quote = quoteSession(store, session, locale)
    if (quote.lines.length === 0) return c.redirect(`${root(locale)}/cart`, 303)
    return checkoutPage(context, c, locale, session, quote)
  })

  routes.post('/checkout', async (c) => {
    const form = await c.req.formData()
    const session = readSession(store, c)
    const quote = quoteSession(store, session, locale)
    if (quote.lines.length === 0) return c.redirect(`${root(locale)}/cart`, 303)
    // What was refused would surprise in the total: show it once more instead of charging another sum.
    if (quote.refused.length > 0) return checkoutPage(context, c, locale, session, quote, 422)
    const customer = customerOf(store, session)
    const storeCredit = form.has('storeCredit') ? storeCreditFor(context, customer?.id ?? null, quote) : 0
    // The box says how much it takes: another sum than the shopper saw is shown once more, too.
    if (form.has('storeCredit') && String(storeCredit) !== form.get('storeCredit'))
      return checkoutPage(context, c, locale, session, quote, 422, words(locale).storeCreditChanged)
    const field = (name: string) =>
      String(form.get(name) ?? '')
        .trim()
        .slice(0, 120)
    const gateway: Gateway = form.get('payment') === 'advance' ? 'Vorkasse' : 'shopify_payments'
    const order = buy(context, {
      quote,
      source: 'web',
      customerId: customer?.id ?? null,
      email: customer?.email ?? (field('email') || null),
      locale,
      currency: store.shop.currency,
      gateway,
      storeCredit,
      at: store.time(),
      address: addressFrom(field),
    })
    saveSession(store, c, { ...session, cart: [], codes: [] })
    return c.redirect(`${root(locale)}/checkout/thank-you/${order.token}`, 303)
  })

  routes.get('/checkout/thank-you/:token', (c) => {
    const order = store.orders.find((one) => one.token === c.req.param('token'))
    return order ? thankYouPage(context, c, locale, order) : notFound(context, c, locale)
  })

  return routes
}

/** As in Shopify all that there is, at most the total, and for whoever is signed in. */
function storeCreditFor({ store }: PracticeContext, customerId: number | null, quote: Quote): Cents {
  if (customerId === null) return 0
  const accounts = storeCreditAccountsOf(store, customerId)
  const account = accounts.find((one) => one.currency === store.shop.currency)
  return Math.min(account?.balance ?? 0, quote.total)
}

function addressFrom(field: (name: string) => string): Address | null {
  if (field('street') === '') return null
  return {
    firstName: field('firstName'),
    lastName: field('lastName'),
    address1: field('street'),
    zip: field('zip'),
    city: field('city'),
    countryCode: 'DE',
  }
}

/** A UI extension adds or removes a code in its own shopper's checkout. */
export async function changeDiscountCode(
  context: PracticeContext,
  c: Context,
  token: string,
  change: DiscountCodeChange,
): Promise<DiscountCodeResult> {
  const { store } = context
  const session = readSession(store, c)
  const locale = c.req.header('referer')?.includes('/en/') ? 'en' : 'de'
  if (session.token !== token) return { type: 'error', message: words(locale).notFound }
  const kept = session.codes.filter((code) => code.toLowerCase() !== change.code.toLowerCase())
  const codes = change.type === 'addDiscountCode' ? [...kept, change.code] : kept
  const next = { ...session, codes }
  const quote = quoteSession(store, next, locale)
  const refused = quote.refused.find((one) => one.code === change.code)
  if (refused) return { type: 'error', message: refusalText(refused.reason, locale) }
  saveSession(store, c, next)
  return { type: 'success', checkout: quoteAsCheckout(store, next, quote, locale) }
}

function input(name: string, label: string, value: string, autocomplete: string, type = 'text'): Html {
  return html`<p class="field"><label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value}" required></p>`
}

function checkoutPage(
  context: PracticeContext,
  c: Context,
  locale: Locale,
  session: ShopperSession,
  quote: Quote,
  status: 200 | 422 = 200,
  fault = '',
): Promise<Response> {
  const t = words(locale)
  const { store } = context
  const customer = customerOf(store, session)
  const address = customer?.address
  const shipped = quote.lines.some((line) => line.line.variant.requiresShipping)
  const extension = uiBlock(context, {
    target: CHECKOUT_TARGET,
    locale,
    customer,
    checkout: quoteAsCheckout(store, session, quote, locale),
  })
  const body = html`<h1>${t.checkout}</h1>
    <div class="two-columns checkout"><form method="post" action="${root(locale)}/checkout" id="checkout-form">
      <fieldset><legend>${t.contact}</legend>
        ${customer ? html`<p>${customer.firstName} ${customer.lastName}, ${customer.email}</p>` : input('email', t.email, '', 'email', 'email')}
        ${customer ? '' : html`<p class="quiet"><a href="${root(locale)}/account/login?back=checkout">${t.signIn}</a></p>`}
      </fieldset>
      ${
        shipped
          ? html`<fieldset><legend>${t.delivery}</legend>
        <div class="pair">${input('firstName', t.firstName, customer?.firstName ?? '', 'given-name')}
        ${input('lastName', t.lastName, customer?.lastName ?? '', 'family-name')}</div>
        ${input('street', t.street, address?.address1 ?? '', 'street-address')}
        <div class="pair">${input('zip', t.zip, address?.zip ?? '', 'postal-code')}
        ${input('city', t.city, address?.city ?? '', 'address-level2')}</div></fieldset>`
          : ''
      }
      <fieldset><legend>${t.payment}</legend>
        ${fault === '' ? '' : html`<p class="error" role="alert">${fault}</p>`}
        <div class="store-credit">${storeCreditBox(storeCreditFor(context, customer?.id ?? null, quote), quote, locale)}</div>
        <p class="choice"><input type="radio" name="payment" id="pay-card" value="card" checked><label for="pay-card">${t.card}</label></p>
        <p class="choice"><input type="radio" name="payment" id="pay-advance" value="advance"><label for="pay-advance">${t.advance}</label></p>
      </fieldset>
      <div class="extension">${extension}</div>
      <button class="button wide">${t.buyNow}</button>
    </form>
    <aside class="summary" aria-label="${t.orderSummary}">
      <ul class="summary-lines">${quote.lines.map(
        ({ line, net }) =>
          html`<li><img src="/images/products/${line.product.handle}.svg" alt="" width="56" height="56"><span>${line.quantity} × ${line.product.title[locale]}</span><span>${money(net, locale)}</span></li>`,
      )}</ul>
      ${totals(quote, locale)}
      ${discountForm(quote, session.codes, locale, 'checkout')}
    </aside></div>
    <script type="module">
      // An extension may change the codes: the server prices anew, and the sums change in their place.
      window.addEventListener('practice:checkout-changed', async () => {
        const page = await (await fetch(location.href)).text()
        const priced = new DOMParser().parseFromString(page, 'text/html')
        const used = document.querySelector('#use-store-credit')?.checked
        for (const part of ['.summary', '.store-credit'])
          document.querySelector(part).replaceWith(priced.querySelector(part))
        const box = document.querySelector('#use-store-credit')
        if (box) box.checked = used
      })
    </script>`
  const page = { title: t.checkout, locale, page: 'checkout', path: '/checkout', body, bare: true }
  return storefrontPage(context, c, page, status)
}

function storeCreditBox(amount: Cents, quote: Quote, locale: Locale): Html | '' {
  const t = words(locale)
  if (amount === 0) return ''
  return html`<p class="choice"><input type="checkbox" name="storeCredit" id="use-store-credit" value="${amount}" aria-describedby="store-credit-left"><label for="use-store-credit">${t.useStoreCredit}: −${money(amount, locale)}</label></p>
    <p id="store-credit-left" class="quiet">${t.storeCreditLeft}: ${money(quote.total - amount, locale)}</p>`
}

function thankYouPage(context: PracticeContext, c: Context, locale: Locale, order: Order): Promise<Response> {
  const t = words(locale)
  const customer = customerOf(context.store, readSession(context.store, c))
  const own = customer !== null && customer.id === order.customerId ? customer : null
  const extension = uiBlock(context, {
    target: THANK_YOU_TARGET,
    locale,
    customer: own,
    checkout: orderAsCheckout(context.store, order),
    order: uiOrder(context.store, order),
  })
  const body = html`<div class="thanks">
    <p class="quiet">${t.orderNumber} ${order.name}</p>
    <h1>${t.thanks}</h1>
    ${order.email ? html`<p>${t.confirmation} ${order.email}.</p>` : ''}
    ${order.gateway === 'Vorkasse' ? html`<p>${t.payLater}</p>` : ''}
    <div class="extension">${extension}</div>
    ${own ? html`<p><a class="button" href="${root(locale)}/account/orders/${order.token}">${t.viewOrder}</a></p>` : ''}
    <p><a href="${root(locale)}/">${t.continueShopping}</a></p>
  </div>`
  return storefrontPage(context, c, {
    title: t.thanks,
    locale,
    page: 'thank-you',
    path: `/checkout/thank-you/${order.token}`,
    body,
    bare: true,
  })
}
