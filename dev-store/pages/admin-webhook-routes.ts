/** Webhook deliveries: what went out and what came back, sending again, and the switches that disturb them. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { PracticeContext } from '../context.ts'
import type { DeliverySwitches, WebhookDelivery } from '../model.ts'
import { adminLocale, adminPage } from './admin-page.ts'
import { adminWords } from './admin-words.ts'
import { moment } from './words.ts'

const SWITCHES = ['duplicate', 'delay', 'delaySeconds', 'reorder', 'drop', 'retrySpeed'] as const
const LIMITS: Record<keyof DeliverySwitches, [number, number]> = {
  duplicate: [0, 100],
  delay: [0, 100],
  delaySeconds: [0, 600],
  reorder: [0, 100],
  drop: [0, 100],
  retrySpeed: [1, 3600],
}

export function adminWebhookRoutes(context: PracticeContext): Hono {
  const { store, webhooks } = context
  const routes = new Hono()

  routes.get('/admin/webhooks', (c) => listPage(context, c))

  routes.post('/admin/webhooks/switches', async (c) => {
    const form = await c.req.formData()
    const next = { ...store.switches }
    for (const name of SWITCHES) {
      const value = Number(form.get(name))
      const [low, high] = LIMITS[name]
      if (form.has(name) && Number.isFinite(value)) next[name] = Math.min(high, Math.max(low, value))
    }
    store.switches = next
    return c.redirect('/admin/webhooks', 303)
  })

  routes.get('/admin/webhooks/:id', (c) => {
    const delivery = store.deliveries.get(c.req.param('id'))
    return delivery ? detailPage(context, c, delivery) : listPage(context, c, 404)
  })

  routes.post('/admin/webhooks/:id/redeliver', (c) => {
    webhooks.redeliver(Number(c.req.param('id')))
    return c.redirect(`/admin/webhooks/${c.req.param('id')}`, 303)
  })

  return routes
}

const KINDS: Record<WebhookDelivery['status'], string> = {
  pending: 'badge warn',
  delivered: 'badge good',
  failed: 'badge bad',
  dropped: 'badge bad',
}

function listPage(context: PracticeContext, c: Context, status: 200 | 404 = 200): Promise<Response> {
  const { store, history } = context
  const locale = adminLocale(c.req.raw)
  const t = adminWords(locale)
  const wanted = c.req.query('status') ?? ''
  const { delivered, total } = history.progress()
  const rows = store.deliveries
    .filter((one) => wanted === '' || one.status === wanted)
    .slice(-100)
    .reverse()
  const switches = store.switches
  const body = html`<section class="card">
      ${
        store.installation.installed
          ? html`<p><span class="badge good">${t.installed}</span> <span class="quiet">${t.past}: ${delivered} / ${total}</span></p>`
          : html`<p>${t.notInstalled}</p>`
      }</section>
    <section class="card"><h2 id="switches">${t.switches}</h2><p class="quiet">${t.switchesHint}</p>
      <form method="post" action="/admin/webhooks/switches" aria-labelledby="switches">${SWITCHES.map(
        (name) =>
          html`<p class="row"><label for="${name}">${t[name]}</label> <input id="${name}" name="${name}" type="number" min="${LIMITS[name][0]}" max="${LIMITS[name][1]}" value="${switches[name]}"></p>`,
      )}<button class="primary">${t.save}</button></form></section>
    <p class="row">${['', 'pending', 'delivered', 'failed', 'dropped'].map(
      (one) =>
        html`<a class="button" href="/admin/webhooks?status=${one}" ${one === wanted ? 'aria-current="true"' : ''}>${one === '' ? t.all : t[one as WebhookDelivery['status']]}</a>`,
    )}</p>
    ${
      rows.length === 0
        ? html`<p>${t.nothingFound}</p>`
        : html`<div class="card scroll" tabindex="0" role="region" aria-label="${t.webhooks}"><table><thead><tr><th scope="col">${t.delivery}</th><th scope="col">${t.topic}</th><th scope="col">${t.subject}</th><th scope="col">${t.date}</th><th scope="col">${t.status}</th><th scope="col" class="number">${t.attempts}</th><th scope="col">${t.answer}</th></tr></thead><tbody>${rows.map(
            (one) =>
              html`<tr><td><a href="/admin/webhooks/${one.id}">${one.id}</a></td><td>${one.topic}</td><td>${one.subject}</td><td>${moment(one.triggeredAt, locale, store.shop.timeZone)}</td><td><span class="${KINDS[one.status]}">${t[one.status]}</span></td><td class="number">${one.attempts.length}</td><td>${answer(one)}</td></tr>`,
          )}</tbody></table></div>`
    }`
  return adminPage(context, c, { title: t.webhooks, active: 'webhooks', body, status })
}

function answer(delivery: WebhookDelivery): string {
  const last = delivery.attempts.at(-1)
  return last ? `${last.status ?? last.error ?? ''} (${last.milliseconds} ms)` : '–'
}

function detailPage(context: PracticeContext, c: Context, delivery: WebhookDelivery): Promise<Response> {
  const locale = adminLocale(c.req.raw)
  const t = adminWords(locale)
  const zone = context.store.shop.timeZone
  const next = delivery.nextAttemptAt
  const body = html`<section class="card"><p><span class="${KINDS[delivery.status]}">${t[delivery.status]}</span> ${delivery.topic} · ${delivery.subject} · ${moment(delivery.triggeredAt, locale, zone)}</p>
    <p>X-Shopify-Webhook-Id <code>${delivery.webhookId}</code><br>X-Shopify-Event-Id <code>${delivery.eventId}</code></p>
    ${next === null ? '' : html`<p>${t.nextAttempt}: ${moment(new Date(next).toISOString(), locale, zone)}</p>`}
    <h2>${t.attempts}</h2><ol>${delivery.attempts.map((one) => html`<li>${moment(one.at, locale, zone)}: ${one.status ?? one.error} (${one.milliseconds} ms)</li>`)}</ol>
    <form method="post" action="/admin/webhooks/${delivery.id}/redeliver"><button>${t.redeliver}</button></form></section>
    <section class="card"><h2>${t.body}</h2><pre class="scroll" tabindex="0">${JSON.stringify(JSON.parse(delivery.body), null, 2)}</pre></section>
    <p><a href="/admin/webhooks">${t.back}</a></p>`
  return adminPage(context, c, { title: `${t.delivery} ${delivery.id}`, active: 'webhooks', body })
}
