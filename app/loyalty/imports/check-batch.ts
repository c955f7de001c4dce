import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { BulkProblem } from '../../domain/imports/bulk-line.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { searchCustomers } from '../../shopify/customer-names.ts'
import { knownCustomers } from '../members/known-customers.ts'

/** So many ids or addresses fit into one question to Shopify. */
const IDS = 250
const EMAILS = 40

interface Unchecked {
  line: number
  customerId: string | null
  email: string | null
}

/**
 * Looks up the customers of the next lines.
 * @returns false when every line has been looked up
 * @throws Error when Shopify does not answer; the job tries again
 */
export async function checkSlice(shopId: number, batchId: number, graphql: AdminGraphql): Promise<boolean> {
  const lines = await nextLines(shopId, batchId)
  if (lines.length === 0) return false
  const known = await findIds(graphql, shopId, lines)
  const byEmail = await findEmails(graphql, lines)
  const heads = await headsOf(shopId, [...known, ...byEmail.values()])
  const found = lines.map((line) => ({ line: line.line, ...findCustomer(line, known, byEmail, heads) }))
  await acrossShops(async (tx) => {
    const { rowCount } = await tx.query(
      `UPDATE bulk_line b SET customer_id = coalesce(r.id, b.customer_id), problem = r.problem, value = r.value, email = NULL,
              status = CASE WHEN r.problem IS NULL THEN 'ready' ELSE 'wrong' END
         FROM unnest($3::int[], $4::bigint[], $5::text[], $6::text[]) AS r(line, id, problem, value)
        WHERE b.shop_id = $1 AND b.batch_id = $2 AND b.line = r.line AND b.status = 'unchecked'`,
      [
        shopId,
        batchId,
        found.map(({ line }) => line),
        found.map(({ id }) => id),
        found.map(({ problem }) => problem),
        found.map(({ value }) => value),
      ],
    )
    await tx.query(
      `UPDATE bulk_batch SET checked = checked + $3, touched_at = now(), error = NULL WHERE shop_id = $1 AND batch_id = $2`,
      [shopId, batchId, rowCount ?? 0],
    )
  })
  return true
}

interface Found {
  id: string | null
  problem: BulkProblem | null
  value: string | null
}

/** Whose line it is. A number and an address must not be of two customers: nobody knows whom the merchant meant. */
function findCustomer(
  { customerId, email }: Unchecked,
  known: Set<string>,
  byEmail: Map<string, string>,
  heads: Map<string, string>,
): Found {
  const wrong = (problem: BulkProblem, value: string | null): Found => ({ id: null, problem, value })
  if (customerId !== null && !known.has(customerId)) return wrong('customer-unknown', customerId)
  const ofEmail = email === null ? null : byEmail.get(email)
  if (ofEmail === undefined) return wrong('email-unknown', email)
  const head = (id: string) => heads.get(id) ?? id
  if (customerId !== null && ofEmail !== null && head(customerId) !== head(ofEmail))
    return wrong('customer-differs', customerId)
  return { id: customerId ?? ofEmail, problem: null, value: null }
}

/** The account that a customer's points are in; after a merge two numbers have one. */
async function headsOf(shopId: number, customerIds: string[]): Promise<Map<string, string>> {
  const { rows } = await acrossShops((tx) =>
    tx.query<{ id: string; head: string }>(
      `SELECT customer_id::text AS id, 'account ' || coalesce(merged_into, account_id) AS head FROM account
        WHERE shop_id = $1 AND customer_id = ANY($2::bigint[])`,
      [shopId, customerIds],
    ),
  )
  return new Map(rows.map(({ id, head }) => [id, head]))
}

async function nextLines(shopId: number, batchId: number): Promise<Unchecked[]> {
  const { rows } = await acrossShops((tx) =>
    tx.query<Unchecked>(
      `SELECT line, customer_id::text AS "customerId", email FROM bulk_line
        WHERE shop_id = $1 AND batch_id = $2 AND status = 'unchecked' ORDER BY line LIMIT ${IDS}`,
      [shopId, batchId],
    ),
  )
  // Addresses are asked for forty at a time: a slice ends with the fortieth.
  const until = rows.filter(({ email }) => email !== null)[EMAILS - 1]
  return until ? rows.filter(({ line }) => line <= until.line) : rows
}

async function findIds(graphql: AdminGraphql, shopId: number, lines: Unchecked[]): Promise<Set<string>> {
  const known = await knownCustomers(
    graphql,
    shopId,
    lines.flatMap(({ customerId }) => customerId ?? []),
  )
  if (known === null) throw new Error('Shopify does not answer: the customers could not be looked up')
  return known
}

async function findEmails(graphql: AdminGraphql, lines: Unchecked[]): Promise<Map<string, string>> {
  const emails = [...new Set(lines.flatMap(({ email }) => email ?? []))]
  const found = new Map<string, string>()
  if (emails.length === 0) return found
  const query = emails.map((email) => `email:"${email}"`).join(' OR ')
  let after: string | null = null
  do {
    const page = await searchCustomers(graphql, { query, first: 100, after })
    if (page === null) throw new Error('Shopify does not answer: the customers could not be looked up')
    // The search may find more than was asked for: only the very address counts.
    for (const { customerId, email } of page.customers) if (email) found.set(email.toLowerCase(), customerId)
    after = page.next
  } while (after !== null && emails.some((email) => !found.has(email)))
  return found
}

interface Candidate {
  line: number
  points: number
  holder: string
  available: number
  debt: number
}

/**
 * The last step of the check: lines that would take more than is there, counted through the file from top to bottom.
 * Balances may change until the merchant confirms; posting has the last word.
 */
export async function checkBalances(tx: Tx, shopId: number, batchId: number): Promise<void> {
  const { rows } = await tx.query<Candidate>(
    `SELECT l.line, l.points, coalesce(a.merged_into, a.account_id, -l.customer_id)::text AS holder,
            coalesce(b.available, 0) AS available, coalesce(b.debt, 0) AS debt
       FROM bulk_line l
       LEFT JOIN account a ON a.shop_id = l.shop_id AND a.customer_id = l.customer_id
       LEFT JOIN balance b ON b.shop_id = l.shop_id AND b.account_id = coalesce(a.merged_into, a.account_id)
                          AND b.unit = 'points'
      WHERE l.shop_id = $1 AND l.batch_id = $2 AND l.status = 'ready'
        AND l.customer_id IN (SELECT customer_id FROM bulk_line
                               WHERE shop_id = $1 AND batch_id = $2 AND status = 'ready' AND points < 0)
      ORDER BY l.line`,
    [shopId, batchId],
  )
  const left = new Map<string, number>()
  const wrong: { line: number; problem: BulkProblem; value: string }[] = []
  for (const { line, points, holder, available, debt } of rows) {
    const now = left.get(holder) ?? available - debt
    if (points < 0 && now + points < 0) {
      wrong.push({ line, problem: now < 0 ? 'in-debt' : 'not-enough-points', value: String(Math.abs(now)) })
      left.set(holder, now)
    } else left.set(holder, now + points)
  }
  if (wrong.length === 0) return
  await tx.query(
    `UPDATE bulk_line b SET status = 'wrong', problem = r.problem, value = r.value
       FROM unnest($3::int[], $4::text[], $5::text[]) AS r(line, problem, value)
      WHERE b.shop_id = $1 AND b.batch_id = $2 AND b.line = r.line`,
    [
      shopId,
      batchId,
      wrong.map(({ line }) => line),
      wrong.map(({ problem }) => problem),
      wrong.map(({ value }) => value),
    ],
  )
}
