import { DAY_MS, localDate } from '../../app/domain/time/time-window.ts'
import { orderPayload, refundOfLine } from '../support/order-payload.ts'
import { testProgram } from '../support/program.ts'
import { seeded } from '../support/random.ts'
import type { Line } from './deliveries.ts'

/**
 * Weeks around a change of the clocks in Berlin: orders whose points mature, are warned of and lapse, and the moments
 * at which somebody looks at the clock. Whatever happens to the clock in between, the end is the same: no lot lapses
 * within a week of the last stop.
 */
export interface ClockPlan {
  /** In the order in which they are told. */
  stops: { at: number; lines: Line[] }[]
  end: number
}

export const ZONE = 'Europe/Berlin'
const HOUR_MS = 3_600_000

/** The instants at which Berlin's clocks change. */
export const CHANGES = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2027-03-28T01:00:00Z',
  '2027-10-31T01:00:00Z',
  '2032-03-28T01:00:00Z',
].map((text) => Date.parse(text))

/** Two days until points are there, a month until they lapse, a week's warning. */
export const CLOCK_PROGRAM = testProgram({
  returnWindowDays: 2,
  expiry: { kind: 'after-earning', months: 1, warnDays: 7 },
})

/** When orders are placed, in days from the change: what lapses before the end, what is placed in the very hour, what stays. */
const PLACED = [
  [-38, -30],
  [-26.5, -25],
  [-1 / 24, 2 / 24],
  [-3, 3],
] as const
/** Days from the change at which the clock is looked at. */
const STOPS = [-36, -20, -9, -2, -0.5, 0.02, 0.05, 1, 2.3, 6.5, 9, 14]

/** Moves that a clock makes by mistake, and back again. */
export const SLIPS = [0, HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS]

/** @param change an instant of `CHANGES`; `first`: ids of its orders begin here */
export function planClock(
  change: number,
  customers: readonly string[],
  seed: number,
  first: number,
): ClockPlan {
  const random = seeded(seed)
  const told: { at: number; line: Line }[] = []
  let id = first
  for (const customer of customers) {
    for (const [from, to] of PLACED) {
      const at = Math.floor((change + (from + random.next() * (to - from)) * DAY_MS) / 1_000) * 1_000
      const tell = (when: number, more: object) =>
        told.push({
          at: when,
          line: {
            topic: 'orders/updated',
            payload: orderPayload({
              id,
              customer,
              lines: [{ price: '10.00', quantity: 1 + (id % 7) }],
              placedAt: new Date(at).toISOString(),
              updatedAt: new Date(when).toISOString(),
              ...more,
            }),
          },
        })
      tell(at, {})
      if (random.chance(0.3)) {
        const refundedAt = at + HOUR_MS
        const refund = { id: id * 10, amount: '4.00', at: new Date(refundedAt).toISOString() }
        tell(refundedAt, { refunds: [refundOfLine(id, refund)], status: 'partially_refunded' })
      }
      id++
    }
  }
  const twice = told.filter(() => random.chance(0.3))
  let rest = random.shuffled([...told, ...twice])
  const stops = STOPS.map((days) => {
    const at = change + days * DAY_MS
    const lines = rest.filter((one) => one.at <= at).map(({ line }) => line)
    rest = rest.filter((one) => one.at > at)
    return { at, lines }
  })
  return { stops, end: change + 14 * DAY_MS }
}

/** Lapses that were not announced in time, in words. */
export const UNANNOUNCED = `
  SELECT 'lot ' || p.source_id || ': lapsed ' || p.event_at || ', told ' || coalesce(w.sent_at::text, 'never') AS what
    FROM posting p LEFT JOIN expiry_warning w ON w.shop_id = p.shop_id AND w.warning_id::text = p.part
   WHERE p.shop_id = $1 AND p.kind = 'expiry'
     AND ((w.sent_at < p.event_at
           AND w.valid_until >= (w.sent_at AT TIME ZONE '${ZONE}')::date + w.warn_days
           AND w.valid_until < (p.event_at AT TIME ZONE '${ZONE}')::date) IS NOT TRUE)`

export const dayOf = (at: number) => localDate(at, ZONE)
