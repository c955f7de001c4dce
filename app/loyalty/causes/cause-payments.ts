import type { Tx } from '../../db/tx.ts'

export interface CausePayment {
  id: string
  /** Decimal text in the shop's currency; of a correction below zero. */
  amount: string
  /** "2026-12-01" */
  paidOn: string
  note: string | null
  proof: string | null
  actor: string
  createdAt: Date
  /** The payment that it takes back; null: it is one itself. */
  corrects: string | null
  /** It was taken back. */
  corrected: boolean
}

const PAGE = 25

/**
 * What was paid to a cause, the newest entry at the top.
 * @param before the last one of the page before; null: the first page
 */
export async function causePayments(
  tx: Tx,
  shopId: number,
  cause: string,
  before: number | null,
): Promise<{ payments: CausePayment[]; next: number | null }> {
  const { rows } = await tx.query<CausePayment>(
    `SELECT p.payment_id::text AS id, p.amount::text, p.paid_on::text AS "paidOn", p.note, p.proof, p.actor,
            p.created_at AS "createdAt", p.corrects::text,
            EXISTS (SELECT FROM cause_payment c WHERE c.shop_id = p.shop_id AND c.corrects = p.payment_id) AS corrected
       FROM cause_payment p
      WHERE p.shop_id = $1 AND p.cause = $2 AND ($3::bigint IS NULL OR p.payment_id < $3::bigint)
      ORDER BY p.payment_id DESC LIMIT ${PAGE + 1}`,
    [shopId, cause, before],
  )
  const payments = rows.slice(0, PAGE)
  return { payments, next: rows.length > PAGE ? Number(payments.at(-1)?.id) : null }
}
