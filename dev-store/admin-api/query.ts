/** The root fields of queries. What stands here is what the practice store can answer. */
import {
  type Collection,
  type Customer,
  type DiscountNode,
  idOf,
  type MetafieldOwner,
  type Product,
  resolveNamespace,
} from '../model.ts'
import { bulkOperations, presentBulkOperation } from './bulk/operations.ts'
import { connection, type PageArguments } from './connection.ts'
import type { ApiContext, Presented } from './context.ts'
import { invalidId } from './errors.ts'
import {
  COLLECTION_SEARCH,
  collectionText,
  PRODUCT_SEARCH,
  presentCollection,
  presentProduct,
  productText,
} from './present/catalogue.ts'
import { CUSTOMER_SEARCH, customerText, presentCustomer, presentSegment } from './present/customer.ts'
import {
  type DiscountNodeType,
  discountSearch,
  discountText,
  presentDiscountNode,
} from './present/discount.ts'
import { OWNER_TYPES, presentDefinition } from './present/metafield.ts'
import { isOrderVisible, presentNode } from './present/node.ts'
import { ORDER_SEARCH, ORDER_SORT, orderText, presentOrder } from './present/order.ts'
import { presentInstallation, presentShop, presentShopLocales } from './present/shop.ts'
import { parseSearch, type SearchFields } from './search.ts'

type ListArguments = PageArguments & { query?: string | null; sortKey?: string | null }

/** Rows that the search finds; unknown fields are ignored and noted, as Shopify does. */
function search<Row>(
  rows: Row[],
  query: string | null | undefined,
  fields: SearchFields<Row>,
  text: (row: Row) => string,
  path: string,
  context: ApiContext,
): Row[] {
  const { matches, unknownFields } = parseSearch(query, fields, text)
  if (unknownFields.length > 0)
    context.searchNotes.push({
      path: [path],
      query,
      warnings: unknownFields.map((field) => ({ field, message: 'Invalid search field for this query.' })),
    })
  return rows.filter(matches)
}

/** Only ids of the wanted kind: another kind is an error, one that does not exist is null. */
function byId(id: string, type: string, context: ApiContext): Presented | null {
  if (/^gid:/.test(id) && !id.startsWith(`gid://shopify/${type}/`)) throw invalidId(id)
  return presentNode(/^\d+$/.test(id) ? `gid://shopify/${type}/${id}` : id, context)
}

const exactCount = (count: number) => ({ __typename: 'Count', count, precision: 'EXACT' })

const PRODUCT_SORT: Record<string, (row: Product) => string | number> = {
  TITLE: (row) => row.title.de.toLowerCase(),
  CREATED_AT: (row) => row.createdAt,
  UPDATED_AT: (row) => row.updatedAt,
  VENDOR: (row) => row.vendor,
  PRODUCT_TYPE: (row) => row.productType,
}

const COLLECTION_SORT: Record<string, (row: Collection) => string | number> = {
  TITLE: (row) => row.title.de.toLowerCase(),
  UPDATED_AT: (row) => row.updatedAt,
}

const CUSTOMER_SORT: Record<string, (row: Customer) => string | number> = {
  NAME: (row) => `${row.lastName}, ${row.firstName}`.toLowerCase(),
  CREATED_AT: (row) => row.createdAt,
  UPDATED_AT: (row) => row.updatedAt,
}

const DISCOUNT_SORT: Record<string, (row: DiscountNode) => string | number> = {
  TITLE: (row) => row.title.toLowerCase(),
  CREATED_AT: (row) => row.createdAt,
  UPDATED_AT: (row) => row.updatedAt,
  STARTS_AT: (row) => row.startsAt,
  ENDS_AT: (row) => row.endsAt ?? '9999',
}

function discountList(args: ListArguments, context: ApiContext, type: DiscountNodeType, path: string) {
  const rows = context.store.discounts.filter(
    (row) => type === 'DiscountNode' || (type === 'DiscountCodeNode') === (row.method === 'code'),
  )
  const found = search(rows, args.query, discountSearch(context), discountText, path, context)
  return connection(found, args, (row) => presentDiscountNode(row, type), DISCOUNT_SORT[args.sortKey ?? 'ID'])
}

function discountById(id: string, context: ApiContext, type: DiscountNodeType): Presented | null {
  const node = /^gid:\/\/shopify\/Discount(Code|Automatic)?Node\/\d+$/.test(id)
    ? context.store.discounts.get(idOf(id))
    : undefined
  if (!node || (type === 'DiscountCodeNode' && node.method !== 'code')) return null
  if (type === 'DiscountAutomaticNode' && node.method !== 'automatic') return null
  return presentDiscountNode(node, type)
}

function orderRows(args: { query?: string | null }, context: ApiContext, path: string) {
  const rows = context.store.orders.filter((row) => isOrderVisible(row, context))
  return search(rows, args.query, ORDER_SEARCH, orderText, path, context)
}

function ownerOf(ownerType: string): MetafieldOwner | undefined {
  const found = Object.entries(OWNER_TYPES).find(([, name]) => name === ownerType)
  return found?.[0] as MetafieldOwner | undefined
}

type DefinitionIdentifier = { ownerType: string; namespace?: string | null; key: string }

export function findDefinition(identifier: DefinitionIdentifier, { store }: ApiContext) {
  const namespace = resolveNamespace(identifier.namespace ?? '$app')
  const owner = ownerOf(identifier.ownerType)
  return store.metafieldDefinitions.find(
    (row) => row.ownerType === owner && row.namespace === namespace && row.key === identifier.key,
  )
}

// biome-ignore lint/suspicious/noExplicitAny: each field has arguments of its own, checked by the schema.
export const queryRoot: Record<string, (args: any, context: ApiContext) => unknown> = {
  shop: (_, context) => presentShop(context),
  shopLocales: (_, context) => presentShopLocales(context),
  currentAppInstallation: (_, context) => presentInstallation(context),
  node: (args, context) => presentNode(args.id, context),
  nodes: (args, context) => args.ids.map((id: string) => presentNode(id, context)),

  bulkOperation: (args, context) => byId(args.id, 'BulkOperation', context),
  bulkOperations: (args: ListArguments, { store, practice }) =>
    connection(bulkOperations(store), args, (row) => presentBulkOperation(row, practice)),

  customer: (args, context) => byId(args.id, 'Customer', context),
  customerByIdentifier: (args, context) => {
    const { id, emailAddress } = args.identifier
    if (id) return byId(id, 'Customer', context)
    const wanted = String(emailAddress ?? '').toLowerCase()
    const found = context.store.customers.find((row) => row.email.toLowerCase() === wanted)
    return found ? presentCustomer(found) : null
  },
  customers: (args: ListArguments, context) => {
    const rows = context.store.customers.all()
    const found = search(rows, args.query, CUSTOMER_SEARCH, customerText, 'customers', context)
    return connection(found, args, presentCustomer, CUSTOMER_SORT[args.sortKey ?? 'ID'])
  },
  customersCount: (args, context) => {
    const rows = context.store.customers.all()
    return exactCount(
      search(rows, args.query, CUSTOMER_SEARCH, customerText, 'customersCount', context).length,
    )
  },
  segment: (args, context) => byId(args.id, 'Segment', context),
  segments: (args: ListArguments, { store }) => connection(store.segments.all(), args, presentSegment),

  order: (args, context) => byId(args.id, 'Order', context),
  orders: (args: ListArguments, context) =>
    connection(
      orderRows(args, context, 'orders'),
      args,
      presentOrder,
      ORDER_SORT[args.sortKey ?? 'PROCESSED_AT'],
    ),
  ordersCount: (args, context) => exactCount(orderRows(args, context, 'ordersCount').length),
  refund: (args, context) => byId(args.id, 'Refund', context),

  storeCreditAccount: (args, context) => byId(args.id, 'StoreCreditAccount', context),

  product: (args, context) => byId(args.id, 'Product', context),
  products: (args: ListArguments, context) => {
    const rows = context.store.products.all()
    const found = search(rows, args.query, PRODUCT_SEARCH, productText, 'products', context)
    return connection(found, args, presentProduct, PRODUCT_SORT[args.sortKey ?? 'ID'])
  },
  productsCount: (args, context) => {
    const rows = context.store.products.all()
    return exactCount(search(rows, args.query, PRODUCT_SEARCH, productText, 'productsCount', context).length)
  },
  productVariant: (args, context) => byId(args.id, 'ProductVariant', context),
  collection: (args, context) => byId(args.id, 'Collection', context),
  collections: (args: ListArguments, context) => {
    const rows = context.store.collections.all()
    const found = search(rows, args.query, COLLECTION_SEARCH, collectionText, 'collections', context)
    return connection(found, args, presentCollection, COLLECTION_SORT[args.sortKey ?? 'ID'])
  },

  codeDiscountNode: (args, context) => discountById(args.id, context, 'DiscountCodeNode'),
  codeDiscountNodeByCode: (args, { store }) => {
    const node = store.discountByCode(args.code)
    return node ? presentDiscountNode(node, 'DiscountCodeNode') : null
  },
  codeDiscountNodes: (args, context) => discountList(args, context, 'DiscountCodeNode', 'codeDiscountNodes'),
  automaticDiscountNode: (args, context) => discountById(args.id, context, 'DiscountAutomaticNode'),
  automaticDiscountNodes: (args, context) =>
    discountList(args, context, 'DiscountAutomaticNode', 'automaticDiscountNodes'),
  discountNode: (args, context) => discountById(args.id, context, 'DiscountNode'),
  discountNodes: (args, context) => discountList(args, context, 'DiscountNode', 'discountNodes'),
  discountNodesCount: (args, context) => {
    const rows = context.store.discounts.all()
    const found = search(
      rows,
      args.query,
      discountSearch(context),
      discountText,
      'discountNodesCount',
      context,
    )
    return exactCount(found.length)
  },

  metafieldDefinition: (args, context) => {
    const found = args.id
      ? context.store.metafieldDefinitions.get(idOf(args.id))
      : findDefinition(args.identifier, context)
    return found ? presentDefinition(found) : null
  },
  metafieldDefinitions: (args, { store }) => {
    const namespace = args.namespace ? resolveNamespace(args.namespace) : null
    const rows = store.metafieldDefinitions.filter(
      (row) =>
        row.ownerType === ownerOf(args.ownerType) &&
        (!namespace || row.namespace === namespace) &&
        (!args.key || row.key === args.key),
    )
    return connection(rows, args, presentDefinition)
  },
}
