import type { Tx } from '../../db/tx.ts'
import { UnsoundRow } from '../../db/unsound-row.ts'
import { evaluateOrder, worthIsFrozen } from '../../domain/earning/evaluate-order.ts'
import { orderKey } from '../orders/readings.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import { loadPrograms, programVersion, type ShopPrograms } from '../program/programs.ts'
import { AUDIT_QUERIES } from './audit-queries.ts'
import { unreadableTerms } from './sound-rows.ts'

export interface AuditFinding {
  /** Number of the rule in the list of invariants. */
  invariant: number
  name: string
  violations: number
  /** A few of them, in words. */
  examples: string[]
}

/** The rule that what is stored can be read. */
const SOUND = 21
const EXAMPLES = 5
const PAGE = 5_000
/** With a request's role, yet no page waits for it: a long book takes minutes. */
const LONGEST_QUERY = '30min'

/**
 * Checks every rule of points accounting over all that the transaction can see. Reads only.
 * @param now epoch milliseconds: what should have ended by then
 */
export async function auditLedger(tx: Tx, now = Date.now()): Promise<AuditFinding[]> {
  await tx.query(`SET LOCAL statement_timeout = '${LONGEST_QUERY}'`)
  const findings: AuditFinding[] = []
  for (const { invariant, name, sql } of AUDIT_QUERIES) {
    const { rows } = await tx.query<{ violations: number; examples: string[] | null }>(
      `WITH clock AS MATERIALIZED (SELECT to_timestamp($1 / 1000.0) AS now), broken AS MATERIALIZED (${sql})
       SELECT count(*)::int AS violations, (SELECT array_agg(what) FROM (SELECT what FROM broken LIMIT ${EXAMPLES}) few) AS examples
         FROM broken`,
      [now],
    )
    findings.push({
      invariant,
      name,
      violations: rows[0]?.violations ?? 0,
      examples: rows[0]?.examples ?? [],
    })
  }
  const sound = findings.find(({ invariant }) => invariant === SOUND)
  if (!sound) throw new Error('no rule says what can be read')
  for (const row of await unreadableTerms(tx)) note(sound, row)
  findings.push(...(await auditWorth(tx, sound)))
  return findings.sort((a, b) => a.invariant - b.invariant)
}

interface StoredOrder {
  shopId: number
  orderId: string
  version: number | null
  tierId: string | null
  facts: StoredFacts
  worth: number
}

/**
 * The rules themselves, run again over every stored order: what it is worth by its own version (7), and that a
 * cancelled or test order holds nothing (8). One that cannot be read, or judged, is named (`sound`), and all others are
 * judged. The next page is on its way while this one is reckoned.
 */
async function auditWorth(tx: Tx, sound: AuditFinding): Promise<AuditFinding[]> {
  const worth = finding(7, 'every order is worth what its own program version says of its present state')
  const nothing = finding(8, 'a cancelled or test order holds nothing')
  const programs = new Map<number, ShopPrograms>()
  const disputes = await readDisputes(tx)
  let coming = readPage(tx, { shopId: 0, orderId: '0' })
  for (;;) {
    const rows = await coming
    const last = rows.length === PAGE ? rows.at(-1) : undefined
    const shopIds = [...new Set(rows.map((row) => row.shopId))].filter((shopId) => !programs.has(shopId))
    if (shopIds.length > 0)
      for (const [shopId, known] of await loadPrograms(tx, shopIds)) programs.set(shopId, known)
    if (last) coming = readPage(tx, last)
    for (const order of rows) {
      try {
        judgeAgain(order, { programs, disputes }, worth, nothing)
      } catch (error) {
        // Only rules are reckoned here: whatever they throw lies in what they read.
        const { message } = error as Error
        note(sound, error instanceof UnsoundRow ? message : `order ${order.orderId}: ${message}`)
      }
    }
    if (!last) return [worth, nothing]
  }
}

function judgeAgain(
  { shopId, orderId, version, tierId, facts: stored, worth }: StoredOrder,
  { programs, disputes }: { programs: Map<number, ShopPrograms>; disputes: Map<string, Dispute> },
  wrongWorth: AuditFinding,
  worthNothing: AuditFinding,
): void {
  const facts = readFacts(stored, orderId)
  if (version === null && worth === 0) return
  const dispute = disputes.get(orderKey(shopId, orderId))
  if (dispute !== undefined && facts.dispute !== (dispute === 'won' ? 'none' : dispute))
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

type Dispute = 'open' | 'won' | 'lost'

/** What the chargebacks of an order say ("lost" sorts before "open" before "won"); one just told may be on its way. */
async function readDisputes(tx: Tx): Promise<Map<string, Dispute>> {
  const { rows } = await tx.query<{ shopId: number; orderId: string; standing: Dispute }>(
    `SELECT shop_id AS "shopId", order_id::text AS "orderId", min(standing) AS standing FROM dispute
      GROUP BY shop_id, order_id HAVING max(told_at) < now() - interval '10 minutes'`,
  )
  return new Map(rows.map(({ shopId, orderId, standing }) => [orderKey(shopId, orderId), standing]))
}

async function readPage(tx: Tx, after: { shopId: number; orderId: string }): Promise<StoredOrder[]> {
  const { rows } = await tx.query<StoredOrder>(
    `SELECT shop_id AS "shopId", order_id::text AS "orderId", program_version AS version, tier_id AS "tierId", facts, worth
       FROM order_state WHERE (shop_id, order_id) > ($1, $2)
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
