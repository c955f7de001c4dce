import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { BulkFileGone, bulkOrders, bulkState, startBulkOrders } from '../../shopify/orders/bulk-orders.ts'
import { ordersOfPast, type ReadPage } from '../../shopify/orders/order-pages.ts'

/**
 * Reading orders from Shopify page by page, and very many by one bulk operation instead. Where it stands is a cursor,
 * kept by the caller together with what was read: of a page, or which operation and how many orders of its file are in
 * the book. So a reading goes on where it stood, whoever was killed in between.
 */

/** From so many orders on. Pages read some ten a second on Shopify's smallest plan: this many take minutes. */
export const BULK_FROM = 2_000
/** An operation that runs is asked about so often. */
export const ASK_AGAIN_MS = 5_000
const BULK_PAGE = 100
/** A cursor that stands for pages from the first on: the operation is lost, and no other one is tried. */
const PAGES_INSTEAD = ''

export interface Reading {
  graphql: AdminGraphql
  shopId: number
  /** Which orders, in Shopify's search syntax. */
  search: string
  /** Null: not begun. */
  cursor: string | null
  /** How many Shopify counts. */
  orders: number
  /** From so many on a bulk operation. */
  bulkFrom: number
  /** It ends after the page in which so many milliseconds are over. */
  turnMs: number
  /** Keeps a cursor in place of another one; also called with the same one while Shopify works. */
  move(from: string | null, to: string): Promise<boolean>
  /** Brings a page into the book together with the cursor behind it. */
  take(page: ReadPage, cursor: string | null): Promise<boolean>
}

/**
 * Reads on. `move` and `take` say false when the reading is no longer this process's to read on.
 * @returns `done`: all is read; `goes-on`: the turn is over; `waits`: Shopify is not done; `not-ours`
 */
export async function readOn(reading: Reading): Promise<'done' | 'goes-on' | 'waits' | 'not-ours'> {
  const { move, take, turnMs } = reading
  let cursor = reading.cursor
  if (cursor === null) {
    const begun = await beginBulk(reading)
    if (begun !== null && !(await move(null, begun))) return 'not-ours'
    cursor = begun
  }
  const end = performance.now() + turnMs
  const pages = await pagesBehind(reading, cursor)
  if (pages === 'waits') return (await move(cursor, cursor ?? '')) ? 'waits' : 'not-ours'
  try {
    if (pages === 'lost') throw new BulkFileGone('The operation failed or was cancelled')
    for await (const page of pages) {
      if (!(await take(page, cursor))) return 'not-ours'
      if (page.next === null) return 'done'
      cursor = page.next
      if (performance.now() > end) break
    }
    return 'goes-on'
  } catch (error) {
    if (!(error instanceof BulkFileGone)) throw error
    return (await move(cursor, PAGES_INSTEAD)) ? readOn({ ...reading, cursor: PAGES_INSTEAD }) : 'not-ours'
  }
}

interface Place {
  operation: string
  /** Orders of the file that are in the book. */
  read: number
}

/** @returns null for the cursor of a page, or none */
function bulkPlace(cursor: string | null): Place | null {
  const found = /^bulk\/(\d+)\/(\d+)$/.exec(cursor ?? '')
  return found ? { operation: found[1] as string, read: Number(found[2]) } : null
}

const cursorOf = ({ operation, read }: Place) => `bulk/${operation}/${read}`

/** Null when pages are the better way, or Shopify takes no further operation now. */
async function beginBulk({ graphql, search, orders, bulkFrom }: Reading): Promise<string | null> {
  if (orders < bulkFrom) return null
  const operation = await startBulkOrders(graphql, search)
  return operation === null ? null : cursorOf({ operation, read: 0 })
}

async function pagesBehind(
  { graphql, shopId, search }: Reading,
  cursor: string | null,
): Promise<AsyncGenerator<ReadPage> | 'waits' | 'lost'> {
  const place = bulkPlace(cursor)
  if (!place) return pagesOf(graphql, search, cursor || null, shopId)
  const state = await bulkState(graphql, place.operation)
  if (state.is === 'ready') return bulkPagesOf(graphql, place, state.url, shopId)
  return state.is === 'running' ? 'waits' : 'lost'
}

async function* pagesOf(
  graphql: AdminGraphql,
  search: string,
  cursor: string | null,
  shopId: number,
): AsyncGenerator<ReadPage> {
  let after = cursor
  for (;;) {
    const page = await ordersOfPast(graphql, search, after, shopId)
    yield page
    if (page.next === null) return
    after = page.next
  }
}

async function* bulkPagesOf(
  graphql: AdminGraphql,
  { operation, read: skip }: Place,
  url: string | null,
  shopId: number,
): AsyncGenerator<ReadPage> {
  if (url === null) {
    yield { orders: [], left: [], next: null }
    return
  }
  for await (const { read, last, ...page } of bulkOrders(graphql, { url, skip, size: BULK_PAGE }, shopId))
    yield { ...page, next: last ? null : cursorOf({ operation, read }) }
}
