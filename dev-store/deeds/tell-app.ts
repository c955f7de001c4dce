/** Which webhooks follow from what happened. */
import type { PracticeContext } from '../context.ts'
import type { Customer, Dispute, Order, WebhookDelivery } from '../model.ts'
import { consentPayload, customerPayload, type OptIn } from '../payload/customer-payload.ts'
import { disputePayload } from '../payload/dispute-payload.ts'
import { orderPayload } from '../payload/order-payload.ts'
import type { EmitOptions } from '../webhooks/delivery-queue.ts'

type Teller = Pick<PracticeContext, 'store' | 'webhooks'>

export type OrderTopic =
  | 'orders/create'
  | 'orders/updated'
  | 'orders/paid'
  | 'orders/edited'
  | 'orders/cancelled'
  | 'orders/fulfilled'

/** One event, one payload per topic; topics nobody subscribed to are skipped by the queue. */
export function tellOrder(
  context: Teller,
  order: Order,
  topics: OrderTopic[],
  options: EmitOptions = {},
): WebhookDelivery[] {
  const { store, webhooks } = context
  const customer = order.customerId === null ? null : (store.customer(order.customerId) ?? null)
  const payload = orderPayload(order, customer, store.shop)
  return topics.flatMap((topic) => webhooks.emit(topic, payload, `Order/${order.id}`, options))
}

export function tellCustomer(
  context: Teller,
  customer: Customer,
  topic: 'customers/create' | 'customers/update',
  options: EmitOptions = {},
): WebhookDelivery[] {
  return context.webhooks.emit(
    topic,
    customerPayload(customer, context.store.shop),
    `Customer/${customer.id}`,
    options,
  )
}

export function tellConsent({ store, webhooks }: Teller, customer: Customer, level: OptIn): void {
  const payload = consentPayload(customer, store.shop, level)
  webhooks.emit('customers_email_marketing_consent/update', payload, `Customer/${customer.id}`)
}

export function tellDispute(
  context: Teller,
  order: Order,
  dispute: Dispute,
  topic: 'disputes/create' | 'disputes/update',
): void {
  context.webhooks.emit(topic, disputePayload(order, dispute, context.store.shop), `Dispute/${dispute.id}`)
}
