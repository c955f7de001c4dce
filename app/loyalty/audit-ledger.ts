import { evaluateOrder, worthIsFrozen } from '../domain/evaluate-order.ts'
import type { Tx } from '../ledger/tx.ts'
import { AUDIT_QUERIES } from './audit-queries.ts'
import { loadPrograms, programVersion, type ShopPrograms } from './settlement/programs.ts'
import { readFacts, type StoredFacts } from './settlement/stored-facts.ts'

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
/** With a request's role, yet no page waits for it: a long book takes minutes. */
const LONGEST_QUERY = '30min'

/** Checks every rule of points accounting over all that the transaction can see. Reads only. */
export async function auditLedger(tx: Tx): Promise<AuditFinding[]> {
  await tx.query(`SET LOCAL statement_timeout = '${LONGEST_QUERY}'`)
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
  findings.push(...(await auditWorth(tx)))
  return findings.sort((a, b) => a.invariant - b.invariant)
}

interface StoredOrder {
  shopId: number
  orderId: string
  version: number | null
  tierId: string | null
  facts: StoredFacts
  /** What the chargebacks say that were told a while ago; null when none was. */
  dispute: 'open' | 'won' | 'lost' | null
  worth: number
}

/**
 * The rules themselves, run again over every stored order: what it is worth by its own version (7), and that a
 * cancelled or test order holds nothing (8). The next page is on its way while this one is reckoned.
 */
async function auditWorth(tx: Tx): Promise<AuditFinding[]> {
  const worth = finding(7, 'every order is worth what its own program version says of its present state')
  const nothing = finding(8, 'a cancelled or test order holds nothing')
  const programs = new Map<number, ShopPrograms>()
  let coming = readPage(tx, { shopId: 0, orderId: '0' })
  for (;;) {
    const rows = await coming
    const last = rows.length === PAGE ? rows.at(-1) : undefined
    const shopIds = [...new Set(rows.map((row) => row.shopId))].filter((shopId) => !programs.has(shopId))
    if (shopIds.length > 0)
      for (const [shopId, known] of await loadPrograms(tx, shopIds)) programs.set(shopId, known)
    if (last) coming = readPage(tx, last)
    for (const order of rows) judgeAgain(order, programs, worth, nothing)
    if (!last) return [worth, nothing]
  }
}

function judgeAgain(
  { shopId, orderId, version, tierId, facts: stored, dispute, worth }: StoredOrder,
  programs: Map<number, ShopPrograms>,
  wrongWorth: AuditFinding,
  worthNothing: AuditFinding,
): void {
  const facts = readFacts(stored)
  if (dispute !== null && facts.dispute !== (dispute === 'won' ? 'none' : dispute))
    note(
      wrongWorth,
      `order ${orderId}: its chargeback is ${dispute}, the order was judged with "${facts.dispute}"`,
    )
  if (worthIsFrozen(facts)) return
  if (worth !== 0 && (facts.cancelledAt !== null || facts.test))
    note(worthNothing, `order ${orderId}: ${worth}`)
  const program = version === null ? null : programVersion(programs.get(shopId), version)
  const points = program ? evaluateOrder(program, facts, { tierId }).points : 0
  if (points !== worth) note(wrongWorth, `order ${orderId}: worth ${worth}, by its rules ${points}`)
}

async function readPage(tx: Tx, after: { shopId: number; orderId: string }): Promise<StoredOrder[]> {
  const { rows } = await tx.query<StoredOrder>(
    `SELECT shop_id AS "shopId", order_id::text AS "orderId", program_version AS version, tier_id AS "tierId", facts, worth,
            (SELECT min(d.standing) FROM dispute d
              WHERE d.shop_id = o.shop_id AND d.order_id = o.order_id
             HAVING max(d.told_at) < now() - interval '10 minutes') AS dispute
       FROM order_state o WHERE (program_version IS NOT NULL OR worth <> 0) AND (shop_id, order_id) > ($1, $2)
      ORDER BY shop_id, order_id LIMIT ${PAGE}`,
    [after.shopId, after.orderId],
  )
  return rows
}

function finding(invariant: number, name: string): AuditFinding {
  return { invariant, name, violations: 0, examples: [] }
}

function note(found: AuditFinding, example: string): void {
  found.violations++
  if (found.examples.length < EXAMPLES) found.examples.push(example)
}
