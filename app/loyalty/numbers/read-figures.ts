import type { Tx } from '../../db/tx.ts'
import type { SourceName } from '../../domain/earning/sources.ts'
import { DAY_MS, localDate } from '../../domain/time/time-window.ts'
import type { Figure } from '../surfaces/entries/entry.ts'
import { kindsWhere } from '../surfaces/entries.ts'

/** What the merchant's home shows. Points are whole numbers; "earned" and "redeemed" are net of what went back. */
export interface PeriodFigures {
  earned: number
  redeemed: number
  /** Customers who earned or redeemed; guests, of whom the shop knows no account, are counted apart. */
  activeMembers: number
  activeGuests: number
  /** Orders placed that somebody has points of. */
  orders: number
}

/** What was given and spent that day, and apart from it what of earlier days went back: a day is never below zero. */
export interface DayFigures extends Record<Figure, number> {
  /** "2026-11-21" in the shop's zone. */
  day: string
}

export interface Figures {
  current: PeriodFigures
  previous: PeriodFigures
  /** The last 30 days of the shop's calendar, oldest first, days without points included; today is not over yet. */
  days: DayFigures[]
  /**
   * What members and guests hold now, all of whom can redeem it; nobody redeems what was a redacted person's.
   * `held` is reserved, for codes that are not used yet or by a dispute. The members list sums to the same.
   */
  outstanding: { available: number; held: number; pending: number; members: number; guests: number }
  /** Of what was earned in the last 30 days, what was not for orders; the most first, sources without any left out. */
  sources: { source: SourceName; points: number }[]
}

export const PERIOD_DAYS = 30

/** By the time when things happened (`event_at`), not when we learnt of them. Half-open periods that end at `now`. */
export async function readFigures(
  tx: Tx,
  shop: { shopId: number; timeZone: string },
  now: Date,
): Promise<Figures> {
  const { shopId, timeZone } = shop
  const from = (days: number) => new Date(+now - days * DAY_MS)
  const [current, previous] = [
    await readPeriod(tx, shopId, from(PERIOD_DAYS), now),
    await readPeriod(tx, shopId, from(2 * PERIOD_DAYS), from(PERIOD_DAYS)),
  ]
  const sources = await readSources(tx, shopId, from(PERIOD_DAYS), now)
  const days = await readDays(tx, shopId, timeZone, now)
  const { rows } = await tx.query<Figures['outstanding']>(
    `SELECT coalesce(sum(available), 0)::bigint AS available, coalesce(sum(held), 0)::bigint AS held,
            coalesce(sum(pending), 0)::bigint AS pending,
            count(*) FILTER (WHERE ${HOLDS} AND a.customer_id IS NOT NULL) AS members,
            count(*) FILTER (WHERE ${HOLDS} AND a.guest_hash IS NOT NULL) AS guests
     FROM balance b JOIN account a USING (shop_id, account_id)
     WHERE shop_id = $1 AND unit = 'points' AND a.redacted_at IS NULL`,
    [shopId],
  )
  return { current, previous, days, sources, outstanding: rows[0] as Figures['outstanding'] }
}

/** A merged account holds nothing. */
const HOLDS = 'available + held + pending > 0'

/** What an entry adds to the points earned and redeemed: the way back counts against. */
const EARNED = `CASE WHEN source = 'issued' THEN amount WHEN destination = 'issued' THEN -amount ELSE 0 END`
const REDEEMED = `CASE WHEN destination = 'redeemed' THEN amount WHEN source = 'redeemed' THEN -amount ELSE 0 END`
const COUNTED = `unit = 'points' AND (source IN ('issued', 'redeemed') OR destination IN ('issued', 'redeemed'))`

async function readPeriod(tx: Tx, shopId: number, from: Date, until: Date): Promise<PeriodFigures> {
  const { rows } = await tx.query<PeriodFigures>(
    `WITH moved AS (
       SELECT account_id, sum(${EARNED}) AS earned, sum(${REDEEMED}) AS redeemed
         FROM entry WHERE shop_id = $1 AND event_at >= $2 AND event_at < $3 AND ${COUNTED} GROUP BY account_id)
     SELECT coalesce(sum(m.earned), 0)::bigint AS earned, coalesce(sum(m.redeemed), 0)::bigint AS redeemed,
            count(DISTINCT h.account_id) FILTER (WHERE h.customer_id IS NOT NULL) AS "activeMembers",
            count(DISTINCT h.account_id) FILTER (WHERE h.guest_hash IS NOT NULL) AS "activeGuests",
            (SELECT count(*) FROM order_state
             WHERE shop_id = $1 AND placed_at >= $2 AND placed_at < $3 AND worth > 0 AND account_id IS NOT NULL) AS orders
       FROM moved m
       JOIN account a ON a.shop_id = $1 AND a.account_id = m.account_id
       JOIN account h ON h.shop_id = $1 AND h.account_id = coalesce(a.merged_into, a.account_id)`,
    [shopId, from, until],
  )
  return rows[0] as PeriodFigures
}

/** Kinds of posting by which points are earned, and not with an order. */
const BESIDE_ORDERS = kindsWhere(
  ({ counts, about }) => counts.includes('earned') && about.order === undefined,
)

async function readSources(tx: Tx, shopId: number, from: Date, until: Date): Promise<Figures['sources']> {
  const { rows } = await tx.query<Figures['sources'][number]>(
    `SELECT p.why ->> 'source' AS source, sum(${EARNED})::bigint AS points
       FROM posting p JOIN entry e ON e.shop_id = $1 AND e.account_id = p.account_id AND e.posting_id = p.posting_id
      WHERE p.shop_id = $1 AND p.kind IN (${BESIDE_ORDERS}) AND p.event_at >= $2 AND p.event_at < $3 AND ${COUNTED}
      GROUP BY 1 HAVING sum(${EARNED}) <> 0 ORDER BY 2 DESC, 1`,
    [shopId, from, until],
  )
  return rows
}

async function readDays(tx: Tx, shopId: number, zone: string, now: Date): Promise<DayFigures[]> {
  const last = localDate(+now, zone)
  // Counted on the calendar: the days on which clocks change have 23 or 25 hours.
  const first = new Date(Date.parse(`${last}T00:00Z`) - (PERIOD_DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
  const { rows } = await tx.query<DayFigures>(
    `SELECT to_char(d.day, 'YYYY-MM-DD') AS day, coalesce(e.earned, 0)::bigint AS earned,
            coalesce(e.taken_back, 0)::bigint AS "takenBack", coalesce(e.redeemed, 0)::bigint AS redeemed,
            coalesce(e.returned, 0)::bigint AS returned
     FROM generate_series($2::date, $3::date, interval '1 day') AS d(day)
     LEFT JOIN (
       SELECT (event_at AT TIME ZONE $4)::date AS day,
              sum(amount) FILTER (WHERE source = 'issued') AS earned,
              sum(amount) FILTER (WHERE destination = 'issued') AS taken_back,
              sum(amount) FILTER (WHERE destination = 'redeemed') AS redeemed,
              sum(amount) FILTER (WHERE source = 'redeemed') AS returned
       FROM entry
       WHERE shop_id = $1 AND ${COUNTED} AND event_at >= ($2::date::timestamp AT TIME ZONE $4)
       GROUP BY 1
     ) e ON e.day = d.day::date
     ORDER BY d.day`,
    [shopId, first, last, zone],
  )
  return rows
}

/** What needs the merchant's eyes. */
export interface Attention {
  /** Deliveries that could not be understood and wait for somebody to look. */
  quarantined: number
  /** Customers who can settle it with purchases to come; nobody settles what a redacted one owed. */
  inDebt: { members: number; points: number }
  /** Codes that are something else in Shopify, or known only there: a person has to say what was meant. */
  codesToSee: number
  /** What people are to do for members who have redeemed points for it. */
  toDo: number
}

export async function readAttention(tx: Tx, shopId: number): Promise<Attention> {
  const { rows } = await tx.query<
    Pick<Attention, 'quarantined' | 'codesToSee' | 'toDo'> & Attention['inDebt']
  >(
    `SELECT (SELECT count(*) FROM delivery_outcome WHERE shop_id = $1 AND status = 'quarantined') AS quarantined,
            (SELECT count(*) FROM code_finding WHERE shop_id = $1 AND settled_at IS NULL AND repair IS NULL)
              + (SELECT count(*) FROM unknown_discount WHERE shop_id = $1 AND settled_at IS NULL) AS "codesToSee",
            (SELECT count(*) FROM redemption
              WHERE shop_id = $1 AND shown_code IS NOT NULL AND status = 'ready') AS "toDo",
            count(*) AS members, coalesce(sum(debt), 0)::bigint AS points
     FROM balance b JOIN account a USING (shop_id, account_id)
     WHERE b.shop_id = $1 AND b.unit = 'points' AND b.debt > 0 AND a.customer_id IS NOT NULL`,
    [shopId],
  )
  const { members, points, ...others } = rows[0] as (typeof rows)[number]
  return { ...others, inDebt: { members, points } }
}

/** How far back the guide looks for a test order: it is one of the first that a shop has. */
const LATEST_ORDERS = 200

/**
 * The latest order that earned points; while there is none, the latest test order, which earns none and shows all the
 * same that orders come through. Null while neither has come. Shopify counts ids up.
 */
export async function latestOrderThatCame(
  tx: Tx,
  shopId: number,
): Promise<{ name: string; earned: boolean } | null> {
  const { rows } = await tx.query<{ name: string; earned: boolean }>(
    `(SELECT name, true AS earned FROM order_state WHERE shop_id = $1 AND worth > 0 AND account_id IS NOT NULL
       ORDER BY order_id DESC LIMIT 1)
     UNION ALL
     (SELECT name, false FROM (SELECT order_id, name, facts FROM order_state WHERE shop_id = $1
                                ORDER BY order_id DESC LIMIT ${LATEST_ORDERS}) latest
       WHERE facts ->> 'test' = 'true' ORDER BY order_id DESC LIMIT 1)
     LIMIT 1`,
    [shopId],
  )
  return rows[0] ?? null
}
