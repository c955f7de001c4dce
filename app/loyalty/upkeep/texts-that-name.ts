import { elementsOf, textsOf as listedIn } from '../../db/stored-json.ts'
import { hasOurForm } from '../../domain/rewards/reward-code.ts'
import { MAY_NAME } from '../../domain/text/names-person.ts'
import { findingIn, isNew, type Search } from './search-first.ts'
import { LONGEST_NAME, LONGEST_TITLE, QUOTING } from './words-of-why.ts'

/** Where what was kept was cut (UTF-16 units): of a value that was wrong, of a name, and of a fault's message. */
const CUT_VALUE = LONGEST_NAME
const CUT_MESSAGE = 500

interface Searched {
  /** It is kept cut after so many units. */
  most?: number
  /** Only rows of which this is true hold words of people's. */
  where?: string
  /** What names the person is replaced by the mark, and nothing else happens to the row. */
  marked?: true
  /** One text is long, or lies within JSON. */
  byRow?: true
}

const MESSAGE: Searched = { most: CUT_MESSAGE, marked: true }
const ORDER_NAME: Searched = { most: CUT_VALUE, marked: true }

const searched = {
  'posting.reason': { where: `kind IN ('adjustment', 'import', 'reinstatement')` },
  'posting.why': { byRow: true },
  'program.note': {},
  'cause_payment.note': { marked: true },
  'cause_payment.proof': { marked: true },
  'bulk_line.email': {},
  'bulk_line.value': { most: CUT_VALUE },
  'bulk_line.reason': { marked: true },
  'bulk_batch.file_name': {},
  'bulk_batch.error': MESSAGE,
  'reconciliation.error': MESSAGE,
  'reconciliation_finding.problem': MESSAGE,
  'reconciliation_finding.order_name': ORDER_NAME,
  'audit_run.error': MESSAGE,
  'order_import.error': MESSAGE,
  'order_import_problem.problem': MESSAGE,
  'order_import_problem.order_name': ORDER_NAME,
  'inbox.reason': MESSAGE,
  'delivery_outcome.reason': MESSAGE,
  'delivery.body': { byRow: true },
  'order_state.name': { byRow: true },
  'order_state.facts': { byRow: true },
  'data_request.export': { byRow: true },
} satisfies Record<string, Searched>

export type SearchedColumn = keyof typeof searched

/** Every column of words in which a redaction looks for the person; a test asks of each column whether it is one. */
export const SEARCHED: Readonly<Record<SearchedColumn, Searched>> = searched

/** The texts of a column that name the person, each once. */
export async function textsThatName(
  { person: { shopId, search }, within, since }: Search,
  of: SearchedColumn,
): Promise<string[]> {
  const { most = null, where = 'true' } = SEARCHED[of]
  const [table, column] = of.split('.')
  const { rows } = await within((tx) =>
    tx.query<{ text: string }>(
      `SELECT DISTINCT ${column} AS text FROM ${table}
        WHERE shop_id = $1 AND ${isNew('$4')} AND ${where} AND (${column} ~ $2 OR 2 * length(${column}) >= $3::integer)`,
      // A message may quote a value that was cut, and be shorter than messages may be.
      [shopId, MAY_NAME, most === null ? null : CUT_VALUE, since],
    ),
  )
  const names = (text: string): boolean => {
    if (of === 'bulk_batch.file_name') return search.findsInFileName(text)
    if (most === null) return search.finds(text)
    return search.findsCut(text, most) || search.findsCut(quotedIn(text), CUT_VALUE)
  }
  return findingIn(
    rows.map(({ text }) => text),
    names,
  )
}

/** "email is "…"; it must be text" quotes what it found, cut: see refuse() in app/shopify/payload.ts. */
function quotedIn(message: string): string {
  const end = message.indexOf('; it must be ')
  return end < 0 ? '' : message.slice(0, end)
}

/** So many rows are in memory at once; the body of one may have a megabyte. */
const ROWS_AT_ONCE = 50

/**
 * Deliveries whose body names the person, by their numbers.
 * @param where a condition on the delivery
 */
export async function deliveriesThatName(
  { person: { shopId, search, former }, within, since }: Search,
  where: string,
): Promise<number[]> {
  const names = ({ body, at }: { body: string; at: number }): boolean =>
    search.finds(body) || (former !== null && at < former.until && former.names(body))
  const found: number[] = []
  for (let after = 0, more = true; more; ) {
    const { rows } = await within((tx) =>
      tx.query<{ id: number; body: string; at: number }>(
        `SELECT delivery_id AS id, body,
                (extract(epoch FROM coalesce(triggered_at, received_at)) * 1000)::float8 AS at FROM delivery
          WHERE shop_id = $1 AND delivery_id > $2 AND ${isNew('$3')} AND ${where}
          ORDER BY delivery_id LIMIT ${ROWS_AT_ONCE}`,
        [shopId, after, since],
      ),
    )
    const naming = await findingIn(rows, names)
    found.push(...naming.map(({ id }) => id))
    after = rows.at(-1)?.id ?? after
    more = rows.length === ROWS_AT_ONCE
  }
  return found
}

/** Where the words that a kind of posting quotes were cut. */
const CUT_AFTER = new Map<string, number>(QUOTING.map(({ kind, most }) => [kind, most]))
/** Postings are small. */
const POSTINGS_AT_ONCE = 5_000

/** Titles of lines and names of orders that postings quote (WORDS_OF_WHY) and that name the person, each once. */
export async function quotesThatName({
  person: { shopId, search },
  within,
  since,
}: Search): Promise<string[]> {
  const found = new Set<string>()
  for (let after = 0, more = true; more; ) {
    const { rows } = await within((tx) =>
      tx.query<{ last: number; among: number; quotes: { text: string; kind: string }[] }>(
        // The slice by its key alone: with a list of kinds joined to it the whole book would be sorted for each.
        `WITH slice AS MATERIALIZED (
           SELECT posting_id, kind, why FROM posting
            WHERE shop_id = $1 AND posting_id > $4 AND ${isNew('$5')}
            ORDER BY posting_id LIMIT ${POSTINGS_AT_ONCE})
         SELECT coalesce(max(posting_id), 0) AS last, count(*) AS among, (
                  SELECT coalesce(json_agg(DISTINCT jsonb_build_object('text', text, 'kind', kind)), '[]')
                    FROM (SELECT kind, why FROM slice WHERE kind = ANY($3::text[])) AS quoting, unnest(words_of_why(why)) AS text
                   WHERE text ~ $2 OR 2 * length(text) >= ${LONGEST_NAME}) AS quotes
           FROM slice`,
        [shopId, MAY_NAME, [...CUT_AFTER.keys()], after, since],
      ),
    )
    const { last = 0, among = 0, quotes = [] } = rows[0] ?? {}
    const names = ({ text, kind }: { text: string; kind: string }) =>
      search.findsCut(text, CUT_AFTER.get(kind) ?? 0)
    for (const { text } of await findingIn(quotes, names)) found.add(text)
    after = last
    more = among === POSTINGS_AT_ONCE
  }
  return [...found]
}

/** Orders are small. */
const ORDERS_AT_ONCE = 1_000
/** As in readFacts(): a line is a list by now, and was an object once. */
const TITLES = `SELECT coalesce(line ->> 2, line ->> 'title', '') FROM ${elementsOf(`o.facts -> 'lines'`)} AS each (line)`
/** Those that took nothing off are among them. */
const CODES = `SELECT code FROM ${listedIn(`o.facts -> 'discountCodes'`)} AS each (code) WHERE code IS NOT NULL`

const IS_UNSOUND = `(json_typeof(o.facts), json_typeof(o.facts -> 'lines'), coalesce(json_typeof(o.facts -> 'discountCodes'), 'array'))
  IS DISTINCT FROM ('object', 'array', 'array')`

function textsWithin(json: unknown): string[] {
  if (typeof json === 'string') return [json]
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(textsWithin) : []
}

/** What others wrote in an order, and names the person: its name, titles of its lines, codes, where it came from. */
export interface OrderThatNames {
  /** Shopify's, digits. */
  orderId: string
  texts: string[]
}

interface WordsOfOrder {
  orderId: string
  name: string
  source: string
  titles: string[]
  codes: string[]
  /** Facts that are none of ours: nobody knows what stands where. */
  unsound: unknown
}

/** Orders of anybody's in which words name the person: merchants write addresses there, too. */
export async function ordersThatName({
  person: { shopId, search },
  within,
  since,
}: Search): Promise<OrderThatNames[]> {
  // By codes of ours redemptions find their orders. We made them, and whatever number they look like is nobody's.
  const textsOf = ({ name, source, titles, codes, unsound }: WordsOfOrder): string[] => [
    ...[name, source].filter((text) => search.findsCut(text, CUT_VALUE)),
    ...titles.filter((title) => search.findsCut(title, LONGEST_TITLE)),
    ...textsWithin(unsound).filter((text) => search.findsCut(text, CUT_VALUE)),
    ...codes.filter((code) => !hasOurForm(code) && search.findsInCode(code)),
  ]
  const found: OrderThatNames[] = []
  for (let after = '-1', more = true; more; ) {
    const { rows } = await within((tx) =>
      tx.query<WordsOfOrder>(
        `SELECT o.order_id::text AS "orderId", o.name, coalesce(o.facts ->> 'source', '') AS source,
                ARRAY(${TITLES}) AS titles, ARRAY(${CODES}) AS codes,
                CASE WHEN ${IS_UNSOUND} THEN o.facts END AS unsound
           FROM order_state o WHERE o.shop_id = $1 AND o.order_id > $2 AND ${isNew('$3', 'o.')}
          ORDER BY o.order_id LIMIT ${ORDERS_AT_ONCE}`,
        [shopId, after, since],
      ),
    )
    const naming = await findingIn(rows, (order) => textsOf(order).length > 0)
    found.push(...naming.map((order) => ({ orderId: order.orderId, texts: textsOf(order) })))
    after = rows.at(-1)?.orderId ?? after
    more = rows.length === ORDERS_AT_ONCE
  }
  return found
}
