import type { Tx } from '../../db/tx.ts'
import { UNCOUNTABLE } from '../../domain/program/countable.ts'
import { isDomainError } from '../../domain/text/errors.ts'
import { bigints } from '../../ledger/arrays.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { orderFromWebhook } from '../../shopify/orders/order-from-webhook.ts'
import { parseBody, refusal } from '../../shopify/payload.ts'
import type { Delivery, Ending } from '../inbox/inbox.ts'
import { labelFromCache } from '../labels/label-orders.ts'
import { AWAITS_LABELS, wantLabels } from '../labels/read-wanted-labels.ts'
import { type OrderReading, orderKey } from '../orders/readings.ts'
import { loadPrograms, type ShopPrograms } from '../program/programs.ts'
import { settleOrders } from '../settlement/settle-orders.ts'

export const ORDER_TOPICS: ReadonlySet<string> = new Set(['orders/create', 'orders/updated'])

/** Settles a batch of order deliveries in the transaction that claimed them. */
export async function settleOrderDeliveries(
  tx: Tx,
  deliveries: Delivery[],
  now: number,
): Promise<Map<Delivery, Ending>> {
  const endings = new Map<Delivery, Ending>()
  let readings = new Map<Delivery, OrderReading>()
  const shopIds = deliveries.map(({ shopId }) => shopId)
  const programs = await loadPrograms(tx, shopIds)
  for (const delivery of deliveries) {
    const { shopId, topic } = delivery
    try {
      const facts = orderFromWebhook(parseBody(delivery.body), shopId, topic === 'orders/create')
      readings.set(delivery, { shopId, facts, origin: 'delivery' })
    } catch (error) {
      if (!isDomainError(error)) throw error
      endings.set(delivery, { status: 'quarantined', reason: error.message })
    }
  }
  await setForeignAside(tx, readings, programs, endings)
  readings = await labelled(tx, readings, programs, endings)
  const claimed = [...readings.keys()]
  const outcomes = await settleOrders(tx, [...readings.values()], now, { programs })
  for (const [i, { outcome }] of outcomes.entries()) {
    const delivery = claimed[i] as Delivery
    const reading = readings.get(delivery) as OrderReading
    if (outcome === 'superseded')
      endings.set(delivery, { status: 'ignored', reason: 'A newer state of the order is known' })
    else if (outcome === 'unchanged')
      endings.set(delivery, { status: 'ignored', reason: 'This state of the order is known' })
    else if (outcome === 'uncountable') endings.set(delivery, { status: 'quarantined', reason: UNCOUNTABLE })
    else endings.set(delivery, { status: 'done' })
    if (outcome === 'in-doubt') {
      const { orderId } = reading.facts
      await enqueue(tx, 'read-order', { shopId: reading.shopId, orderId })
    }
  }
  return endings
}

/**
 * Points are computed in the shop's currency, and amounts in another one are never converted here. An order that is in the
 * book keeps the currency that it has there, though its shop has another one by now: it may still be refunded.
 */
async function setForeignAside(
  tx: Tx,
  readings: Map<Delivery, OrderReading>,
  programs: Map<number, ShopPrograms>,
  endings: Map<Delivery, Ending>,
): Promise<void> {
  const foreign = [...readings].filter(([, { shopId, facts }]) => {
    const own = programs.get(shopId)?.currency
    return own !== undefined && facts.currency !== own
  })
  if (foreign.length === 0) return
  const known = await currenciesOf(
    tx,
    foreign.map(([, { shopId, facts }]) => ({ shopId, orderId: facts.orderId })),
  )
  for (const [delivery, { shopId, facts }] of foreign) {
    if (known.get(orderKey(shopId, facts.orderId)) === facts.currency) continue
    readings.delete(delivery)
    const own = programs.get(shopId)?.currency
    const reason = refusal('currency', facts.currency, `"${own}", the shop's own`)
    endings.set(delivery, { status: 'quarantined', reason: reason.message })
  }
}

/** Of the orders that are in the book, by `orderKey`. */
async function currenciesOf(
  tx: Tx,
  orders: { shopId: number; orderId: string }[],
): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ shopId: number; orderId: string; currency: string }>(
    `SELECT shop_id AS "shopId", order_id::text AS "orderId", facts ->> 'currency' AS currency
       FROM order_state JOIN unnest($1::bigint[], $2::bigint[]) AS r(shop_id, order_id) USING (shop_id, order_id)`,
    [bigints(orders.map(({ shopId }) => shopId)), bigints(orders.map(({ orderId }) => orderId))],
  )
  return new Map(rows.map(({ shopId, orderId, currency }) => [orderKey(shopId, orderId), currency]))
}

/** Campaigns on collections or tags need the products' labels; an order that lacks one waits until a job has read it. */
async function labelled(
  tx: Tx,
  readings: Map<Delivery, OrderReading>,
  programs: Map<number, ShopPrograms>,
  endings: Map<Delivery, Ending>,
): Promise<Map<Delivery, OrderReading>> {
  const lacking = await labelFromCache(tx, [...readings.values()], programs)
  if (lacking.size === 0) return readings
  await wantLabels(tx, [...lacking.values()].flat())
  const ready = new Map<Delivery, OrderReading>()
  for (const [delivery, reading] of readings) {
    if (lacking.has(reading)) endings.set(delivery, { status: 'later', reason: AWAITS_LABELS })
    else ready.set(delivery, reading)
  }
  return ready
}
