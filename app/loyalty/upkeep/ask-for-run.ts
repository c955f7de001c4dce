import { withShop } from '../../db/db.server.ts'
import { idIn } from '../../db/stored-json.ts'
import type { Tx } from '../../db/tx.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { readCodeComparison } from './read-operations.ts'

/**
 * A merchant's wish for a check now. Asking again before it begins changes nothing: the queue keeps one job of a key.
 * Between the wish and the first row of the run lies a time in which the page has nothing to show; `asked` tells it.
 */
const TABLES = {
  reconciliation: { table: 'reconciliation', id: 'reconciliation_id', answers: "r.kind = 'manual'" },
  audit: { table: 'audit_run', id: 'audit_id', answers: "r.kind = 'manual'" },
  // A night's run does just the same.
  codes: { table: 'code_comparison', id: 'run', answers: 'true' },
} as const

type Kind = keyof typeof TABLES

/** A worker with much to do begins within that; a wish that is older than this is not worth waiting for. */
const WAIT = '10 minutes'

export async function askForReconciliation(shopId: number, days: number): Promise<void> {
  await withShop(shopId, async (tx) => {
    await note(tx, shopId, 'reconciliation')
    await enqueue(tx, 'reconcile-orders', { shopId, kind: 'manual', days })
  })
}

export async function askForAudit(shopId: number): Promise<void> {
  await withShop(shopId, async (tx) => {
    await note(tx, shopId, 'audit')
    await enqueue(tx, 'audit-shop', { shopId, kind: 'manual' })
  })
}

/** Nothing while one runs: it reads what there is. */
export async function askForCodeComparison(shopId: number): Promise<void> {
  await withShop(shopId, async (tx) => {
    if ((await readCodeComparison(tx, shopId)).running) return
    await note(tx, shopId, 'codes')
    await enqueue(tx, 'compare-codes', { shopId })
  })
}

/** Keeps the newest run beside the wish: a later one answers it. Clocks of several machines would tell less surely. */
async function note(tx: Tx, shopId: number, kind: Kind): Promise<void> {
  const { table, id } = TABLES[kind]
  await tx.query(
    `UPDATE shop SET settings = settings || jsonb_build_object($2::text, jsonb_build_object(
            'at', now(), 'after', (SELECT coalesce(max(${id}), 0) FROM ${table} WHERE shop_id = $1)))
      WHERE shop_id = $1`,
    [shopId, `${kind}Asked`],
  )
}

/** Whether a run was asked for that has not begun yet. */
export async function isAsked(tx: Tx, shopId: number, kind: Kind): Promise<boolean> {
  const { table, id, answers } = TABLES[kind]
  const { rows } = await tx.query<{ asked: boolean }>(
    `SELECT coalesce(CASE WHEN settings -> $2 ->> 'at' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN (settings -> $2 ->> 'at')::timestamptz END > now() - interval '${WAIT}'
              AND NOT EXISTS (SELECT FROM ${table} r WHERE r.shop_id = $1 AND ${answers}
                               AND r.${id} > ${idIn(`settings -> $2 ->> 'after'`)}), false) AS asked
       FROM shop WHERE shop_id = $1`,
    [shopId, `${kind}Asked`],
  )
  return rows[0]?.asked ?? false
}
