import type { Tx } from '../../db/tx.ts'
import { idOf, type Json, parseBody } from '../../shopify/payload.ts'
import { type DeliveryReason, readReason } from '../inbox/reason.ts'

/** A message of Shopify's that did not get through so far. */
export interface StuckDelivery {
  deliveryId: number
  topic: string
  receivedAt: Date
  /** quarantined: set aside, nobody tries any more. waiting: tried in vain, will be tried again at `nextTry`. */
  status: 'quarantined' | 'waiting'
  attempts: number
  nextTry: Date | null
  reason: DeliveryReason
  /** The sentence as it was noted, for whoever looks deeper. */
  sentence: string
  /** What the message is about, as far as it can be read. */
  order: { id: string; name: string | null } | null
  customerId: string | null
  /** Fields of the message that name no person. */
  fields: { name: string; value: string }[]
}

export interface StuckDeliveries {
  deliveries: StuckDelivery[]
  quarantined: number
  waiting: number
  /** Pass as `before` for the next, older page. Null on the last one. */
  next: number | null
}

const PAGE = 25
/** A message that has not been tried for so long is worth a look even without a fault. */
const LONG_WAIT = '2 minutes'

interface Row extends Omit<StuckDelivery, 'reason' | 'order' | 'customerId' | 'fields' | 'sentence'> {
  reason: string | null
  body: string
}

const STUCK = `
  SELECT d.delivery_id, 'quarantined' AS status, o.attempts, NULL::timestamptz AS next_try, o.reason
    FROM delivery_outcome o JOIN delivery d USING (shop_id, delivery_id)
   WHERE o.shop_id = $1 AND o.status = 'quarantined'
  UNION ALL
  SELECT d.delivery_id, 'waiting', i.attempts, i.not_before, i.reason
    FROM inbox i JOIN delivery d USING (shop_id, delivery_id)
   WHERE i.shop_id = $1 AND (i.attempts > 0 OR d.received_at < now() - interval '${LONG_WAIT}')`

/** Newest first. */
export async function readStuckDeliveries(
  tx: Tx,
  shopId: number,
  before: number | null,
): Promise<StuckDeliveries> {
  const counts = await tx.query<{ quarantined: number; waiting: number }>(
    `SELECT count(*) FILTER (WHERE status = 'quarantined') AS quarantined,
            count(*) FILTER (WHERE status = 'waiting') AS waiting FROM (${STUCK}) stuck`,
    [shopId],
  )
  const { rows } = await tx.query<Row>(
    `SELECT d.delivery_id AS "deliveryId", d.topic, d.received_at AS "receivedAt", s.status, s.attempts,
            s.next_try AS "nextTry", s.reason, left(d.body, 200000) AS body
       FROM (${STUCK}) s JOIN delivery d ON d.shop_id = $1 AND d.delivery_id = s.delivery_id
      WHERE $2::bigint IS NULL OR d.delivery_id < $2
      ORDER BY d.delivery_id DESC LIMIT ${PAGE + 1}`,
    [shopId, before],
  )
  const page = rows.slice(0, PAGE)
  const { quarantined = 0, waiting = 0 } = counts.rows[0] ?? {}
  return {
    deliveries: page.map(toView),
    quarantined,
    waiting,
    next: rows.length > PAGE ? (page.at(-1)?.deliveryId ?? null) : null,
  }
}

function toView({ body, reason, ...row }: Row): StuckDelivery {
  const payload = readable(body)
  const about = payload ? subjectOf(row.topic, payload) : { order: null, customerId: null }
  return {
    ...row,
    reason: readReason(reason),
    sentence: reason ?? '',
    ...about,
    fields: payload ? publicFields(payload) : [],
  }
}

function readable(body: string): Json | null {
  try {
    return parseBody(body)
  } catch {
    return null
  }
}

function subjectOf(topic: string, payload: Json): Pick<StuckDelivery, 'order' | 'customerId'> {
  const tryId = (resource: unknown) => {
    try {
      return idOf(resource as Json, 'id')
    } catch {
      return null
    }
  }
  if (topic.startsWith('orders/')) {
    const id = tryId(payload)
    const name = typeof payload.name === 'string' ? payload.name.slice(0, 60) : null
    const customer = typeof payload.customer === 'object' && payload.customer ? tryId(payload.customer) : null
    return { order: id ? { id, name } : null, customerId: customer }
  }
  if (topic.startsWith('disputes/')) {
    const id = tryId({ id: payload.order_id })
    return { order: id ? { id, name: null } : null, customerId: null }
  }
  if (topic === 'customers/merge')
    return { order: null, customerId: tryId({ id: payload.admin_graphql_api_customer_kept_id }) }
  const customer = topic.startsWith('customers/') ? (payload.customer ?? payload) : null
  return { order: null, customerId: typeof customer === 'object' && customer ? tryId(customer) : null }
}

/** Names, addresses, e-mails, phones, notes and everything unknown stay out: only what is listed is shown. */
const PUBLIC_FIELDS = [
  'id',
  'name',
  'order_id',
  'created_at',
  'processed_at',
  'updated_at',
  'cancelled_at',
  'financial_status',
  'fulfillment_status',
  'currency',
  'presentment_currency',
  'total_price',
  'current_total_price',
  'taxes_included',
  'test',
  'source_name',
  'status',
  'type',
  'amount',
  'line_items',
  'refunds',
  'shipping_lines',
  'admin_graphql_api_customer_kept_id',
  'admin_graphql_api_customer_deleted_id',
] as const

const LONGEST_FIELD = 80

/** Any length may come: it is looked at first. */
function isOrderNumber(name: string): boolean {
  return name.length <= LONGEST_FIELD && /^[#\w-]+$/.test(name) && /\d/.test(name)
}

function publicFields(payload: Json): StuckDelivery['fields'] {
  return PUBLIC_FIELDS.flatMap((name) => {
    const value = payload[name]
    if (value === undefined || value === null) return []
    // Of a customer, "name" would be a person's: only an order's number may stand here.
    if (name === 'name' && !isOrderNumber(String(value))) return []
    if (Array.isArray(value)) return [{ name, value: `× ${value.length}` }]
    if (typeof value === 'object') return []
    return [{ name, value: String(value).slice(0, LONGEST_FIELD) }]
  })
}
