/** What happens to customers, the catalogue and the app itself; each tells the app. */
import { CommerceError } from '../commerce/errors.ts'
import type { PracticeContext } from '../context.ts'
import type { Collection, Customer, Order, Product } from '../model.ts'
import {
  collectionDeletePayload,
  collectionPayload,
  productPayload,
  shopPayload,
} from '../payload/catalogue-payload.ts'
import {
  customerDeletePayload,
  customerMergePayload,
  type OptIn,
  privacyPayload,
} from '../payload/customer-payload.ts'
import type { Store } from '../store.ts'
import { tellConsent, tellCustomer } from './tell-app.ts'

type Deeds = Pick<PracticeContext, 'store' | 'webhooks'>

export type CustomerInput = Pick<
  Customer,
  'firstName' | 'lastName' | 'email' | 'locale' | 'tags' | 'acceptsMarketing'
>

/** @param optIn how a consent to news by e-mail was given: by staff, unless the shopper says so herself */
export function createCustomer(deeds: Deeds, input: CustomerInput, optIn: OptIn = 'single_opt_in'): Customer {
  const at = deeds.store.time()
  const customer = deeds.store.customers.put({
    ...input,
    id: deeds.store.nextId('Customer'),
    phone: null,
    note: null,
    address: null,
    createdAt: at,
    updatedAt: at,
    sample: false,
  })
  tellCustomer(deeds, customer, 'customers/create')
  if (customer.acceptsMarketing) tellConsent(deeds, customer, optIn)
  return customer
}

export function updateCustomer(
  deeds: Deeds,
  id: number,
  input: Partial<CustomerInput>,
  optIn: OptIn = 'single_opt_in',
): Customer {
  const customer = known(deeds, id)
  const next = deeds.store.customers.put({ ...customer, ...input, updatedAt: deeds.store.time() })
  tellCustomer(deeds, next, 'customers/update')
  if (next.acceptsMarketing !== customer.acceptsMarketing) tellConsent(deeds, next, optIn)
  return next
}

/** Shopify deletes only customers without orders. Throws `has-orders`. */
export function deleteCustomer(deeds: Deeds, id: number): void {
  const customer = known(deeds, id)
  if (deeds.store.ordersOf(id).length > 0) {
    throw new CommerceError('has-orders', `Customer ${id} has orders and cannot be deleted`)
  }
  deeds.store.customers.delete(id)
  for (const account of deeds.store.storeCreditAccounts.filter((one) => one.customerId === id)) {
    for (const row of deeds.store.storeCreditTransactions.filter((one) => one.accountId === account.id))
      deeds.store.storeCreditTransactions.delete(row.id)
    deeds.store.storeCreditAccounts.delete(account.id)
  }
  for (const row of deeds.store.metafieldsOf('CUSTOMER', id)) {
    deeds.store.metafields.delete(`${row.ownerType}/${row.ownerId}/${row.namespace}/${row.key}`)
  }
  deeds.webhooks.emit('customers/delete', customerDeletePayload(customer), `Customer/${id}`)
}

/**
 * Orders go to the kept customer; the other id stays as an alias. Throws `same-customer`; `has-store-credit` as
 * Shopify does (STORE_CREDIT), where a store credit account never changes its owner.
 */
export function mergeCustomers(deeds: Deeds, keptId: number, goneId: number): Customer {
  const { store, webhooks } = deeds
  if (keptId === goneId) throw new CommerceError('same-customer', 'A customer cannot be merged with itself')
  const kept = known(deeds, keptId)
  const gone = known(deeds, goneId)
  for (const { id } of [kept, gone])
    if (hasStoreCredit(store, id))
      throw new CommerceError('has-store-credit', `Customer ${id} has store credit and cannot be merged`)
  for (const order of store.ordersOf(goneId)) {
    store.orders.put({ ...order, customerId: keptId, updatedAt: store.time() })
  }
  for (const card of store.giftCards.filter((one) => one.customerId === goneId)) {
    store.giftCards.put({ ...card, customerId: keptId })
  }
  for (const node of store.discounts.values()) {
    if (node.context.kind === 'customers' && node.context.ids.includes(goneId)) {
      const ids = [...new Set(node.context.ids.map((id) => (id === goneId ? keptId : id)))]
      store.discounts.put({ ...node, context: { kind: 'customers', ids } })
    }
  }
  const tags = [...new Set([...kept.tags, ...gone.tags])]
  const next = store.customers.put({ ...kept, tags, updatedAt: store.time() })
  store.customers.delete(goneId)
  store.mergedCustomers.put({ from: goneId, to: keptId })
  webhooks.emit('customers/merge', customerMergePayload(keptId, goneId), `Customer/${keptId}`)
  tellCustomer(deeds, next, 'customers/update')
  return next
}

/** Also with nothing left in the account: it stays, and so does its owner. */
export function hasStoreCredit(store: Store, customerId: number): boolean {
  return store.storeCreditAccounts.find((one) => one.customerId === customerId) !== undefined
}

/** The shopper asks for her data, or to be forgotten. */
export function askPrivacy(
  deeds: Deeds,
  id: number,
  topic: 'customers/data_request' | 'customers/redact',
): void {
  const customer = known(deeds, id)
  const orderIds = deeds.store.ordersOf(id).map((order) => order.id)
  const requestId = deeds.store.nextId('Other')
  const payload = privacyPayload(topic, customer, orderIds, deeds.store.shop, requestId)
  deeds.webhooks.emit(topic, payload, `Customer/${id}`)
}

function known(deeds: Deeds, id: number): Customer {
  const customer = deeds.store.customers.get(id)
  if (!customer) throw new CommerceError('unknown-customer', `There is no customer ${id}`)
  return customer
}

export function updateProduct(deeds: Deeds, product: Product): Product {
  const next = deeds.store.products.put({ ...product, updatedAt: deeds.store.time() })
  deeds.webhooks.emit('products/update', productPayload(next, deeds.store.shop), `Product/${next.id}`)
  return next
}

/** Lines of orders keep their words and prices and lose the product, without a change of the order being told. */
export function deleteProduct(deeds: Deeds, id: number): void {
  const { store } = deeds
  if (!store.products.delete(id)) return
  const sold = (order: Order) => order.lines.some((line) => line.productId === id)
  for (const order of store.orders.filter(sold)) {
    const lines = order.lines.map((line) =>
      line.productId === id ? { ...line, productId: null, variantId: null } : line,
    )
    store.orders.put({ ...order, lines })
  }
  deeds.webhooks.emit('products/delete', { id }, `Product/${id}`)
}

export function updateCollection(deeds: Deeds, collection: Collection): void {
  const next = deeds.store.collections.put({ ...collection, updatedAt: deeds.store.time() })
  const payload = collectionPayload(next, deeds.store.shop)
  deeds.webhooks.emit('collections/update', payload, `Collection/${next.id}`)
}

export function deleteCollection(deeds: Deeds, id: number): void {
  const collection = deeds.store.collections.get(id)
  if (!collection) return
  for (const product of deeds.store.products.filter((one) => one.collectionIds.includes(id))) {
    deeds.store.products.put({ ...product, collectionIds: product.collectionIds.filter((one) => one !== id) })
  }
  deeds.store.collections.delete(id)
  deeds.webhooks.emit('collections/delete', collectionDeletePayload(collection), `Collection/${id}`)
}

const REDACTION_DELAY = 48 * 3_600_000

/** All tokens stop working; the app hears of it, and 48 hours later of shop/redact, whatever happens until then. */
export function uninstallApp(deeds: Deeds): void {
  const { store, webhooks } = deeds
  const installation = store.installation
  if (!installation.installed) return
  const subject = `Shop/${store.shop.id}`
  const { id, domain } = store.shop
  webhooks.emit('app/uninstalled', shopPayload(store.shop), subject)
  webhooks.emit('shop/redact', { shop_id: id, shop_domain: domain }, subject, {
    dueAt: store.now() + REDACTION_DELAY,
  })
  store.installation = {
    ...installation,
    installed: false,
    uninstalledAt: store.time(),
    tokens: installation.tokens.map((token) => ({ ...token, revoked: true })),
  }
}
