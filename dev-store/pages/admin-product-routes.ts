/** The merchant's goods: tags and collections can be changed, products and collections deleted. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { PracticeContext } from '../context.ts'
import { deleteCollection, deleteProduct, updateProduct } from '../deeds/customer-deeds.ts'
import type { Product } from '../model.ts'
import { adminLocale, adminPage } from './admin-page.ts'
import { adminWords } from './admin-words.ts'
import { money } from './words.ts'

export function adminProductRoutes(context: PracticeContext): Hono {
  const { store } = context
  const routes = new Hono()

  routes.get('/admin/products', (c) => productsPage(context, c))
  routes.get('/admin/products/:id', (c) => {
    const product = store.products.get(c.req.param('id'))
    return product ? productPage(context, c, product) : productsPage(context, c, 404)
  })
  routes.post('/admin/products/:id', async (c) => {
    const product = store.products.get(c.req.param('id'))
    if (!product) return productsPage(context, c, 404)
    const form = await c.req.formData()
    const tags = String(form.get('tags') ?? '')
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean)
    const collectionIds = form.getAll('collection').map(Number)
    updateProduct(context, { ...product, tags, collectionIds })
    return c.redirect(`/admin/products/${product.id}`, 303)
  })
  routes.post('/admin/products/:id/delete', (c) => {
    deleteProduct(context, Number(c.req.param('id')))
    return c.redirect('/admin/products', 303)
  })
  routes.post('/admin/collections/:id/delete', (c) => {
    deleteCollection(context, Number(c.req.param('id')))
    return c.redirect('/admin/products', 303)
  })
  return routes
}

function productsPage(context: PracticeContext, c: Context, status: 200 | 404 = 200): Promise<Response> {
  const { store } = context
  const locale = adminLocale(c.req.raw)
  const t = adminWords(locale)
  const names = new Map(store.collections.all().map((one) => [one.id, one.title[locale]]))
  const body = html`<div class="card scroll" tabindex="0" role="region" aria-label="${t.products}"><table><thead><tr><th scope="col">${t.product}</th><th scope="col">${t.collections}</th><th scope="col">${t.tags}</th><th scope="col" class="number">${t.price}</th></tr></thead>
    <tbody>${store.products
      .all()
      .map(
        (one) =>
          html`<tr><td><a href="/admin/products/${one.id}">${one.title[locale]}</a></td><td>${one.collectionIds.map((id) => names.get(id)).join(', ')}</td><td>${one.tags.join(', ')}</td><td class="number">${money(one.variants[0]?.price ?? 0, locale)}</td></tr>`,
      )}</tbody></table></div>
    <section class="card"><h2>${t.collections}</h2><ul>${store.collections
      .all()
      .map(
        (one) =>
          html`<li class="row">${one.title[locale]} <form method="post" action="/admin/collections/${one.id}/delete"><button class="critical" aria-label="${t.delete}: ${one.title[locale]}">${t.delete}</button></form></li>`,
      )}</ul></section>`
  return adminPage(context, c, { title: t.products, active: 'products', body, status })
}

function productPage(context: PracticeContext, c: Context, product: Product): Promise<Response> {
  const locale = adminLocale(c.req.raw)
  const t = adminWords(locale)
  const body = html`<section class="card"><img src="/images/products/${product.handle}.svg" alt="" width="160" height="160">
    <form method="post" action="/admin/products/${product.id}">
    <p class="row"><label for="tags">${t.tags}</label> <input id="tags" name="tags" value="${product.tags.join(', ')}"></p>
    <fieldset><legend>${t.collections}</legend>${context.store.collections
      .all()
      .map(
        (one) =>
          html`<p class="row"><input type="checkbox" id="c${one.id}" name="collection" value="${one.id}" ${product.collectionIds.includes(one.id) ? 'checked' : ''}><label for="c${one.id}">${one.title[locale]}</label></p>`,
      )}</fieldset>
    <button class="primary">${t.save}</button></form></section>
    <form method="post" action="/admin/products/${product.id}/delete"><button class="critical">${t.delete}</button></form>
    <p><a href="${locale === 'de' ? '' : '/en'}/products/${product.handle}">${t.confirmLink}</a> · <a href="/admin/products">${t.back}</a></p>`
  return adminPage(context, c, { title: product.title[locale], active: 'products', body })
}
