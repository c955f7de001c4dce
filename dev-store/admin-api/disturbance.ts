/** The switch that makes the Admin API misbehave, for the app to show that it copes. */
import type { Store } from '../store.ts'

export const DISTURBANCES = [
  'none',
  'throttle',
  'error-500',
  'error-503',
  'timeout-before',
  'timeout-after',
  'error-after',
  'delay',
  'expire-tokens',
] as const
export type DisturbanceKind = (typeof DISTURBANCES)[number]

export type Disturbance = {
  kind: DisturbanceKind
  /** Requests still to disturb; null: until it is switched off. */
  left: number | null
  /** Only requests whose text contains this (an operation's name); empty: all. */
  operation: string
  /** How long a time-out hangs, and how late a delayed answer comes. */
  seconds: number
}

const DOCUMENT = 'admin-api-disturbance'
const NONE: Disturbance = { kind: 'none', left: null, operation: '', seconds: 30 }

export function disturbance(store: Store): Disturbance {
  return store.document<Disturbance>(DOCUMENT) ?? NONE
}

/** @throws {RangeError} naming the bad value and the allowed ones */
export function setDisturbance(store: Store, input: Record<string, unknown>): Disturbance {
  const kind = String(input.kind ?? 'none')
  if (!DISTURBANCES.includes(kind as DisturbanceKind))
    throw new RangeError(`kind is "${kind}"; allowed: ${DISTURBANCES.join(', ')}`)
  const whole = (name: string, low: number, high: number): number | null => {
    const value = input[name]
    if (value === undefined || value === null || value === '') return null
    const number = Number(value)
    if (!Number.isInteger(number) || number < low || number > high)
      throw new RangeError(`${name} is "${value}"; allowed: ${low} to ${high}`)
    return number
  }
  const next: Disturbance = {
    kind: kind as DisturbanceKind,
    left: whole('left', 1, 100_000),
    operation: String(input.operation ?? ''),
    seconds: whole('seconds', 1, 300) ?? NONE.seconds,
  }
  store.setDocument(DOCUMENT, next)
  return next
}

/** What to do to this request; counts it. */
export function disturb(store: Store, query: string): Disturbance {
  const current = disturbance(store)
  if (current.kind === 'none' || !query.includes(current.operation)) return NONE
  if (current.left !== null) {
    const left = current.left - 1
    store.setDocument(DOCUMENT, left > 0 ? { ...current, left } : NONE)
  }
  return current
}
