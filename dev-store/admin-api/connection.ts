/** Pages of rows as GraphQL connections, with cursors that stay right while rows change between pages. */
import { badRequest } from './errors.ts'

export type PageArguments = {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
  reverse?: boolean | null
  /** Of a bulk operation: no pages. No client can say so. */
  all?: true
}

type SortValue = string | number

/** A cursor is the place in the order, not a number of rows: `updated_at` may move rows while one pages. */
type Place = { last_id: number; last_value: SortValue }

/**
 * @param rows every matching row, in any order
 * @param sortBy what to sort by; rows with the same value stand by id
 * @throws {GraphQLError} BAD_REQUEST without `first` or `last`, above 250, or with a cursor that is none
 */
export function connection<Row extends { id: number }>(
  rows: Row[],
  args: PageArguments,
  present: (row: Row) => unknown,
  sortBy: (row: Row) => SortValue = (row) => row.id,
) {
  const size = args.all ? rows.length : (args.first ?? args.last)
  if (size === null || size === undefined) throw badRequest('you must provide one of first or last')
  if (!args.all && (size < 0 || size > 250))
    throw badRequest(`Limit exceeded: ${size} must be between 0 and 250`)
  const direction = args.reverse ? -1 : 1
  const place = (row: Row): Place => ({ last_id: row.id, last_value: sortBy(row) })
  const compare = (a: Place, b: Place) => direction * comparePlaces(a, b)
  const sorted = rows.map((row) => ({ row, place: place(row) })).sort((a, b) => compare(a.place, b.place))
  const after = args.after ? decode(args.after) : null
  const before = args.before ? decode(args.before) : null
  const within = sorted.filter(
    (one) => (!after || compare(one.place, after) > 0) && (!before || compare(one.place, before) < 0),
  )
  const page = args.all
    ? within
    : args.first != null
      ? within.slice(0, size)
      : within.slice(Math.max(0, within.length - size))
  const [start, end] = [page[0], page.at(-1)]
  const presented = new Map<Row, unknown>()
  const node = (row: Row) => {
    if (!presented.has(row)) presented.set(row, present(row))
    return presented.get(row)
  }
  return {
    nodes: () => page.map((one) => node(one.row)),
    edges: () => page.map((one) => ({ cursor: encode(one.place), node: node(one.row) })),
    pageInfo: {
      hasNextPage: end !== undefined && end !== sorted.at(-1),
      hasPreviousPage: start !== undefined && start !== sorted[0],
      startCursor: start ? encode(start.place) : null,
      endCursor: end ? encode(end.place) : null,
    },
  }
}

function comparePlaces(a: Place, b: Place): number {
  if (a.last_value !== b.last_value) {
    if (typeof a.last_value === 'number' && typeof b.last_value === 'number')
      return a.last_value - b.last_value
    return String(a.last_value) < String(b.last_value) ? -1 : 1
  }
  return a.last_id - b.last_id
}

function encode(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64')
}

function decode(cursor: string): Place {
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8')) as Place
    if (typeof place.last_id === 'number') return place
  } catch {
    // Falls through to the answer that a client sees.
  }
  throw badRequest(`Invalid cursor: ${cursor}`)
}
