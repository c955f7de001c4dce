/** Product list, product and cart. One set of routes per language. */
import { type Context, Hono } from 'hono'
import { html, raw } from 'hono/html'
import type { Quote } from '../commerce/pricing.ts'
import type { PracticeContext } from '../context.ts'
import type { Collection, Locale, Product } from '../model.ts'
import { addToCart, quoteSession, readSession, saveSession, setQuantity } from './session.ts'
import {
  appBlock,
  type Html,
  root,
  STYLESHEET_PATH,
  storefrontPage,
  storefrontStylesheet,
} from './storefront-layout.ts'
import { money, refusalText, words } from './words.ts'

export function storefrontRoutes(context: PracticeContext, locale: Locale): Hono {
  const { store } = context
  const routes = new Hono()

  routes.get('/', (c) => listPage(context, c, locale, null))

  routes.get('/collections/:handle', (c) => {
    const found = store.collections.find((one) => one.handle === c.req.param('handle'))
    return found ? listPage(context, c, locale, found) : notFound(context, c, locale)
  })

  routes.get('/products/:handle', (c) => {
    const found = store.products.find((one) => one.handle === c.req.param('handle'))
    return found?.status === 'active' ? productPage(context, c, locale, found) : notFound(context, c, locale)
  })

  routes.get('/cart', (c) => cartPage(context, c, locale))

  routes.post('/cart/add', async (c) => {
    const form = await c.req.formData()
    const variantId = Number(form.get('id'))
    const quantity = Math.min(99, Math.max(1, Math.trunc(Number(form.get('quantity') ?? 1)) || 1))
    if (!store.products.find((one) => one.variants.some((variant) => variant.id === variantId))) {
      return notFound(context, c, locale)
    }
    saveSession(store, c, addToCart(readSession(store, c), variantId, quantity))
    return c.redirect(`${root(locale)}/cart`, 303)
  })

  // For scripts of themes and blocks, as Shopify's "Ajax API" has them.
  routes.get('/cart.js', (c) => {
    const { cart } = readSession(store, c)
    return c.json({ items: cart.map(({ variantId, quantity }) => ({ variant_id: variantId, quantity })) })
  })
  routes.post('/cart/add.js', async (c) => {
    const { items = [] } = await c.req.json<{ items?: { id: number; quantity?: number }[] }>()
    const unsold = items.filter(({ id }) => !isSold(store, Number(id)))
    if (unsold.length > 0)
      return c.json(
        { status: 422, message: 'Cart Error', description: 'The product is already sold out.' },
        422,
      )
    const session = items.reduce(
      (before, { id, quantity = 1 }) => addToCart(before, Number(id), quantity),
      readSession(store, c),
    )
    saveSession(store, c, session)
    return c.json({ items: items.map(({ id, quantity = 1 }) => ({ variant_id: id, quantity })) })
  })

  routes.post('/cart/change', async (c) => {
    const form = await c.req.formData()
    const quantity = Math.min(99, Math.max(0, Math.trunc(Number(form.get('quantity'))) || 0))
    saveSession(store, c, setQuantity(readSession(store, c), Number(form.get('id')), quantity))
    return c.redirect(`${root(locale)}/cart`, 303)
  })

  routes.post('/cart/discount', async (c) => {
    const form = await c.req.formData()
    const session = readSession(store, c)
    const add = String(form.get('code') ?? '').trim()
    const remove = String(form.get('remove') ?? '').toLowerCase()
    const kept = session.codes.filter((code) => code.toLowerCase() !== remove)
    const known = kept.some((code) => code.toLowerCase() === add.toLowerCase())
    saveSession(store, c, { ...session, codes: add === '' || known ? kept : [...kept, add] })
    const back = form.get('back') === 'checkout' ? '/checkout' : '/cart'
    return c.redirect(`${root(locale)}${back}`, 303)
  })

  // A link to a code, as Shopify has it: keeps the code for the checkout and goes on to ?redirect= in this shop.
  routes.get('/discount/:code', (c) => {
    const session = readSession(store, c)
    const code = c.req.param('code')
    const known = session.codes.some((one) => one.toLowerCase() === code.toLowerCase())
    if (!known) saveSession(store, c, { ...session, codes: [...session.codes, code] })
    const target = c.req.query('redirect') ?? ''
    return c.redirect(/^\/(?![/\\])/.test(target) ? target : `${root(locale)}/`, 303)
  })

  if (locale === 'de') {
    routes.get(STYLESHEET_PATH, (c) =>
      c.body(storefrontStylesheet(), 200, { 'content-type': 'text/css; charset=utf-8' }),
    )
  }

  return routes
}

const isSold = (store: PracticeContext['store'], id: number) =>
  store.products
    .all()
    .some(
      ({ status, variants }) =>
        status === 'active' && variants.some((one) => one.id === id && one.soldOut !== true),
    )

export function notFound(context: PracticeContext, c: Context, locale: Locale): Promise<Response> {
  const t = words(locale)
  const body = html`<h1>404</h1><p>${t.notFound}</p><p><a href="${root(locale)}/">${t.home}</a></p>`
  return storefrontPage(context, c, { title: '404', locale, page: '404', path: '/', body }, 404)
}

async function listPage(
  context: PracticeContext,
  c: Context,
  locale: Locale,
  collection: Collection | null,
): Promise<Response> {
  const t = words(locale)
  const { store } = context
  const products = store.products.filter(
    (one) => one.status === 'active' && (!collection || one.collectionIds.includes(collection.id)),
  )
  const page = collection ? 'collection' : 'index'
  const intro = collection
    ? html`<header class="collection-head"><h1>${collection.title[locale]}</h1><p>${collection.description[locale]}</p></header>`
    : html`<section class="hero"><div><h1>${t.heroTitle}</h1><p>${t.heroText}</p></div>
        <div class="hero-balance">${await appBlock(context, c, { locale, page, block: 'balance' })}</div></section>`
  const body = html`${intro}
    <ul class="products">${products.map((product) => card(product, locale))}</ul>`
  const path = collection ? `/collections/${collection.handle}` : '/'
  const title = collection ? collection.title[locale] : t.allProducts
  return storefrontPage(context, c, { title, locale, page, path, body })
}

function card(product: Product, locale: Locale): Html {
  const prices = product.variants.map((variant) => variant.price)
  const lowest = Math.min(...prices)
  const varies = lowest !== Math.max(...prices)
  return html`<li class="card"><a href="${root(locale)}/products/${product.handle}">
    <img src="/images/products/${product.handle}.svg" alt="" width="320" height="320" loading="lazy">
    <span class="card-title">${product.title[locale]}</span>
    <span class="card-price">${varies ? `${words(locale).from} ` : ''}${money(lowest, locale)}</span>
  </a></li>`
}

async function productPage(
  context: PracticeContext,
  c: Context,
  locale: Locale,
  product: Product,
): Promise<Response> {
  const t = words(locale)
  const chosen =
    product.variants.find((variant) => variant.id === Number(c.req.query('variant'))) ?? product.variants[0]
  if (!chosen) return notFound(context, c, locale)
  const place = { locale, page: 'product', productId: product.id, variantId: chosen.id }
  const path = `/products/${product.handle}`
  const body = html`<article class="product">
    <img src="/images/products/${product.handle}.svg" alt="${product.title[locale]}" width="640" height="640">
    <div class="product-text">
      <p class="vendor">${product.vendor}</p>
      <h1>${product.title[locale]}</h1>
      <p class="price">${money(chosen.price, locale)} <small>${product.giftCard ? t.taxIncludedGift : t.taxIncluded}</small></p>
      ${await appBlock(context, c, { ...place, block: 'product-points' })}
      ${
        product.variants.length > 1
          ? html`<div class="variants" role="group" aria-label="${t.variant}">${product.variants.map(
              (variant) =>
                html`<a href="?variant=${variant.id}"${variant.id === chosen.id ? raw(' aria-current="true"') : ''}>${variant.title[locale]}</a>`,
            )}</div>`
          : ''
      }
      <form method="post" action="${root(locale)}/cart/add" class="add">
        <input type="hidden" name="id" value="${chosen.id}">
        <label for="quantity">${t.quantity}</label>
        <input id="quantity" name="quantity" type="number" inputmode="numeric" min="1" max="99" value="1">
        <button class="button">${t.addToCart}</button>
      </form>
      <p class="description">${product.description[locale]}</p>
      <ul class="tags">${product.tags.map((tag) => html`<li>${tag}</li>`)}</ul>
    </div>
  </article>`
  return storefrontPage(context, c, {
    title: product.title[locale],
    locale,
    page: 'product',
    path,
    body,
    productId: product.id,
    variantId: chosen.id,
  })
}

async function cartPage(context: PracticeContext, c: Context, locale: Locale): Promise<Response> {
  const t = words(locale)
  const session = readSession(context.store, c)
  const quote = quoteSession(context.store, session, locale)
  const body =
    quote.lines.length === 0
      ? html`<h1>${t.cart}</h1><p>${t.cartEmpty}</p><p><a class="button" href="${root(locale)}/">${t.continueShopping}</a></p>`
      : html`<h1>${t.cart}</h1>
        <div class="two-columns"><div>
          <ul class="cart-lines">${quote.lines.map((line) => cartLine(line, locale))}</ul>
          <p><a href="${root(locale)}/">${t.continueShopping}</a></p>
        </div>
        <aside class="summary" aria-label="${t.orderSummary}">
          ${totals(quote, locale)}
          ${discountForm(quote, session.codes, locale, 'cart')}
          <a class="button wide" href="${root(locale)}/checkout">${t.toCheckout}</a>
        </aside></div>`
  return storefrontPage(context, c, { title: t.cart, locale, page: 'cart', path: '/cart', body })
}

function cartLine(line: Quote['lines'][number], locale: Locale): Html {
  const t = words(locale)
  const { product, variant, quantity } = line.line
  const title = product.title[locale]
  return html`<li class="cart-line">
    <img src="/images/products/${product.handle}.svg" alt="" width="96" height="96">
    <div><a href="${root(locale)}/products/${product.handle}">${title}</a>
      ${product.variants.length > 1 ? html`<br><span class="quiet">${variant.title[locale]}</span>` : ''}
      <form method="post" action="${root(locale)}/cart/change" class="inline">
        <input type="hidden" name="id" value="${variant.id}">
        <label class="hidden" for="q${variant.id}">${t.quantity}: ${title}</label>
        <input id="q${variant.id}" name="quantity" type="number" inputmode="numeric" min="0" max="99" value="${quantity}">
        <button class="link">${t.update}</button>
        <button class="link" name="quantity" value="0" aria-label="${t.remove}: ${title}">${t.remove}</button>
      </form></div>
    <div class="line-price">${line.net === line.gross ? money(line.net, locale) : html`<s>${money(line.gross, locale)}</s> ${money(line.net, locale)}`}</div>
  </li>`
}

/** Subtotal, discounts, shipping, total and the tax inside. */
export function totals(quote: Quote, locale: Locale): Html {
  const t = words(locale)
  const gross = quote.lines.reduce((sum, line) => sum + line.gross, 0)
  return html`<dl class="totals">
    <div><dt>${t.subtotal}</dt><dd>${money(gross, locale)}</dd></div>
    ${quote.applications.map((application, index) => {
      const amount = [...quote.lines, ...(quote.shipping ? [quote.shipping] : [])]
        .flatMap((one) => one.allocations)
        .reduce((sum, one) => sum + (one.applicationIndex === index ? one.amount : 0), 0)
      return html`<div><dt>${t.discount} <code>${application.code ?? application.title}</code></dt><dd>−${money(amount, locale)}</dd></div>`
    })}
    ${quote.shipping ? html`<div><dt>${t.shipping}</dt><dd>${quote.shipping.price === 0 ? t.free : money(quote.shipping.price, locale)}</dd></div>` : ''}
    <div class="total"><dt>${t.total}</dt><dd>${money(quote.total, locale)}</dd></div>
    <div class="quiet"><dt>${t.ofWhichTax}</dt><dd>${money(quote.tax, locale)}</dd></div>
  </dl>`
}

export function discountForm(quote: Quote, codes: string[], locale: Locale, back: 'cart' | 'checkout'): Html {
  const t = words(locale)
  const action = `${root(locale)}/cart/discount`
  return html`<form method="post" action="${action}" class="discount">
      <input type="hidden" name="back" value="${back}">
      <label for="code">${t.discountCode}</label>
      <div class="row"><input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false">
      <button class="button quiet-button">${t.apply}</button></div>
    </form>
    <ul class="codes">${codes.map((code) => {
      const refused = quote.refused.find((one) => one.code === code)
      return html`<li class="${refused ? 'refused' : ''}"><form method="post" action="${action}">
        <input type="hidden" name="back" value="${back}"><input type="hidden" name="remove" value="${code}">
        <code>${code}</code> <button class="link" aria-label="${t.remove}: ${code}">${t.remove}</button></form>
        ${refused ? html`<p class="error" role="alert">${refusalText(refused.reason, locale)}</p>` : ''}</li>`
    })}</ul>`
}
