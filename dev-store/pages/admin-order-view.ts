/** One order as the merchant sees it, with the forms of what can be done. */
import { html } from 'hono/html'
import type { AdminLocale } from '../admin-frame/layout.ts'
import { decimal } from '../commerce/money.ts'
import {
  currentNet,
  currentQuantity,
  discountOf,
  financialStatus,
  orderTotals,
  shippingRefunded,
  shippingTotal,
} from '../commerce/order-state.ts'
import { gatewayNames } from '../commerce/store-credit.ts'
import type { Order } from '../model.ts'
import type { Store } from '../store.ts'
import { badge, refusalMessage } from './admin-page.ts'
import { adminWords } from './admin-words.ts'
import type { Html } from './storefront-layout.ts'
import { moment, money, statusText } from './words.ts'

export function orderDetail(store: Store, order: Order, locale: AdminLocale, refused: string | null): Html {
  const t = adminWords(locale)
  const status = financialStatus(order)
  return html`${refused ? html`<p class="card badge bad" role="alert">${refusalMessage(refused, locale)}</p>` : ''}
    <p><span class="${badge(status)}">${statusText(status, locale)}</span>
      ${order.cancelledAt ? html`<span class="badge bad">${t.cancelled}</span>` : ''}
      ${order.test ? html`<span class="badge">${t.test}</span>` : ''}
      ${moment(order.createdAt, locale, store.shop.timeZone)} · ${order.source === 'pos' ? t.pos : t.web} · ${gatewayNames(order).join(', ')}</p>
    ${customerCard(store, order, locale)}
    ${linesCard(order, locale)}
    ${totalsCard(order, locale)}
    ${order.cancelledAt ? '' : html`${editCard(store, order, locale)}${refundCard(order, locale)}`}
    ${lastCard(order, locale)}
    ${historyCard(store, order, locale)}
    <p><a href="/admin/orders">${t.back}</a></p>`
}

function button(order: Order, path: string, label: string, kind = '', extra: Html | '' = ''): Html {
  return html`<form method="post" action="/admin/orders/${order.id}/${path}" class="row">${extra}<button class="${kind}">${label}</button></form>`
}

function customerCard(store: Store, order: Order, locale: AdminLocale): Html {
  const t = adminWords(locale)
  const customer = order.customerId === null ? undefined : store.customer(order.customerId)
  if (customer) {
    return html`<section class="card"><h2>${t.customer}</h2><p><a href="/admin/customers/${customer.id}">${customer.firstName} ${customer.lastName}</a>, ${customer.email}</p>
      ${button(order, 'take-off', t.takeOff)}</section>`
  }
  const people = store.customers.all().sort((a, b) => a.lastName.localeCompare(b.lastName, locale))
  return html`<section class="card"><h2>${t.customer}</h2><p>${order.source === 'pos' ? t.noCustomer : `${t.guest}: ${order.email ?? ''}`}</p>
    ${button(
      order,
      'attach',
      t.attach,
      '',
      html`<label for="customer">${t.customer}</label> <select id="customer" name="customer" required><option value="">–</option>${people.map(
        (one) => html`<option value="${one.id}">${one.firstName} ${one.lastName}</option>`,
      )}</select>`,
    )}</section>`
}

function linesCard(order: Order, locale: AdminLocale): Html {
  const t = adminWords(locale)
  return html`<section class="card scroll" tabindex="0" aria-label="${t.lines}"><h2>${t.lines}</h2><table><thead><tr><th scope="col">${t.item}</th><th scope="col" class="number">${t.price}</th><th scope="col" class="number">${t.quantity}</th><th scope="col" class="number">${t.left}</th><th scope="col" class="number">${t.discount}</th><th scope="col" class="number">${t.now}</th></tr></thead>
    <tbody>${order.lines.map(
      (line) =>
        html`<tr><td>${line.title}${line.variantTitle ? html` <span class="quiet">${line.variantTitle}</span>` : ''}</td><td class="number">${money(line.price, locale)}</td><td class="number">${line.quantity}</td><td class="number">${currentQuantity(order, line)}</td><td class="number">${money(discountOf(line), locale)}</td><td class="number">${money(currentNet(order, line), locale)}</td></tr>`,
    )}</tbody></table>
    ${order.discountApplications.length > 0 ? html`<p>${order.discountApplications.map((one) => html`<code>${one.code ?? one.title}</code> `)}</p>` : ''}</section>`
}

function totalsCard(order: Order, locale: AdminLocale): Html {
  const t = adminWords(locale)
  const totals = orderTotals(order)
  const row = (label: string, amount: number) =>
    html`<tr><th scope="row">${label}</th><td class="number">${money(amount, locale)}</td></tr>`
  return html`<section class="card"><h2>${t.payment}</h2><table>
    ${row(t.shipping, totals.currentShipping)}${row(t.total, totals.total)}${row(t.now, totals.currentTotal)}
    ${row(t.received, totals.received)}${row(t.refunded, totals.refunded)}${row(t.outstanding, totals.outstanding)}</table>
    ${totals.outstanding > 0 ? button(order, 'pay', t.markPaid, 'primary') : ''}
    ${order.fulfilledAt || order.cancelledAt ? '' : button(order, 'fulfil', t.fulfil)}</section>`
}

function editCard(store: Store, order: Order, locale: AdminLocale): Html {
  const t = adminWords(locale)
  return html`<section class="card"><h2 id="edit">${t.edit}</h2><p class="quiet">${t.editHint}</p>
    <form method="post" action="/admin/orders/${order.id}/edit" aria-labelledby="edit">
    ${order.lines.map(
      (line) =>
        html`<p class="row"><label for="edit-${line.id}">${line.title}</label> <input id="edit-${line.id}" name="line-${line.id}" type="number" min="0" max="99" value="${currentQuantity(order, line)}"></p>`,
    )}
    <p class="row"><label for="add">${t.addItem}</label> <select id="add" name="add"><option value="">${t.none}</option>
      ${store.products
        .filter((one) => one.status === 'active' && !one.giftCard)
        .flatMap((product) =>
          product.variants.map(
            (variant) =>
              html`<option value="${variant.id}">${product.title[locale]}${product.variants.length > 1 ? `, ${variant.title[locale]}` : ''}: ${money(variant.price, locale)}</option>`,
          ),
        )}</select>
      <label for="addQuantity">${t.quantity}</label> <input id="addQuantity" name="addQuantity" type="number" min="1" max="99" value="1"></p>
    <button>${t.save}</button></form></section>`
}

function refundCard(order: Order, locale: AdminLocale): Html {
  const t = adminWords(locale)
  const { received, refunded } = orderTotals(order)
  if (received <= refunded) return html``
  const shipping = shippingTotal(order) - shippingRefunded(order)
  return html`<section class="card"><h2 id="refund">${t.refund}</h2>
    <form method="post" action="/admin/orders/${order.id}/refund" aria-labelledby="refund">
    ${order.lines
      .filter((line) => currentQuantity(order, line) > 0)
      .map(
        (line) =>
          html`<p class="row"><label for="refund-${line.id}">${t.refundLines}: ${line.title}</label> <input id="refund-${line.id}" name="line-${line.id}" type="number" min="0" max="${currentQuantity(order, line)}" value="0"></p>`,
      )}
    ${shipping > 0 ? html`<p class="row"><label for="refund-shipping">${t.refundShipping}</label> <input id="refund-shipping" name="shipping" inputmode="decimal" placeholder="${decimal(shipping)}"></p>` : ''}
    <p class="row"><label for="refund-amount">${t.refundAmount}</label> <input id="refund-amount" name="amount" inputmode="decimal" aria-describedby="amount-hint"></p>
    <p id="amount-hint" class="quiet">${t.refundAmountHint}</p>
    <p class="row"><label for="refund-note">${t.note}</label> <input id="refund-note" name="note"></p>
    <button class="primary">${t.refund}</button></form></section>`
}

function lastCard(order: Order, locale: AdminLocale): Html {
  const t = adminWords(locale)
  const open = order.disputes.some((one) => one.finalizedOn === null)
  const step = (value: string, label: string) => html`<button name="step" value="${value}">${label}</button>`
  const reasons = ['customer', 'inventory', 'fraud', 'other']
  return html`<section class="card"><h2>${t.dispute}</h2>
    <form method="post" action="/admin/orders/${order.id}/dispute" class="row">${open ? html`${step('won', t.disputeWon)} ${step('lost', t.disputeLost)}` : step('open', t.openDispute)}</form></section>
    <section class="card"><h2>${t.cancel}</h2>
    ${
      order.cancelledAt
        ? ''
        : button(
            order,
            'cancel',
            t.cancel,
            'critical',
            html`<label for="reason">${t.reason}</label> <select id="reason" name="reason">${reasons.map((one) => html`<option>${one}</option>`)}</select>`,
          )
    }
    ${button(order, 'delete', t.delete, 'critical')}</section>`
}

function historyCard(store: Store, order: Order, locale: AdminLocale): Html {
  const t = adminWords(locale)
  const zone = store.shop.timeZone
  const rows: { at: string; text: string }[] = [
    { at: order.createdAt, text: t.placed },
    ...order.edits.map((edit) => ({ at: edit.at, text: t.edited })),
    ...order.refunds
      .filter((one) => !one.fromEdit)
      .map((one) => ({ at: one.createdAt, text: `${t.refundOf}${one.note ? `: ${one.note}` : ''}` })),
    ...order.transactions.map((one) => ({
      at: one.createdAt,
      text: `${t.transaction}: ${one.kind} ${one.status} ${money(one.amount, locale)}`,
    })),
    ...order.disputes.map((one) => ({ at: one.initiatedAt, text: `${t.dispute}: ${one.status}` })),
    ...(order.cancelledAt ? [{ at: order.cancelledAt, text: t.cancelled }] : []),
  ]
  rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return html`<section class="card"><h2>${t.history}</h2><ul>${rows.map((row) => html`<li>${moment(row.at, locale, zone)}: ${row.text}</li>`)}</ul></section>`
}
