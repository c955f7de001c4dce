/** Anything by its global id. */
import { storeCreditAccount, storeCreditTransaction } from '../../deeds/store-credit-deeds.ts'
import type { StoreCreditTransaction } from '../../model.ts'
import { bulkOperation, presentBulkOperation } from '../bulk/operations.ts'
import type { ApiContext, Presented } from '../context.ts'
import { presentCollection, presentProduct, presentVariant } from './catalogue.ts'
import { presentCustomer, presentSegment } from './customer.ts'
import { presentDiscountNode } from './discount.ts'
import { presentDefinition, presentMetafield } from './metafield.ts'
import { presentLine, presentOrder, presentRefund } from './order.ts'
import { presentInstallation, presentShop } from './shop.ts'
import { presentStoreCreditAccount, presentStoreCreditTransaction } from './store-credit.ts'

type Finder = (id: number, context: ApiContext) => Presented | null

const FINDERS: Record<string, Finder> = {
  Shop: (id, context) => (context.shop.id === id ? presentShop(context) : null),
  AppInstallation: (id, context) =>
    context.store.installation.id === id ? presentInstallation(context) : null,
  Customer: (id, { store }) => map(store.customer(id), presentCustomer),
  Segment: (id, { store }) => map(store.segments.get(id), presentSegment),
  Product: (id, { store }) => map(store.products.get(id), presentProduct),
  Collection: (id, { store }) => map(store.collections.get(id), presentCollection),
  ProductVariant: (id, { store }) => {
    const product = store.products.find((one) => one.variants.some((variant) => variant.id === id))
    const variant = product?.variants.find((one) => one.id === id)
    return product && variant ? presentVariant(product, variant) : null
  },
  Order: (id, context) => map(visibleOrder(id, context), presentOrder),
  LineItem: (id, { store }) => {
    const order = store.orders.find((one) => one.lines.some((line) => line.id === id))
    const line = order?.lines.find((one) => one.id === id)
    return order && line ? presentLine(order, line) : null
  },
  Refund: (id, { store }) => {
    const order = store.orders.find((one) => one.refunds.some((refund) => refund.id === id))
    const refund = order?.refunds.find((one) => one.id === id)
    return order && refund ? presentRefund(order, refund) : null
  },
  DiscountCodeNode: (id, { store }) => {
    const node = store.discounts.get(id)
    return node?.method === 'code' ? presentDiscountNode(node, 'DiscountCodeNode') : null
  },
  DiscountAutomaticNode: (id, { store }) => {
    const node = store.discounts.get(id)
    return node?.method === 'automatic' ? presentDiscountNode(node, 'DiscountAutomaticNode') : null
  },
  BulkOperation: (id, { store, practice }) =>
    map(bulkOperation(store, id), (row) => presentBulkOperation(row, practice)),
  StoreCreditAccount: (id, { store }) => map(storeCreditAccount(store, id), presentStoreCreditAccount),
  // An expiration has no id of its own in Shopify.
  StoreCreditAccountCreditTransaction: storeCreditFinder('credit'),
  StoreCreditAccountDebitTransaction: storeCreditFinder('debit'),
  StoreCreditAccountDebitRevertTransaction: storeCreditFinder('debit_revert'),
  Metafield: (id, { store }) =>
    map(
      store.metafields.find((one) => one.id === id),
      presentMetafield,
    ),
  MetafieldDefinition: (id, { store }) => map(store.metafieldDefinitions.get(id), presentDefinition),
}

function storeCreditFinder(kind: StoreCreditTransaction['kind']): Finder {
  return (id, { store }) => {
    const row = storeCreditTransaction(store, id)
    return row?.kind === kind ? presentStoreCreditTransaction(row, store) : null
  }
}

function map<Row>(row: Row | undefined, present: (row: Row) => Presented): Presented | null {
  return row === undefined ? null : present(row)
}

/** Null for what does not exist, whatever its kind. */
export function presentNode(id: string, context: ApiContext): Presented | null {
  const match = /^gid:\/\/shopify\/(\w+)\/(\d+)(\?.*)?$/.exec(id)
  if (!match) return null
  return FINDERS[match[1] ?? '']?.(Number(match[2]), context) ?? null
}

const SIXTY_DAYS = 60 * 24 * 3600 * 1000

/** Orders older than 60 days are seen with `read_all_orders` only. */
export function isOrderVisible(order: { createdAt: string }, context: ApiContext): boolean {
  if (context.granted.has('read_all_orders')) return true
  return Date.parse(order.createdAt) > context.store.now() - SIXTY_DAYS
}

export function visibleOrder(id: number, context: ApiContext) {
  const order = context.store.orders.get(id)
  return order && isOrderVisible(order, context) ? order : undefined
}
