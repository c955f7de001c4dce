import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import { gidOf } from '../gid.ts'
import { BulkOperationState, RunBulkQuery } from '../graphql/bulk-operations.ts'
import type { BulkOrdersQuery, OrderFieldsFragment } from '../graphql/generated/types.ts'
import { BulkOrders } from '../graphql/orders.ts'
import { clipped, id } from '../payload.ts'
import { eachFromGraphql, type ReadOrders } from './order-from-graphql.ts'
import { ordersByIds } from './order-pages.ts'

/** The file of a bulk operation is not to be had any more. */
export class BulkFileGone extends Error {}

/**
 * Many orders by a bulk operation: Shopify runs the query for as long as it takes, outside the limits of pages, and
 * leaves a file of one object a line. It is read line by line; no more than a page of orders is held.
 */

/** @returns the operation's id; null when Shopify has too many running, or takes none */
export async function startBulkOrders(graphql: AdminGraphql, search: string): Promise<string | null> {
  const { bulkOperationRunQuery: answer } = await askAdmin(graphql, RunBulkQuery, { query: bulkText(search) })
  return answer?.bulkOperation?.id.split('/').pop() ?? null
}

/** The document as one text: Shopify runs it later, without variables, and promises nothing about fragments. */
export function bulkText(search: string): string {
  const [operation = '', ...fragments] = String(BulkOrders).split(/^\s*fragment /m)
  const bodies = new Map<string, string>()
  for (const fragment of fragments) {
    const name = /^\w+/.exec(fragment)?.[0] ?? ''
    bodies.set(name, fragment.slice(fragment.indexOf('{') + 1, fragment.lastIndexOf('}')))
  }
  const whole = (text: string): string =>
    text.replaceAll(/\.\.\.(\w+)/g, (_, name: string) => whole(bodies.get(name) ?? ''))
  return whole(operation.replace('($query: String!)', '').replace('$query', () => JSON.stringify(search)))
}

/** How far an operation is. `lost`: it failed, was cancelled or its file is gone. */
export type BulkState =
  | { is: 'running'; orders: number }
  | { is: 'ready'; url: string | null }
  | { is: 'lost'; why: string }

export async function bulkState(graphql: AdminGraphql, operation: string): Promise<BulkState> {
  const id = gidOf('BulkOperation', operation)
  const { bulkOperation: found } = await askAdmin(graphql, BulkOperationState, { id })
  switch (found?.status) {
    case 'CREATED':
    case 'RUNNING':
      return { is: 'running', orders: Number(found.rootObjectCount) }
    case 'COMPLETED':
      return { is: 'ready', url: found.url }
    default:
      return { is: 'lost', why: [found?.status ?? 'unknown', found?.errorCode].filter(Boolean).join(' ') }
  }
}

/** Orders as they stand; those deleted meanwhile are missing. */
export interface BulkPage extends ReadOrders {
  /** Orders of the file up to the end of this page. */
  read: number
  last: boolean
}

type BulkOrder = BulkOrdersQuery['orders']['edges'][number]['node']
type BulkLine = { __parentId?: string }

/**
 * The file's orders page by page, the first `skip` left out: they were read before. Orders with refunds are asked for
 * by their ids, since a bulk operation cannot tell what a refund took back.
 * @throws BulkFileGone; Error when the file cannot be fetched now or is none of ours
 */
export async function* bulkOrders(
  graphql: AdminGraphql,
  { url, skip, size }: { url: string; skip: number; size: number },
  shopId: number,
): AsyncGenerator<BulkPage> {
  const answer = await fetch(url)
  if (answer.status >= 400 && answer.status < 500)
    throw new BulkFileGone(`Its address answers ${answer.status}`)
  if (!answer.ok || !answer.body) throw new Error(`The result of the bulk operation answers ${answer.status}`)
  let page: BulkOrder[] = []
  let read = 0
  for await (const order of ordersOf(answer.body as unknown as AsyncIterable<Uint8Array>)) {
    if (page.length === size) {
      yield { ...(await complete(graphql, page, shopId)), read, last: false }
      page = []
    }
    read++
    if (read > skip) page.push(order)
  }
  yield { ...(await complete(graphql, page, shopId)), read, last: true }
}

async function complete(graphql: AdminGraphql, page: BulkOrder[], shopId: number): Promise<ReadOrders> {
  const refunded = page.filter(({ refunds }) => refunds.length > 0)
  const { found, refused } = await ordersByIds(
    graphql,
    refunded.map((order) => order.id),
  )
  const orders = page.flatMap((order) =>
    order.refunds.length > 0 ? (found.get(order.id) ?? []) : asPage(order),
  )
  const why = new Map(refused.map((one) => [one.one, one.why]))
  const kept = refunded.flatMap((order) => {
    const problem = why.get(order.id)
    return problem ? [{ orderId: id(order.id, 'id'), name: clipped(order.name, 60), problem }] : []
  })
  const read = eachFromGraphql(orders, shopId)
  return { ...read, left: [...read.left, ...kept] }
}

function asPage(order: BulkOrder): OrderFieldsFragment {
  const whole = <Node>({ edges }: { edges: { node: Node }[] }) => ({
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: false, endCursor: null },
  })
  return {
    ...order,
    lineItems: whole(order.lineItems),
    shippingLines: whole(order.shippingLines),
    refunds: [],
  }
}

/** Puts the lines together again: an order, then what belongs to it. */
async function* ordersOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<BulkOrder> {
  let order: BulkOrder | undefined
  for await (const text of linesOf(body)) {
    const line = JSON.parse(text) as BulkLine
    if (line.__parentId === undefined) {
      if (order) yield order
      order = { ...(line as BulkOrder), lineItems: { edges: [] }, shippingLines: { edges: [] } }
      continue
    }
    if (line.__parentId !== order?.id)
      throw new Error(`A line of the bulk result belongs to ${line.__parentId}`)
    // Told apart by what they hold: a shipping line may have no id.
    const { edges } = 'isRemoved' in line ? order.shippingLines : order.lineItems
    edges.push({ node: line } as never)
  }
  if (order) yield order
}

/** Whole lines, however the bytes arrive. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') yield part
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
