import { acrossShops } from '../../db/db.server.ts'
import { type Failed, takeApart } from '../../db/sweep.ts'
import type { Tx } from '../../db/tx.ts'
import { awardAvailable } from '../../domain/account/account.ts'
import { expiresOn } from '../../domain/expiry/expiry.ts'
import { type AccountKey, keyOf, type OpenAccount, openAccounts } from '../../ledger/accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { localeOf, wording } from '../../wording.ts'
import type { OrderChange, OrderReading } from '../orders/readings.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import { currentProgram } from '../program/programs.ts'
import { settleOrders } from '../settlement/settle-orders.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { lockImport, type Running } from './import-record.ts'

/** So many orders share one transaction; the progress moves with each. */
const SLICE = 100

/** The job's turn. Every slice is a transaction; whatever cuts it off, the next one goes on behind the last slice. */
export async function undoOn(
  shop: Shop,
  running: Running,
  turnMs: number,
  now: () => number,
): Promise<'done' | 'goes-on'> {
  const end = performance.now() + turnMs
  do {
    const slice = await acrossShops((tx) => nextSlice(tx, shop.shopId, running.id))
    if (slice === null) return 'done'
    const left = await takeApart(
      slice,
      (some) => acrossShops((tx) => undoSlice(tx, shop, { running, orderIds: some }, now())),
      { what: 'an order', ids: (orderId) => ({ orderId }) },
    )
    await acrossShops((tx) => keep(tx, shop.shopId, running.id, left))
    if (slice.length === 0) return 'done'
  } while (performance.now() < end)
  return 'goes-on'
}

interface Line extends AccountKey {
  orderId: string
  facts: StoredFacts
  /** Its worth is frozen by a dispute, or Shopify has it no more: it is left as it is. */
  untouchable: boolean
}

/** Empty when nothing is left to take back; null when it is not to be taken back any more. */
async function nextSlice(tx: Tx, shopId: number, importId: number): Promise<string[] | null> {
  if ((await lockImport(tx, shopId, importId)) !== 'undoing') return null
  const { rows } = await tx.query<{ orderId: string }>(
    `SELECT order_id::text AS "orderId" FROM order_import_order
      WHERE shop_id = $1 AND import_id = $2 AND state = 'given' ORDER BY order_id LIMIT ${SLICE}`,
    [shopId, importId],
  )
  return rows.map(({ orderId }) => orderId)
}

/** What of these orders is still to be taken back. When there are none, the import is undone. */
async function undoSlice(
  tx: Tx,
  shop: Shop,
  { running: { id, undoneBy }, orderIds }: { running: Running; orderIds: readonly string[] },
  now: number,
): Promise<void> {
  const { shopId } = shop
  if ((await lockImport(tx, shopId, id)) !== 'undoing') return
  const { rows: lines } = await tx.query<Line>(
    `SELECT i.shop_id AS "shopId", i.order_id::text AS "orderId", o.account_id AS "accountId", o.facts,
            o.gone_at IS NOT NULL OR EXISTS (SELECT FROM dispute d WHERE d.shop_id = $1 AND d.order_id = i.order_id
                                                AND d.standing = 'open') AS untouchable
       FROM order_import_order i JOIN order_state o ON o.shop_id = $1 AND o.order_id = i.order_id
      WHERE i.shop_id = $1 AND i.import_id = $2 AND i.state = 'given' AND i.order_id = ANY ($3::bigint[])
      ORDER BY i.order_id`,
    [shopId, id, orderIds],
  )
  const taken = lines.filter(({ untouchable }) => !untouchable)
  const holders = taken.filter(({ accountId }) => accountId !== null)
  const before = debtsOf(await openAccounts(tx, holders))
  const changes: OrderChange[] = []
  const readings = taken.map(({ orderId, facts }): OrderReading => {
    return { shopId, facts: readFacts(facts, orderId), origin: 'again', past: 'taken-back' }
  })
  if (readings.length > 0) await settleOrders(tx, readings, now, { told: (change) => changes.push(change) })
  const reversed = changes.reduce((sum, change) => sum + (change.before ?? 0) - change.after, 0)
  const kept = await giveBackSpent(
    tx,
    shop,
    { id, actor: undoneBy ?? 'system', before, holders, changes },
    now,
  )
  await noteUndone(tx, shopId, id, lines)
  await tx.query(
    `UPDATE order_import
        SET taken_back = taken_back + $3, kept = kept + $4, touched_at = now(), error = NULL,
            status = CASE WHEN $5 THEN 'undone' ELSE status END, finished_at = CASE WHEN $5 THEN now() END
      WHERE shop_id = $1 AND import_id = $2`,
    [shopId, id, reversed - kept, kept, orderIds.length === 0],
  )
}

/** Those that could not be taken back stay as they are, each with its reason. */
async function keep(tx: Tx, shopId: number, importId: number, left: Failed<string>[]): Promise<void> {
  if (left.length === 0) return
  await tx.query(
    `WITH l AS (SELECT * FROM unnest($3::bigint[], $4::text[]) AS l(order_id, problem)), kept AS (
       UPDATE order_import_order i SET state = 'kept' FROM l
        WHERE i.shop_id = $1 AND i.import_id = $2 AND i.order_id = l.order_id)
     INSERT INTO order_import_problem (shop_id, import_id, order_id, order_name, problem)
     SELECT $1, $2, l.order_id, o.name, l.problem FROM l JOIN order_state o ON o.shop_id = $1 AND o.order_id = l.order_id
     ON CONFLICT (shop_id, import_id, order_id) DO UPDATE SET problem = excluded.problem`,
    [shopId, importId, left.map(({ one }) => one), left.map(({ reason }) => reason.slice(0, 500))],
  )
}

function debtsOf(accounts: Map<string, OpenAccount>): Map<string, number> {
  return new Map([...accounts].map(([key, { debt }]) => [key, debt]))
}

interface Spent {
  id: number
  actor: string
  before: Map<string, number>
  holders: Line[]
  changes: OrderChange[]
}

/**
 * A reversal takes all that an order gave, from other points or as a debt if need be. What was spent of it comes back
 * here, and what had lapsed: the member then has exactly what she would have without what was left of the gift.
 * @returns how many points
 */
async function giveBackSpent(tx: Tx, shop: Shop, spent: Spent, now: number): Promise<number> {
  const { id, actor, before, holders, changes } = spent
  if (holders.length === 0) return 0
  const accounts = await openAccounts(tx, holders)
  const lapsed = await lapsedOf(tx, shop.shopId, holders)
  const reversed = new Map(changes.map(({ orderId, before: had, after }) => [orderId, (had ?? 0) - after]))
  const program = await currentProgram(tx, shop)
  const expires = program ? expiresOn(program.expiry, now, program.timeZone) : null
  const { say } = wording(localeOf(shop.locale), shop)
  const postings: Posting[] = []
  for (const [key, account] of accounts) {
    const own = holders.filter((line) => keyOf(line) === key)
    const taken = own.reduce((sum, { orderId }) => sum + (reversed.get(orderId) ?? 0), 0)
    const owed = account.debt - (before.get(key) ?? 0)
    const gone = own.reduce((sum, { orderId }) => sum + (lapsed.get(orderId) ?? 0), 0)
    const tooMuch = Math.max(0, taken - owed - Math.max(0, taken - gone))
    const points = owed + tooMuch
    if (points <= 0) continue
    postings.push({
      shopId: account.shopId,
      accountId: account.accountId,
      kind: 'adjustment',
      sourceId: `undo-import-${id}-${own[0]?.orderId}`,
      part: 'points',
      version: 1,
      programVersion: null,
      eventAt: now,
      actor,
      reason: say('reason.import-undone'),
      why: null,
      moves: awardAvailable(
        account,
        points,
        { orderId: null, earnedAt: now, expiresOn: expires },
        'adjusted',
      ),
    })
  }
  const touched = postings.flatMap((posting) => accounts.get(keyOf(posting)) ?? [])
  await post(tx, touched, postings)
  await markForSync(tx, touched)
  return postings.reduce((sum, { moves }) => sum + (moves[0]?.amount ?? 0), 0)
}

/** Points of these orders that lapsed and were not given back, by order. */
async function lapsedOf(tx: Tx, shopId: number, lines: Line[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ orderId: string; points: number }>(
    `SELECT p.why ->> 'order' AS "orderId",
            sum(CASE WHEN e.destination = 'expired' THEN e.amount ELSE -e.amount END)::bigint AS points
       FROM entry e JOIN posting p ON p.shop_id = $1 AND p.posting_id = e.posting_id
      WHERE e.shop_id = $1 AND e.account_id = ANY ($2::bigint[]) AND 'expired' IN (e.source, e.destination)
        AND p.why ->> 'order' = ANY ($3::text[])
      GROUP BY 1`,
    [shopId, lines.map(({ accountId }) => accountId), lines.map(({ orderId }) => orderId)],
  )
  return new Map(rows.map(({ orderId, points }) => [orderId, points]))
}

async function noteUndone(tx: Tx, shopId: number, importId: number, lines: Line[]): Promise<void> {
  await tx.query(
    `UPDATE order_import_order i SET state = CASE WHEN l.untouchable THEN 'kept' ELSE 'taken_back' END
       FROM unnest($3::bigint[], $4::boolean[]) AS l(order_id, untouchable)
      WHERE i.shop_id = $1 AND i.import_id = $2 AND i.order_id = l.order_id`,
    [shopId, importId, lines.map(({ orderId }) => orderId), lines.map(({ untouchable }) => untouchable)],
  )
}
