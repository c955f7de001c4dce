import type { AccountKey } from '../../ledger/accounts.ts'
import { TryAgain, type Tx } from '../../ledger/tx.ts'
import type { DecidedOrder } from './decide.ts'

/**
 * Writes the new state of orders. Known ones are locked by this transaction; of a new one there was no row to lock.
 * @throws TryAgain when somebody else wrote the same new order meanwhile: theirs may be the newer state
 */
export async function saveOrders(tx: Tx, orders: DecidedOrder[]): Promise<void> {
  const sorted = orders.toSorted((a, b) => a.shopId - b.shopId || compareIds(a.orderId, b.orderId))
  const [born, known] = [sorted.filter((order) => order.isNew), sorted.filter((order) => !order.isNew)]
  if (born.length > 0) {
    const { rowCount } = await tx.query(`${INSERT} ON CONFLICT DO NOTHING`, [rowsOf(born)])
    if (rowCount !== born.length) throw new TryAgain('An order was written by another transaction')
  }
  if (known.length > 0) await tx.query(`${INSERT} ${OVERWRITE}`, [rowsOf(known)])
}

const INSERT = `
  INSERT INTO order_state (shop_id, order_id, account_id, name, updated_at, placed_at, program_version, tier_id,
                           facts, digest, status_steps, worth, posted_pending, posted_available, postings, matures_at)
  SELECT s, o, a, n, to_timestamp(u / 1000.0), to_timestamp(p / 1000.0), v, t, f, d, st, w, pp, pa, c,
         to_timestamp(m / 1000.0)
    FROM json_to_recordset($1) AS r(s bigint, o bigint, a bigint, n text, u float8, p float8, v int, t text, f json,
                                    d bigint, st json, w bigint, pp bigint, pa bigint, c int, m float8)`
const OVERWRITE = `
  ON CONFLICT (shop_id, order_id) DO UPDATE
     SET account_id = excluded.account_id, name = excluded.name, updated_at = excluded.updated_at,
         placed_at = excluded.placed_at, program_version = excluded.program_version, tier_id = excluded.tier_id,
         facts = excluded.facts, digest = excluded.digest, status_steps = excluded.status_steps,
         worth = excluded.worth, posted_pending = excluded.posted_pending,
         posted_available = excluded.posted_available, postings = excluded.postings,
         matures_at = excluded.matures_at`

function rowsOf(orders: DecidedOrder[]): string {
  return JSON.stringify(
    orders.map((order) => ({
      s: order.shopId,
      o: order.orderId,
      a: order.accountId,
      n: order.facts.name,
      u: order.updatedAt,
      p: order.placedAt,
      v: order.programVersion,
      t: order.tierId,
      f: order.facts,
      d: order.digest,
      st: order.statusSteps,
      w: order.worth,
      pp: order.postedPending,
      pa: order.postedAvailable,
      c: order.postings,
      m: order.maturesAt,
    })),
  )
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** The tier that lists and badges show; judged orders carry their own. */
export async function saveTiers(
  tx: Tx,
  tiers: (AccountKey & { tierId: string | null })[],
  now: number,
): Promise<void> {
  if (tiers.length === 0) return
  await tx.query(
    `UPDATE account a SET tier_id = r.t, tier_since = to_timestamp($4 / 1000.0)
       FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r(shop_id, account_id, t)
      WHERE a.shop_id = r.shop_id AND a.account_id = r.account_id AND a.tier_id IS DISTINCT FROM r.t`,
    [
      tiers.map((tier) => tier.shopId),
      tiers.map((tier) => tier.accountId),
      tiers.map((tier) => tier.tierId),
      now,
    ],
  )
}
