import { UnsoundRow } from '../../db/unsound-row.ts'
import type { StatusStep } from '../../domain/tiers/tiers.ts'

/** What is wrong with a value, by the name of where it stands; null: nothing. */
type Check = (value: unknown, name: string) => string | null

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const only =
  (what: string, is: (value: unknown) => boolean): Check =>
  (value, name) =>
    is(value) ? null : `${name} must be ${what}`
const text = only('text', (value) => typeof value === 'string')
const number = only('a number', (value) => typeof value === 'number')
const flag = only('true or false', (value) => typeof value === 'boolean')
const or =
  (other: null | undefined, check: Check): Check =>
  (value, name) =>
    value === other ? null : check(value, name)
const absent = (check: Check) => or(undefined, check)

const list =
  (of: Check): Check =>
  (value, name) => {
    if (!Array.isArray(value)) return `${name} must be a list`
    return firstFault(value, (one, i) => of(one, `${name}[${i}]`))
  }
const fields =
  (checks: Record<string, Check>): Check =>
  (value, name) => {
    if (!isObject(value)) return `${name} must be an object`
    const of = name === '' ? '' : `${name}.`
    return firstFault(Object.entries(checks), ([key, check]) => check(value[key], of + key))
  }

function firstFault<T>(all: readonly T[], faultOf: (one: T, i: number) => string | null): string | null {
  for (const [i, one] of all.entries()) {
    const fault = faultOf(one, i)
    if (fault !== null) return fault
  }
  return null
}

const LINE = {
  lineId: text,
  productId: absent(or(null, text)),
  title: text,
  quantity: number,
  currentQuantity: number,
  net: number,
  tax: number,
  giftCard: absent(flag),
  collections: absent(list(text)),
  tags: absent(list(text)),
}
const asObject = fields(LINE)
/** As it is stored by now, and as it was once: see stored-facts.ts. */
const line: Check = (value, name) =>
  Array.isArray(value)
    ? firstFault(Object.entries(LINE), ([key, check], i) => check(value[i], `${name}.${key}`))
    : asObject(value, name)

const refund = fields({
  at: number,
  lines: list(fields({ lineId: text, quantity: number, net: number, tax: number })),
  withoutLines: absent(number),
  shipping: absent(number),
  paidBack: absent(number),
})

const amounts = [
  'outstanding',
  'kept',
  'shipping',
  'shippingTax',
  'duties',
  'dutiesTax',
  'tips',
  'cashRounding',
]
const facts = fields({
  orderId: text,
  name: text,
  currency: text,
  updatedAt: number,
  placedAt: number,
  lines: list(line),
  customerId: absent(or(null, text)),
  guestHash: absent(or(null, text)),
  test: absent(flag),
  paid: absent(flag),
  taxesIncluded: absent(flag),
  history: absent(flag),
  cancelledAt: absent(or(null, number)),
  dispute: absent(only('none, open or lost', (value) => ['none', 'open', 'lost'].includes(value as string))),
  source: absent(text),
  refunds: absent(list(refund)),
  discountCodes: absent(list(text)),
  idleCodes: absent(list(text)),
  ...Object.fromEntries(amounts.map((name) => [name, absent(number)])),
})

/** What keeps it from being the facts of an order as stored; null: nothing. */
export const faultOfFacts = (stored: unknown): string | null =>
  isObject(stored) ? facts(stored, '') : 'it must be an object'

const steps = list(fields({ at: number, spend: number, points: number, orders: number }))

export const isSteps = (stored: unknown): stored is StatusStep[] => steps(stored, 'it') === null

/** @throws UnsoundRow */
export function readSteps(stored: unknown, orderId: string): StatusStep[] {
  const fault = steps(stored, 'its steps towards tiers')
  if (fault !== null) throw new UnsoundRow(`order ${orderId}`, fault)
  return stored as StatusStep[]
}
