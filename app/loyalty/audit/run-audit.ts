import { acrossShops, withShop } from '../../db/db.server.ts'
import { enqueueEach } from '../../queue/enqueue.ts'
import { auditLedger } from './audit-ledger.ts'

/** Sorting a long book in memory instead of on disk halves the time; one audit of a shop runs at a time. */
const WORK_MEMORY = '96MB'

export type AuditKind = 'nightly' | 'manual'

/**
 * Checks every rule over a shop's whole book and keeps the answer. Reads only; running it twice keeps two answers.
 * @returns violations found; null when the app was removed meanwhile
 */
export async function runAudit(shopId: number, kind: AuditKind): Promise<number | null> {
  const id = await begin(shopId, kind)
  if (id === null) return null
  try {
    const findings = await withShop(shopId, async (tx) => {
      await tx.query(`SET LOCAL work_mem = '${WORK_MEMORY}'; SET LOCAL jit = off`)
      return auditLedger(tx)
    })
    const violations = findings.reduce((sum, finding) => sum + finding.violations, 0)
    await end(shopId, id, { violations, findings: JSON.stringify(findings), error: null })
    return violations
  } catch (error) {
    await end(shopId, id, { violations: null, findings: null, error: (error as Error).message.slice(0, 500) })
    throw error
  }
}

/** Puts the audit of every installed shop into the queue. */
export async function auditAll(): Promise<void> {
  await acrossShops(async (tx) => {
    const { rows } = await tx.query<{ shopId: number }>(
      'SELECT shop_id AS "shopId" FROM shop WHERE uninstalled_at IS NULL ORDER BY shop_id',
    )
    await enqueueEach(
      tx,
      'audit-shop',
      rows.map(({ shopId }) => ({ shopId, kind: 'nightly' as const })),
    )
  })
}

async function begin(shopId: number, kind: AuditKind): Promise<number | null> {
  return acrossShops(async (tx) => {
    await tx.query(
      `UPDATE audit_run SET finished_at = now(), error = 'interrupted' WHERE shop_id = $1 AND finished_at IS NULL`,
      [shopId],
    )
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO audit_run (shop_id, kind) SELECT shop_id, $2 FROM shop WHERE shop_id = $1 AND uninstalled_at IS NULL
       RETURNING audit_id AS id`,
      [shopId, kind],
    )
    return rows[0]?.id ?? null
  })
}

interface Result {
  violations: number | null
  findings: string | null
  error: string | null
}

async function end(shopId: number, id: number, { violations, findings, error }: Result): Promise<void> {
  await acrossShops((tx) =>
    tx.query(
      `UPDATE audit_run SET finished_at = now(), violations = $3, findings = $4, error = $5
        WHERE shop_id = $1 AND audit_id = $2`,
      [shopId, id, violations, findings, error],
    ),
  )
}
