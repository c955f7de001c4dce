/**
 * Why a delivery could not be processed, for people. The sentence that stands with it names what was found and what
 * is allowed; here it becomes a code and values, so that the merchant reads it in her own language.
 */
export interface DeliveryReason {
  code:
    | 'field'
    | 'missing'
    | 'currency'
    | 'not-json'
    | 'products'
    | 'shopify'
    | 'gap'
    | 'database'
    | 'conflict'
    | 'uncountable'
    | 'person-waits'
    | 'turn'
    | 'other'
  /** Of `field` (and `missing`): which one, what stood there, and what is allowed. */
  field?: string
  value?: string
  allowed?: Allowed
  /** Of `gap`: two instants, of changes of orders. */
  from?: string
  until?: string
  /** Of `currency`: the shop's; the order's is the value. */
  currency?: string
}

export type Allowed = 'object' | 'list' | 'text' | 'flag' | 'count' | 'time' | 'id' | 'amount' | 'other'

const ALLOWED: [RegExp, Allowed][] = [
  [/^an object/, 'object'],
  [/^a list/, 'list'],
  [/^text/, 'text'],
  [/^true or false/, 'flag'],
  [/^a whole number/, 'count'],
  [/^a time/, 'time'],
  [/^a Shopify id/, 'id'],
  [/^an amount/, 'amount'],
]

/** @param sentence as `delivery_outcome` and `inbox` keep it */
export function readReason(sentence: string | null): DeliveryReason {
  const text = sentence ?? ''
  const field = /^([\w.\s]{1,120}) is (.*); it must be (.+)$/s.exec(text)
  if (field) {
    const [, name = '', value = '', wanted = ''] = field
    if (value === 'undefined') return { code: 'missing', field: name }
    const [, currency] = /^"([A-Z]{3})", the shop's own$/.exec(wanted) ?? []
    if (currency) return { code: 'currency', value: value.replaceAll('"', ''), currency }
    const allowed = ALLOWED.find(([pattern]) => pattern.test(wanted))?.[1] ?? 'other'
    return { code: 'field', field: name, value: value.slice(0, 60), allowed }
  }
  const [, from, until] =
    /^Shopify's Admin API hands out no order that changed from (\S{1,40}) to (\S{1,40})$/.exec(text) ?? []
  if (from && until) return { code: 'gap', from, until }
  if (/not JSON/.test(text)) return { code: 'not-json' }
  if (/more than can be counted/.test(text)) return { code: 'uncountable' }
  if (/^Deliveries about the customer wait/.test(text)) return { code: 'person-waits' }
  if (/^Another request about the same customer/.test(text)) return { code: 'turn' }
  if (/product|label/i.test(text)) return { code: 'products' }
  if (/stands in the book already/.test(text)) return { code: 'conflict' }
  if (/GraphQL|throttl|fetch failed|session|token|HttpResponse|Admin API|Shopify/i.test(text))
    return { code: 'shopify' }
  if (/connection|deadlock|timeout|ECONN|terminat|database|canceling/i.test(text)) return { code: 'database' }
  return { code: 'other' }
}
