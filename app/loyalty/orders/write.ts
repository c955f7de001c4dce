import { TryAgain, type Tx } from '../../db/tx.ts'
import { compareIds } from '../../domain/text/compare-ids.ts'
import { bigints, floats, ints, jsons, texts } from '../../ledger/arrays.ts'
import type { DecidedOrder } from './orders.ts'
import { storeFacts } from './stored-facts.ts'

/**
 * Writes the new state of orders. Known ones are locked by this transaction; of a new one there was no row to lock.
 * @throws TryAgain when somebody else wrote the same new order meanwhile: theirs may be the newer state
 */
export async function saveOrders(tx: Tx, orders: DecidedOrder[]): Promise<void> {
  const sorted = orders.toSorted((a, b) => a.shopId - b.shopId || compareIds(a.orderId, b.orderId))
  const [born, known] = [sorted.filter((order) => order.isNew), sorted.filter((order) => !order.isNew)]
  if (born.length > 0) {
    try {
      await tx.query(INSERT, columnsOf(born))
    } catch (error) {
      if (!isTaken(error)) throw error
      throw new TryAgain('An order was written by another transaction')
    }
  }
  if (known.length > 0) await tx.query(`${INSERT} ${OVERWRITE}`, columnsOf(known))
  await markForgotten(
    tx,
    sorted.filter(({ forgotten }) => forgotten),
  )
}

/** In a statement of its own: hardly any order ever is. What is forgotten once stays so. */
async function markForgotten(tx: Tx, orders: DecidedOrder[]): Promise<void> {
  if (orders.length === 0) return
  await tx.query(
    `UPDATE order_state o SET forgotten = true FROM unnest($1::bigint[], $2::bigint[]) AS r(shop_id, order_id)
      WHERE o.shop_id = r.shop_id AND o.order_id = r.order_id AND NOT o.forgotten`,
    [bigints(orders.map((order) => order.shopId)), bigints(orders.map((order) => order.orderId))],
  )
}

/** Of orders that are saved already, the number of their postings after a further one each. */
export async function countPostings(tx: Tx, orders: DecidedOrder[]): Promise<void> {
  if (orders.length === 0) return
  await tx.query(
    `UPDATE order_state o SET postings = r.postings
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::bigint[]) AS order_id, unnest($3::int[]) AS postings) r
      WHERE o.shop_id = r.shop_id AND o.order_id = r.order_id`,
    [
      bigints(orders.map((order) => order.shopId)),
      bigints(orders.map((order) => order.orderId)),
      ints(orders.map((order) => order.postings)),
    ],
  )
}

const UNIQUE_VIOLATION = '23505'

function isTaken(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === UNIQUE_VIOLATION && constraint === 'order_state_pkey'
}

/** Columns are unrolled side by side in the list itself: in FROM they would be written to a store first. */
const INSERT = `
  INSERT INTO order_state (shop_id, order_id, account_id, name, updated_at, placed_at, program_version, tier_id,
                           facts, digest, status_steps, worth, posted_pending, posted_available, postings, matures_at)
  SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::text[]),
         to_timestamp(unnest($5::float8[]) / 1000.0), to_timestamp(unnest($6::float8[]) / 1000.0), unnest($7::int[]),
         unnest($8::text[]), unnest($9::json[]), unnest($10::bigint[]), unnest($11::json[]), unnest($12::bigint[]),
         unnest($13::bigint[]), unnest($14::bigint[]), unnest($15::int[]),
         to_timestamp(unnest($16::float8[]) / 1000.0)`
const OVERWRITE = `
  ON CONFLICT (shop_id, order_id) DO UPDATE
     SET account_id = excluded.account_id, name = excluded.name, updated_at = excluded.updated_at,
         placed_at = excluded.placed_at, program_version = excluded.program_version, tier_id = excluded.tier_id,
         facts = excluded.facts, digest = excluded.digest, status_steps = excluded.status_steps,
         worth = excluded.worth, posted_pending = excluded.posted_pending,
         posted_available = excluded.posted_available, postings = excluded.postings,
         matures_at = excluded.matures_at`

function columnsOf(orders: DecidedOrder[]): Buffer[] {
  return [
    bigints(orders.map((order) => order.shopId)),
    bigints(orders.map((order) => order.orderId)),
    bigints(orders.map((order) => order.accountId)),
    texts(orders.map((order) => order.facts.name)),
    floats(orders.map((order) => order.updatedAt)),
    floats(orders.map((order) => order.placedAt)),
    ints(orders.map((order) => order.programVersion)),
    texts(orders.map((order) => order.tierId)),
    jsons(orders.map((order) => storeFacts(order.facts))),
    bigints(orders.map((order) => order.digest)),
    jsons(orders.map((order) => order.statusSteps)),
    bigints(orders.map((order) => order.worth)),
    bigints(orders.map((order) => order.postedPending)),
    bigints(orders.map((order) => order.postedAvailable)),
    ints(orders.map((order) => order.postings)),
    floats(orders.map((order) => order.maturesAt)),
  ]
}
