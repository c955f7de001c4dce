import type { Tx } from '../../db/tx.ts'
import type { LeftOrder } from '../../domain/orders/order-facts.ts'
import type { CodeRepair, Deviation } from '../../domain/rewards/code-in-shopify.ts'
import type { AuditFinding } from '../audit/audit-ledger.ts'
import type { AuditKind } from '../audit/run-audit.ts'
import { type DeliveryReason, readReason } from '../inbox/reason.ts'
import type { FindingReason, ReconciliationKind } from '../reconciliation/reconciliation-run.ts'

/** What the pages of the section "Operations" show. All of one shop, newest first. */
export interface ReconciliationView {
  id: number
  kind: ReconciliationKind
  startedAt: Date
  /** Null while it runs. */
  finishedAt: Date | null
  readFrom: Date
  checked: number
  repaired: number
  /** Orders that stay in the book as they were. */
  left: number
  /** As Shopify counted when it began; null for runs from before it was kept. */
  total: number | null
  /** Shopify puts the orders together: nothing is read yet. */
  preparing: boolean
  error: string | null
  /** It failed, and a later one has read everything that it was to read. */
  madeUp: boolean
  /** What was left or repaired and why, what was left first; at most `MOST_FINDINGS`. */
  findings: FindingView[]
}

export interface FindingView {
  orderId: string
  name: string
  why: FindingReason
  /** Of an order that was left: why. */
  problem: ProblemView | null
  /** Null: the order was unknown. */
  before: number | null
  after: number
}

/** Why an order could not be brought into the book: in code and values, and the sentence as it was noted. */
export interface ProblemView {
  reason: DeliveryReason
  sentence: string
}

type StoredFinding = Omit<FindingView, 'problem'> & { problem: string | null }

const problemView = (sentence: string): ProblemView => ({ reason: readReason(sentence), sentence })

const MOST_FINDINGS = 50

export async function readReconciliations(tx: Tx, shopId: number, most = 20): Promise<ReconciliationView[]> {
  const { rows } = await tx.query<Omit<ReconciliationView, 'findings'> & { findings: StoredFinding[] }>(
    `SELECT r.reconciliation_id AS id, r.kind, r.started_at AS "startedAt", r.finished_at AS "finishedAt",
            r.read_from AS "readFrom", r.checked, r.repaired, r.error, r.total,
            r.finished_at IS NULL AND coalesce(r.cursor LIKE 'bulk/%/0', false) AS preparing,
            r.error IS NOT NULL AND EXISTS (
              SELECT FROM reconciliation l
               WHERE l.shop_id = r.shop_id AND l.reconciliation_id > r.reconciliation_id
                 AND l.finished_at IS NOT NULL AND l.error IS NULL AND l.read_from <= r.read_from) AS "madeUp",
            (SELECT count(*) FROM reconciliation_finding f
              WHERE f.shop_id = r.shop_id AND f.reconciliation_id = r.reconciliation_id AND f.why = 'left') AS left,
            coalesce((SELECT json_agg(f) FROM (
              SELECT order_id::text AS "orderId", order_name AS name, why, problem, points_before AS before,
                     points_after AS after
                FROM reconciliation_finding f
               WHERE f.shop_id = r.shop_id AND f.reconciliation_id = r.reconciliation_id
               ORDER BY f.why = 'left' DESC, f.order_id LIMIT ${MOST_FINDINGS}) f), '[]') AS findings
       FROM reconciliation r
      WHERE r.shop_id = $1 ORDER BY r.reconciliation_id DESC LIMIT $2`,
    [shopId, most],
  )
  return rows.map((run) => ({
    ...run,
    findings: run.findings.map(({ problem, ...finding }) => ({
      ...finding,
      problem: problem === null ? null : problemView(problem),
    })),
  }))
}

/** How far the comparison of codes with Shopify's discounts is. */
export interface CodeComparisonView {
  /** When codes were last compared; null: never. */
  at: Date | null
  /** Codes of the round that is under way, if one is, else of the last one. */
  compared: number
  /** The round is not through: the next run goes on. */
  goesOn: boolean
  /** A run is under way. */
  running: boolean
  /** Codes of the round, as counted when the last run began. */
  total: number
  /** The last run did not come to its end. */
  failed: boolean
}

export interface CodesView extends CodeComparisonView {
  /** What only a person can put right: findings, and unknown discounts. */
  toSee: number
  /** All that are not settled. */
  open: number
  /** Those that are not settled first; then those that were of late. At most `MOST_FINDINGS`. */
  findings: CodeFindingView[]
  /** Discounts that look like ours and that the book does not know; at most `MOST_FINDINGS` of them by name. */
  unknown: {
    count: number
    /** How many of them cannot be read. */
    unread: number
    first: UnknownDiscountView[]
  }
}

export interface UnknownDiscountView {
  /** Of Shopify's page, digits. */
  discountId: string
  code: string
  /** It cannot be read, and so its code is not known: what Shopify said instead. */
  problem: string | null
  foundAt: Date
}

export interface CodeFindingView {
  redemptionId: number
  code: string
  /** Digits; null: the customer is gone. */
  customerId: string | null
  why: Deviation | 'unread'
  /** Of what is unread: what Shopify said instead. */
  problem: string | null
  repair: CodeRepair
  /** Of Shopify's page, digits; null: there is no discount. */
  discountId: string | null
  foundAt: Date
  settledAt: Date | null
}

/** What was settled stays to be read for so long. */
const SETTLED_SHOWN = '30 days'

/** A run that has not moved for so long has lost its process. */
const BEATS_WITHIN = '10 minutes'

export async function readCodeComparison(tx: Tx, shopId: number): Promise<CodeComparisonView> {
  const { rows } = await tx.query<CodeComparisonView>(
    `SELECT CASE WHEN compared > 0 OR whole_at IS NOT NULL THEN touched_at END AS at, after_id > 0 AS "goesOn",
            coalesce(CASE WHEN after_id > 0 THEN compared ELSE whole END, 0) AS compared, total,
            is_open AND is_alive AS running, CASE WHEN is_open THEN NOT is_alive ELSE failed END AS failed
       FROM (SELECT *, begun_at IS NOT NULL AND ended_at IS NULL AS is_open,
                    coalesce(beat_at > now() - interval '${BEATS_WITHIN}', false) AS is_alive
               FROM code_comparison WHERE shop_id = $1) c`,
    [shopId],
  )
  return rows[0] ?? { at: null, compared: 0, goesOn: false, running: false, total: 0, failed: false }
}

export async function readCodeFindings(tx: Tx, shopId: number): Promise<CodesView> {
  const comparison = await readCodeComparison(tx, shopId)
  const { rows } = await tx.query<Pick<CodesView, 'open' | 'toSee'>>(
    `SELECT count(*)::int AS open, (count(*) FILTER (WHERE repair IS NULL))::int AS "toSee"
       FROM code_finding WHERE shop_id = $1 AND settled_at IS NULL`,
    [shopId],
  )
  const findings = await tx.query<CodeFindingView>(
    `SELECT f.redemption_id AS "redemptionId", r.code, a.customer_id::text AS "customerId", f.why, f.problem, f.repair,
            substring(f.discount_id FROM '[0-9]+$') AS "discountId", f.found_at AS "foundAt", f.settled_at AS "settledAt"
       FROM code_finding f JOIN redemption r USING (shop_id, redemption_id)
       JOIN account a ON a.shop_id = r.shop_id AND a.account_id = r.account_id
      WHERE f.shop_id = $1 AND (f.settled_at IS NULL OR f.settled_at > now() - interval '${SETTLED_SHOWN}')
      ORDER BY f.settled_at DESC NULLS FIRST, f.repair NULLS FIRST, f.found_at DESC, f.redemption_id
      LIMIT ${MOST_FINDINGS}`,
    [shopId],
  )
  const unknown = await readUnknownDiscounts(tx, shopId)
  const { open, toSee } = rows[0] as Pick<CodesView, 'open' | 'toSee'>
  return { ...comparison, open, toSee: toSee + unknown.count, findings: findings.rows, unknown }
}

async function readUnknownDiscounts(tx: Tx, shopId: number): Promise<CodesView['unknown']> {
  const { rows } = await tx.query<UnknownDiscountView & { count: number; unread: number }>(
    `SELECT discount_id::text AS "discountId", code, problem, found_at AS "foundAt", count(*) OVER ()::int AS count,
            count(problem) OVER ()::int AS unread
       FROM unknown_discount WHERE shop_id = $1 AND settled_at IS NULL
      ORDER BY problem NULLS FIRST, found_at DESC, discount_id LIMIT ${MOST_FINDINGS}`,
    [shopId],
  )
  const { count = 0, unread = 0 } = rows[0] ?? {}
  return { count, unread, first: rows.map(({ count: _, unread: __, ...discount }) => discount) }
}

export interface AuditView {
  id: number
  kind: AuditKind
  startedAt: Date
  finishedAt: Date | null
  violations: number | null
  findings: AuditFinding[] | null
  error: string | null
}

/** @param withFindings of the newest finished one only */
export async function readAudits(tx: Tx, shopId: number, most = 10): Promise<AuditView[]> {
  const { rows } = await tx.query<AuditView>(
    `SELECT audit_id AS id, kind, started_at AS "startedAt", finished_at AS "finishedAt", violations, error,
            CASE WHEN audit_id = (SELECT max(audit_id) FROM audit_run WHERE shop_id = $1 AND json_typeof(findings) = 'array')
                 THEN findings END AS findings
       FROM audit_run WHERE shop_id = $1 ORDER BY audit_id DESC LIMIT $2`,
    [shopId, most],
  )
  return rows.map((run) => ({ ...run, findings: run.findings?.filter(isFinding) ?? null }))
}

const isFinding = (stored: AuditFinding | null) => Array.isArray(stored?.examples)

export interface ImportView {
  id: number
  from: Date
  award: boolean
  status: 'estimating' | 'estimated' | 'running' | 'done' | 'cancelled' | 'undoing' | 'undone'
  startedAt: Date
  finishedAt: Date | null
  /** As Shopify counted when it began. */
  total: number | null
  checked: number
  taken: number
  points: number
  /** As reckoned before it was confirmed; null: it was not. */
  expectedPoints: number | null
  startedBy: string
  confirmedBy: string | null
  /** Orders whose points can be taken back, and those that were or could not be. */
  given: number
  undone: number
  /** Points that were taken back, and those that were spent or had lapsed and stay so. */
  takenBack: number
  kept: number
  /** Shopify puts the orders together: nothing is read yet. */
  preparing: boolean
  /** How many orders could not be taken over, and the first of them; at most `MOST_FINDINGS`. */
  left: number
  problems: { orderId: string; name: string; problem: ProblemView }[]
  /** Why it stands still just now; it goes on by itself. */
  error: string | null
}

export async function readImports(tx: Tx, shopId: number, most = 10): Promise<ImportView[]> {
  const { rows } = await tx.query<Omit<ImportView, 'problems'> & { problems: LeftOrder[] }>(
    `SELECT import_id AS id, from_at AS "from", award, status, started_at AS "startedAt", finished_at AS "finishedAt",
            total, checked, taken, points, error, coalesce(cursor LIKE 'bulk/%/0', false) AS preparing,
            expected_points AS "expectedPoints", started_by AS "startedBy", confirmed_by AS "confirmedBy",
            taken_back AS "takenBack", kept, g.given, g.undone,
            (SELECT count(*) FROM order_import_problem p
              WHERE p.shop_id = m.shop_id AND p.import_id = m.import_id) AS left,
            coalesce((SELECT json_agg(p) FROM (
              SELECT order_id::text AS "orderId", order_name AS name, problem FROM order_import_problem p
               WHERE p.shop_id = m.shop_id AND p.import_id = m.import_id
               ORDER BY p.order_id LIMIT ${MOST_FINDINGS}) p), '[]') AS problems
       FROM order_import m CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE state = 'given') AS given, count(*) FILTER (WHERE state <> 'given') AS undone
           FROM order_import_order o WHERE o.shop_id = m.shop_id AND o.import_id = m.import_id) g
      WHERE shop_id = $1 ORDER BY import_id DESC LIMIT $2`,
    [shopId, most],
  )
  return rows.map((run) => ({
    ...run,
    problems: run.problems.map(({ problem, ...order }) => ({ ...order, problem: problemView(problem) })),
  }))
}

export interface DataRequestView {
  requestId: string
  askedAt: Date
  customerId: string | null
}

export async function readDataRequests(tx: Tx, shopId: number): Promise<DataRequestView[]> {
  const { rows } = await tx.query<DataRequestView>(
    `SELECT request_id::text AS "requestId", asked_at AS "askedAt", export ->> 'customer' AS "customerId"
       FROM data_request WHERE shop_id = $1 ORDER BY asked_at DESC LIMIT 200`,
    [shopId],
  )
  return rows
}

/** The export itself, or null when it is gone. */
export async function readDataExport(tx: Tx, shopId: number, requestId: string): Promise<unknown> {
  const { rows } = await tx.query<{ export: unknown }>(
    'SELECT export FROM data_request WHERE shop_id = $1 AND request_id = $2',
    [shopId, requestId],
  )
  return rows[0]?.export ?? null
}
