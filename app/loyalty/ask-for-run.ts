import { withShop } from '../db.server.ts'
import type { Tx } from '../ledger/tx.ts'
import { enqueue } from '../queue/enqueue.ts'

/**
 * A merchant's wish for a check now. Asking again before it begins changes nothing: the queue keeps one job of a key.
 * Between the wish and the first row of the run lies a moment in which the page has nothing to show; `asked` tells it.
 */
const WAIT = '20 seconds'

export async function askForReconciliation(shopId: number, days: number): Promise<void> {
  await withShop(shopId, async (tx) => {
    await note(tx, shopId, 'reconciliationAskedAt')
    await enqueue(
      tx,
      'reconcile-orders',
      { shopId, kind: 'manual', days },
      { key: `reconcile-orders:${shopId}` },
    )
  })
}

export async function askForAudit(shopId: number): Promise<void> {
  await withShop(shopId, async (tx) => {
    await note(tx, shopId, 'auditAskedAt')
    await enqueue(
      tx,
      'audit-shop',
      { shopId, kind: 'manual' },
      { key: `audit-shop:${shopId}`, maxAttempts: 3 },
    )
  })
}

async function note(tx: Tx, shopId: number, name: string): Promise<void> {
  await tx.query(
    `UPDATE shop SET settings = settings || jsonb_build_object($2::text, now()) WHERE shop_id = $1`,
    [shopId, name],
  )
}

/** Whether a run was asked for that has not begun yet. */
export async function isAsked(tx: Tx, shopId: number, what: 'reconciliation' | 'audit'): Promise<boolean> {
  const table = what === 'audit' ? 'audit_run' : 'reconciliation'
  const { rows } = await tx.query<{ asked: boolean }>(
    `SELECT coalesce((settings ->> $2)::timestamptz > now() - interval '${WAIT}'
              AND NOT EXISTS (SELECT FROM ${table} r WHERE r.shop_id = $1 AND r.kind = 'manual'
                               AND r.started_at >= (settings ->> $2)::timestamptz), false) AS asked
       FROM shop WHERE shop_id = $1`,
    [shopId, `${what}AskedAt`],
  )
  return rows[0]?.asked ?? false
}
