import type { Tx } from '../../db/tx.ts'
import type { OrderFacts } from '../../domain/orders/order-facts.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import type { StatusStep } from '../../domain/tiers/tiers.ts'
import { type AccountKey, keyOf } from '../../ledger/accounts.ts'
import { bigints, floats } from '../../ledger/arrays.ts'
import { orderKey } from './readings.ts'
import { faultOfFacts, isSteps, readSteps } from './sound.ts'
import { readFacts, type StoredFacts } from './stored-facts.ts'

/** What the database knows of an order. */
export interface KnownOrder {
  shopId: number
  orderId: string
  accountId: number | null
  updatedAt: number
  placedAt: number
  programVersion: number | null
  tierId: string | null
  facts: OrderFacts
  digest: number
  statusSteps: StatusStep[]
  worth: number
  postedPending: number
  postedAvailable: number
  postings: number
  goneAt: number | null
}

/** An order on its way into the book: it is new, stands differently now, or under another tier. */
export interface OrderToSettle {
  shopId: number
  /** Whose it is from now on. */
  holder: AccountKey | null
  /** Its person was redacted after it was placed: it names nobody, and so for ever. */
  forgotten: boolean
  facts: OrderFacts
  digest: number
  /** Undefined: there was no row to lock. */
  known: KnownOrder | undefined
  /** What judges it; null: nothing does. */
  program: CompiledProgram | null
  /** What it contributes to the ladder; independent of the tier that it is judged by. */
  statusSteps: StatusStep[]
  /** The tier that it is judged by, once the orders of its member are weighed together. */
  tierId: string | null
}

/** An order as it shall stand in the database after this settlement. */
export interface DecidedOrder extends Omit<KnownOrder, 'goneAt'> {
  maturesAt: number | null
  /** Its person was redacted after it was placed. */
  forgotten: boolean
  /** Nothing of it was known. */
  isNew: boolean
}

const COLUMNS = `
  o.shop_id AS "shopId", o.order_id::text AS "orderId", o.account_id AS "accountId",
  (extract(epoch FROM o.updated_at) * 1000)::float8 AS "updatedAt",
  (extract(epoch FROM o.placed_at) * 1000)::float8 AS "placedAt",
  o.program_version AS "programVersion", o.tier_id AS "tierId", o.facts, o.digest, o.status_steps AS "statusSteps",
  o.worth, o.posted_pending AS "postedPending", o.posted_available AS "postedAvailable", o.postings,
  (extract(epoch FROM o.gone_at) * 1000)::float8 AS "goneAt"`

/** Each key once, unrolled as a list: as a function in FROM it would be written to a store first. */
const KEYS = '(SELECT unnest($1::bigint[]) AS shop_id, unnest($2::bigint[]) AS order_id) AS asked'

/**
 * The orders as they are known, locked, in sorted order.
 * @param unsound what is done with those that cannot be read
 * @throws UnsoundRow, which names the first of them
 */
export async function lockOrders(
  tx: Tx,
  keys: readonly { shopId: number; orderId: string }[],
  unsound: 'refuse' | 'leave-out' = 'refuse',
): Promise<Map<string, KnownOrder>> {
  if (keys.length === 0) return new Map()
  const { rows } = await tx.query<Omit<KnownOrder, 'facts'> & { facts: StoredFacts }>(
    `SELECT ${COLUMNS} FROM ${KEYS} JOIN order_state o USING (shop_id, order_id)
      ORDER BY o.shop_id, o.order_id FOR UPDATE OF o`,
    [bigints(keys.map((key) => key.shopId)), bigints(keys.map((key) => key.orderId))],
  )
  const sound = unsound === 'refuse' ? rows : rows.filter(isSound)
  return new Map(
    sound.map((row) => {
      const { shopId, orderId, facts, statusSteps } = row
      const known = { facts: readFacts(facts, orderId), statusSteps: readSteps(statusSteps, orderId) }
      return [orderKey(shopId, orderId), { ...row, ...known }]
    }),
  )
}

const isSound = ({ facts, statusSteps }: { facts: StoredFacts; statusSteps: unknown }) =>
  faultOfFacts(facts) === null && isSteps(statusSteps)

/** Whose an order is. */
export interface OrderHolder {
  accountId: number | null
  /** The account's person was redacted. */
  redacted: boolean
  /** The order's person was redacted, and has that account or another one: it stays where it is for ever. */
  forgotten: boolean
  /** It carried a reward code of ours when it was last seen. */
  coded: boolean
}

/** Whose the orders are, without a lock: to know which accounts to lock first. */
export async function holdersOfOrders(
  tx: Tx,
  keys: { shopId: number; orderId: string }[],
): Promise<Map<string, OrderHolder>> {
  const { rows } = await tx.query<{ shopId: number; orderId: string } & OrderHolder>(
    `SELECT o.shop_id AS "shopId", o.order_id::text AS "orderId", o.account_id AS "accountId",
            a.redacted_at IS NOT NULL AS redacted, o.forgotten OR a.redacted_at IS NOT NULL AS forgotten,
            EXISTS (SELECT FROM redemption_order c
                     WHERE c.shop_id = o.shop_id AND c.order_id = o.order_id) AS coded
       FROM ${KEYS} JOIN order_state o USING (shop_id, order_id)
       LEFT JOIN account a ON a.shop_id = o.shop_id AND a.account_id = o.account_id`,
    [bigints(keys.map((key) => key.shopId)), bigints(keys.map((key) => key.orderId))],
  )
  return new Map(rows.map(({ shopId, orderId, ...holder }) => [orderKey(shopId, orderId), holder]))
}

/** One order in a member's history, as far as tiers ask. */
export interface TimelineOrder {
  orderId: string
  placedAt: number
  programVersion: number | null
  tierId: string | null
  statusSteps: StatusStep[]
}

/** The orders of these (locked) accounts that were placed at `since` (epoch ms) or later, oldest first. */
export async function loadTimelines(
  tx: Tx,
  keys: (AccountKey & { since: number })[],
): Promise<Map<string, TimelineOrder[]>> {
  const timelines = new Map<string, TimelineOrder[]>(keys.map((key) => [keyOf(key), []]))
  if (keys.length === 0) return timelines
  const { rows } = await tx.query<TimelineOrder & AccountKey>(
    `SELECT o.shop_id AS "shopId", o.account_id AS "accountId", o.order_id::text AS "orderId",
            (extract(epoch FROM o.placed_at) * 1000)::float8 AS "placedAt",
            o.program_version AS "programVersion", o.tier_id AS "tierId", o.status_steps AS "statusSteps"
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::bigint[]) AS account_id, unnest($3::float8[]) AS since) r
       JOIN order_state o ON o.shop_id = r.shop_id AND o.account_id = r.account_id
                         AND o.placed_at >= to_timestamp(r.since / 1000.0)
      ORDER BY o.shop_id, o.account_id, o.placed_at, o.order_id`,
    [
      bigints(keys.map((key) => key.shopId)),
      bigints(keys.map((key) => key.accountId)),
      floats(keys.map((key) => key.since)),
    ],
  )
  for (const { shopId, accountId, ...order } of rows)
    timelines
      .get(keyOf({ shopId, accountId }))
      ?.push({ ...order, statusSteps: readSteps(order.statusSteps, order.orderId) })
  return timelines
}

/** Where the chargebacks of these orders stand: lost beats open, open beats won. */
export async function disputesOf(
  tx: Tx,
  keys: { shopId: number; orderId: string }[],
): Promise<Map<string, 'open' | 'lost'>> {
  const { rows } = await tx.query<{ shopId: number; orderId: string; standing: 'open' | 'lost' }>(
    `SELECT shop_id AS "shopId", order_id::text AS "orderId", min(standing) AS standing
       FROM ${KEYS} JOIN dispute USING (shop_id, order_id)
      WHERE standing <> 'won'
      GROUP BY shop_id, order_id`, // "lost" sorts before "open"
    [bigints(keys.map((key) => key.shopId)), bigints(keys.map((key) => key.orderId))],
  )
  return new Map(rows.map((row) => [orderKey(row.shopId, row.orderId), row.standing]))
}
