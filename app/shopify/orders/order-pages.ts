import type { LeftOrder } from '../../domain/orders/order-facts.ts'
import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import type { OrderFieldsFragment } from '../graphql/generated/types.ts'
import { OrdersByIds, OrdersChanged, OrdersListed } from '../graphql/orders.ts'
import { clipped, id, time } from '../payload.ts'
import { inHalves, nextAnswered, orRefused } from '../refused-question.ts'
import { eachFromGraphql, type ReadOrders } from './order-from-graphql.ts'
import { wholeOrder } from './whole-order.ts'

/**
 * Orders page by page, and by their ids. One that Shopify does not hand out is left out with why, and those beside it
 * and behind it are read (docs/decisions/0048).
 */

/** Shopify prices a page of orders by its size; ten with all their parts stay below what one query may cost. */
const ORDERS_A_PAGE = 10
/** Where a list cannot be read at all, it is begun again so near behind the last order that was read. */
const GRAIN_MS = 1_000
/** No order has changed later than now; clocks differ. */
const AHEAD_MS = 3_600_000

/** In Shopify's search syntax. */
export function changedSince(since: Date): string {
  return `updated_at:>='${since.toISOString()}'`
}

export interface ReadPage extends ReadOrders {
  /** The place behind this page; null on the last one. */
  next: string | null
}

/** Where a reading stands. Times are epoch milliseconds. */
interface Place {
  /** Only orders that changed later are listed; null: all that the search finds. */
  since: number | null
  /** When the last order that was read had changed; null: none was read. */
  until: number | null
  /** Shopify's cursor. */
  after: string | null
}

function readPlace(text: string | null): Place {
  // What was kept before places were is a cursor of Shopify's.
  if (!text?.startsWith('[')) return { since: null, until: null, after: text || null }
  const [since, until, after] = JSON.parse(text) as [number | null, number | null, string | null]
  return { since, until, after }
}

const writePlace = ({ since, until, after }: Place) => JSON.stringify([since, until, after])

const listAt = (query: string, { since, after }: Place) => ({
  query: since === null ? query : `${query} updated_at:>'${new Date(since).toISOString()}'`,
  after,
})

/**
 * One page of the orders that a query in Shopify's search syntax finds, oldest change first.
 * @param at the place that the page before has named; null: the first page
 */
export async function ordersOfPast(
  graphql: AdminGraphql,
  query: string,
  at: string | null,
  shopId: number,
): Promise<ReadPage> {
  const place = readPlace(at)
  const page = await orRefused(graphql, () =>
    askAdmin(graphql, OrdersChanged, { ...listAt(query, place), first: ORDERS_A_PAGE }),
  )
  if (page.refused !== undefined) return pageInParts(graphql, query, place, shopId)
  const { nodes, pageInfo } = page.answer.orders
  return { ...(await wholeOrders(graphql, nodes, shopId)), next: nextPlace(place, nodes, pageInfo) }
}

function nextPlace(
  place: Place,
  orders: readonly { updatedAt: string }[],
  { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null },
): string | null {
  const last = orders.at(-1)
  if (!hasNextPage || endCursor === null) return null
  const until = last ? time(last.updatedAt, 'updatedAt') : place.until
  return writePlace({ ...place, until, after: endCursor })
}

/** A page that Shopify refuses: it is listed by its numbers, ten or one by one, and those are asked for in halves. */
async function pageInParts(
  graphql: AdminGraphql,
  query: string,
  place: Place,
  shopId: number,
): Promise<ReadPage> {
  for (const first of [ORDERS_A_PAGE, 1]) {
    const list = await listed(graphql, query, place, first)
    if (!list) continue
    const ids = list.nodes.map((order) => order.id)
    const { found, refused } = await ordersByIds(graphql, ids)
    const names = new Map(list.nodes.map((order) => [order.id, order.name]))
    const read = eachFromGraphql([...found.values()], shopId)
    const left = refused.map(({ one, why }) => leftOut({ id: one, name: names.get(one) ?? '' }, why))
    return {
      orders: read.orders,
      left: [...read.left, ...left],
      next: nextPlace(place, list.nodes, list.pageInfo),
    }
  }
  return pageBehind(graphql, query, place)
}

/** Undefined when Shopify does not tell even that. */
async function listed(graphql: AdminGraphql, query: string, place: Place, first: number) {
  const list = await orRefused(graphql, () =>
    askAdmin(graphql, OrdersListed, { ...listAt(query, place), first }),
  )
  return list.refused === undefined ? list.answer.orders : undefined
}

/**
 * Nothing is told of what lies behind the place: the list is begun again where it can be read, and what lies between is
 * left out as if it were one order.
 * @throws Error when it can be read nowhere
 */
async function pageBehind(graphql: AdminGraphql, query: string, { until }: Place): Promise<ReadPage> {
  const anew = (since: number) => ({ since, until: since, after: null })
  const isAnswered = async (since: number) => (await listed(graphql, query, anew(since), 1)) !== undefined
  const from = until ?? 0
  const end = Math.max(from + GRAIN_MS, Date.now() + AHEAD_MS)
  const since = await nextAnswered(isAnswered, { from, end, grain: GRAIN_MS })
  if (since === null) throw new Error(`Shopify's Admin API hands out no order behind ${instant(from)}`)
  const problem = `Shopify's Admin API hands out no order that changed from ${instant(from)} to ${instant(since)}`
  return {
    orders: [],
    left: [{ orderId: '0', name: '', problem }],
    next: writePlace(anew(since)),
  }
}

const instant = (ms: number) => new Date(ms).toISOString()

const leftOut = (order: { id: string; name: string }, problem: string): LeftOrder => ({
  orderId: id(order.id, 'id'),
  name: clipped(order.name, 60),
  problem,
})

/** Of some the rest may be refused that did not fit into the first page: they are left out. */
async function wholeOrders(
  graphql: AdminGraphql,
  orders: readonly OrderFieldsFragment[],
  shopId: number,
): Promise<ReadOrders> {
  const whole: OrderFieldsFragment[] = []
  const left: LeftOrder[] = []
  for (const order of orders) {
    const read = await orRefused(graphql, () => wholeOrder(graphql, order))
    if (read.refused === undefined) whole.push(read.answer)
    else left.push(leftOut(order, read.refused))
  }
  const read = eachFromGraphql(whole, shopId)
  return { orders: read.orders, left: [...left, ...read.left] }
}

interface FoundOrders {
  /** By their global ids; what was deleted is missing. */
  found: Map<string, OrderFieldsFragment>
  /** Those that Shopify does not hand out, with why. */
  refused: { one: string; why: string }[]
}

/** Orders by their global ids, ten at once, and fewer where Shopify refuses ten. */
export async function ordersByIds(graphql: AdminGraphql, ids: readonly string[]): Promise<FoundOrders> {
  const all: FoundOrders = { found: new Map(), refused: [] }
  for (let from = 0; from < ids.length; from += ORDERS_A_PAGE) {
    const { answers, refused } = await inHalves(graphql, ids.slice(from, from + ORDERS_A_PAGE), (some) =>
      ordersOf(graphql, some),
    )
    for (const order of answers) all.found.set(order.id, order)
    all.refused.push(...refused)
  }
  return all
}

async function ordersOf(graphql: AdminGraphql, ids: readonly string[]): Promise<OrderFieldsFragment[]> {
  const { nodes } = await askAdmin(graphql, OrdersByIds, { ids: [...ids] })
  const whole: OrderFieldsFragment[] = []
  for (const order of nodes)
    if (order && 'lineItems' in order) whole.push(await wholeOrder(graphql, order as OrderFieldsFragment))
  return whole
}
