import { compareIds } from '../../domain/compare-ids.ts'
import { bigints, floats, ints, jsons, texts } from '../../ledger/arrays.ts'
import { TryAgain, type Tx } from '../../ledger/tx.ts'
import type { DecidedOrder } from './decide.ts'
import { storeFacts } from './stored-facts.ts'

/**
 * Writes the new state of orders. Known ones are locked by this transaction; of a new one there was no row to lock.
 * @throws TryAgain when somebody else wrote the same new order meanwhile: theirs may be the newer state
 */
export async function saveOrders(tx: Tx, orders: DecidedOrder[]): Promise<void> {
  const sorted = orders.toSorted((a, b) => a.shopId - b.shopId || compareIds(a.orderId, b.orderId))
  const [born, known] = [sorted.filter((order) => order.isNew), sorted.filter((order) => !order.isNew)]
  if (born.length > 0) {
    const { rowCount } = await tx.query(`${INSERT} ON CONFLICT DO NOTHING`, columnsOf(born))
    if (rowCount !== born.length) throw new TryAgain('An order was written by another transaction')
  }
  if (known.length > 0) await tx.query(`${INSERT} ${OVERWRITE}`, columnsOf(known))
}

const INSERT = `
  INSERT INTO order_state (shop_id, order_id, account_id, name, updated_at, placed_at, program_version, tier_id,
                           facts, digest, status_steps, worth, posted_pending, posted_available, postings, matures_at)
  SELECT s, o, a, n, to_timestamp(u / 1000.0), to_timestamp(p / 1000.0), v, t, f, d, st, w, pp, pa, c,
         to_timestamp(m / 1000.0)
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::float8[], $6::float8[], $7::int[],
                $8::text[], $9::json[], $10::bigint[], $11::json[], $12::bigint[], $13::bigint[], $14::bigint[],
                $15::int[], $16::float8[]) AS r(s, o, a, n, u, p, v, t, f, d, st, w, pp, pa, c, m)`
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
