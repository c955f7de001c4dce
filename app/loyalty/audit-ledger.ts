import { evaluateOrder, worthIsFrozen } from '../domain/evaluate-order.ts'
import type { OrderFacts } from '../domain/order-facts.ts'
import type { Tx } from '../ledger/tx.ts'
import { AUDIT_QUERIES } from './audit-queries.ts'
import { loadPrograms, programVersion } from './settlement/programs.ts'

export interface AuditFinding {
  /** Number of the rule in the list of invariants. */
  invariant: number
  name: string
  violations: number
  /** A few of them, in words. */
  examples: string[]
}

const EXAMPLES = 5
const PAGE = 5_000

/** Checks every rule of points accounting over all that the transaction can see. Reads only. */
export async function auditLedger(tx: Tx): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = []
  for (const { invariant, name, sql } of AUDIT_QUERIES) {
    const { rows } = await tx.query<{ violations: number; examples: string[] | null }>(
      `WITH broken AS MATERIALIZED (${sql})
       SELECT count(*)::int AS violations, (SELECT array_agg(what) FROM (SELECT what FROM broken LIMIT ${EXAMPLES}) few) AS examples
         FROM broken`,
    )
    findings.push({
      invariant,
      name,
      violations: rows[0]?.violations ?? 0,
      examples: rows[0]?.examples ?? [],
    })
  }
  findings.push(await auditWorth(tx))
  return findings.sort((a, b) => a.invariant - b.invariant)
}

interface StoredOrder {
  shopId: number
  orderId: string
  version: number
  tierId: string | null
  facts: OrderFacts
  worth: number
}

/** The rules themselves, run again over every stored order. */
async function auditWorth(tx: Tx): Promise<AuditFinding> {
  const wrong: string[] = []
  let violations = 0
  let after: { shopId: number; orderId: string } = { shopId: 0, orderId: '0' }
  for (;;) {
    const { rows } = await tx.query<StoredOrder>(
      `SELECT shop_id AS "shopId", order_id::text AS "orderId", program_version AS version, tier_id AS "tierId", facts, worth
         FROM order_state WHERE program_version IS NOT NULL AND (shop_id, order_id) > ($1, $2)
        ORDER BY shop_id, order_id LIMIT ${PAGE}`,
      [after.shopId, after.orderId],
    )
    const programs = await loadPrograms(tx, [...new Set(rows.map((row) => row.shopId))])
    for (const { shopId, orderId, version, tierId, facts, worth } of rows) {
      const program = programVersion(programs.get(shopId), version)
      if (!program || worthIsFrozen(facts)) continue
      const { points } = evaluateOrder(program, facts, { tierId })
      if (points === worth) continue
      violations++
      if (wrong.length < EXAMPLES) wrong.push(`order ${orderId}: worth ${worth}, by its rules ${points}`)
    }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) break
    after = last
  }
  return {
    invariant: 7,
    name: 'every order is worth what its own program version says of its present state',
    violations,
    examples: wrong,
  }
}
