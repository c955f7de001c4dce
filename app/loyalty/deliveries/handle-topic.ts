import type { Tx } from '../../db/tx.ts'
import { ensureAccounts } from '../../ledger/ensure-accounts.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { id, idOf, type Json, parseBody, refuse, text } from '../../shopify/payload.ts'
import { award } from '../earning/award.ts'
import { OCCASIONS } from '../earning/occasions.ts'
import { type Delivery, type Ending, NOT_ITS_TURN } from '../inbox/inbox.ts'
import { forgetProductLabels } from '../labels/forget-product-labels.ts'
import { claimOnNews } from '../members/claim-guest-points.ts'
import { mergeMembers } from '../members/merge-members.ts'
import { markGone } from '../settlement/mark-gone.ts'
import { recordDispute } from '../settlement/record-dispute.ts'
import { uninstallShop, updateShopFacts } from '../shop/shop-changes.ts'
import { exportCustomer, redactShop } from '../upkeep/compliance.ts'
import { redactCustomer } from '../upkeep/redact-customer.ts'
import { redactionIsBefore } from '../upkeep/requests-before.ts'
import type { Searched } from '../upkeep/search-first.ts'

/** What every topic that is no order's state does. Each is safe to run twice. */
const HANDLERS: Record<
  string,
  (tx: Tx, delivery: Delivery, payload: Json, now: number, searched?: Searched) => Promise<Ending>
> = {
  'orders/delete': markOrderGone,
  'customers/create': enrol,
  'customers/enable': enrol,
  'customers/update': enrol,
  'customers/delete': async () => ignored('Points stay until the customer asks for erasure'),
  'customers/merge': merge,
  'customers_email_marketing_consent/update': consent,
  'disputes/create': dispute,
  'disputes/update': dispute,
  'products/update': labels,
  'products/delete': labels,
  'collections/update': labels,
  'collections/delete': labels,
  'shop/update': async (tx, delivery, payload) => done(await updateShopFacts(tx, delivery, payload)),
  'app/uninstalled': async (tx, delivery) =>
    (await uninstallShop(tx, delivery)) ? done() : ignored('The app was installed again since'),
  'app/scopes_update': async () => ignored('Scopes are read when they are needed'),
  'customers/data_request': async (tx, delivery, payload, now, searched) =>
    done(await exportCustomer(tx, delivery.shopId, payload, now, searched)),
  'customers/redact': redact,
  'shop/redact': async (tx, delivery) =>
    (await redactShop(tx, delivery)) ? done() : ignored('The app was installed again since'),
}

/** The topics that the app takes beside the states of orders; `shopify.app.toml` subscribes to these and no others. */
export const OTHER_TOPICS = Object.keys(HANDLERS)

/** They read a shop's texts, erase it, or move the whole history of a member: no order waits behind them. */
export const READS_MUCH: ReadonlySet<string> = new Set([
  'customers/merge',
  'customers/data_request',
  'customers/redact',
  'shop/redact',
])

/**
 * @param searched what was searched for this delivery before the transaction
 * @throws DomainError invalid-payload before anything is changed
 * @throws SearchFirst when something is to be searched and has not been
 */
export async function handleTopic(
  tx: Tx,
  delivery: Delivery,
  now: number,
  searched?: Searched,
): Promise<Ending> {
  const handler = HANDLERS[delivery.topic]
  if (!handler) return ignored(`The app does nothing with "${delivery.topic.slice(0, 60)}"`)
  const payload = parseBody(delivery.body)
  mustBeOfShop(delivery, payload)
  return handler(tx, delivery, payload, now, searched)
}

const NAME_THEIR_SHOP = new Set(['customers/data_request', 'customers/redact', 'shop/redact'])

/** Shopify signs the body, not the header that names the shop. Where the body names it, too, both must agree. */
function mustBeOfShop({ topic, shopDomain }: Delivery, payload: Json): void {
  const field = NAME_THEIR_SHOP.has(topic) ? 'shop_domain' : 'myshopify_domain'
  const named = payload[field]
  if (field === 'myshopify_domain' && (named === undefined || named === null)) return
  if (typeof named !== 'string' || named.toLowerCase() !== shopDomain)
    refuse(field, named, `"${shopDomain}" as in the header of the delivery`)
}

function done(_result?: unknown): Ending {
  return { status: 'done' }
}

function ignored(reason: string): Ending {
  return { status: 'ignored', reason }
}

function later(reason: string): Ending & { status: 'later' } {
  return { status: 'later', reason }
}

async function redact(
  tx: Tx,
  delivery: Delivery,
  payload: Json,
  now: number,
  searched?: Searched,
): Promise<Ending> {
  const again = await redactCustomer(tx, delivery, payload, now, searched)
  if (again === 'nothing') return done()
  if (again === 'all') return later(NOT_ITS_TURN)
  return { ...later('Deliveries about the customer wait to be worked off'), linkCut: true }
}

/** What was told before a redaction and comes after it. */
const REDACTED_SINCE = 'The customer was redacted since'

/** Entries stay. An order that is not known yet may be on its way: it is looked for again a little later. */
async function markOrderGone(tx: Tx, { shopId }: Delivery, payload: Json, now: number): Promise<Ending> {
  const orderId = idOf(payload, 'order')
  if (await markGone(tx, shopId, orderId, now)) return done()
  await enqueue(tx, 'read-order', { shopId, orderId }, { runAt: new Date(now + 60_000) })
  return ignored('The order is not known')
}

async function enrol(tx: Tx, delivery: Delivery, payload: Json, now: number): Promise<Ending> {
  const { shopId, topic } = delivery
  const occasion = OCCASIONS[topic]?.(payload, delivery.triggeredAt ?? now)
  const toldAt = occasion?.at ?? delivery.triggeredAt ?? now
  const holder = { shopId, customerId: idOf(payload, 'customer'), guestHash: null, toldAt }
  if ((await ensureAccounts(tx, [holder])).size === 0) return ignored(REDACTED_SINCE)
  await claimOnNews(tx, shopId, payload)
  if (occasion) await award(tx, shopId, occasion, now)
  return done()
}

async function consent(tx: Tx, delivery: Delivery, payload: Json, now: number): Promise<Ending> {
  const occasion = OCCASIONS[delivery.topic]?.(payload, delivery.triggeredAt ?? now)
  const awarded = occasion ? await award(tx, delivery.shopId, occasion, now) : 'off'
  if (awarded === 'redacted') return ignored(REDACTED_SINCE)
  return awarded === 'off' ? ignored('The program gives no points for it') : done()
}

async function merge(
  tx: Tx,
  delivery: Delivery,
  payload: Json,
  now: number,
  searched?: Searched,
): Promise<Ending> {
  const keptId = id(payload.admin_graphql_api_customer_kept_id, 'admin_graphql_api_customer_kept_id')
  const deletedId = id(payload.admin_graphql_api_customer_deleted_id, 'admin_graphql_api_customer_deleted_id')
  const status = text(payload.status, 'status')
  if (status !== 'completed') return ignored(`The merge is "${status.slice(0, 30)}", not completed`)
  if (keptId === deletedId) return ignored('The customer was merged with itself')
  if (await redactionIsBefore(tx, delivery, [keptId, deletedId])) return later(NOT_ITS_TURN)
  const at = delivery.triggeredAt ?? now
  const outcome = await mergeMembers(tx, delivery.shopId, { keptId, deletedId }, at, now)
  if (outcome === 'merged-before') return ignored('The customers were merged before')
  // At Shopify both were one when she was redacted: what the other one had was hers.
  if (outcome === 'kept-redacted') return redact(tx, delivery, { customer: { id: deletedId } }, now, searched)
  return outcome === 'merged' ? done() : ignored(REDACTED_SINCE)
}

const NO_DISPUTE = {
  inquiry: 'An inquiry is no chargeback',
  'no-order': 'The dispute names no order',
  known: 'This standing of the dispute is known',
}

async function dispute(tx: Tx, { shopId }: Delivery, payload: Json, now: number): Promise<Ending> {
  const unchanged = await recordDispute(tx, shopId, payload, now)
  return unchanged === null ? done() : ignored(NO_DISPUTE[unchanged])
}

async function labels(tx: Tx, { shopId, topic }: Delivery, payload: Json): Promise<Ending> {
  await forgetProductLabels(tx, shopId, topic.startsWith('products/') ? idOf(payload, 'product') : null)
  return done()
}
