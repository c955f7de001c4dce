import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { sameAmount } from '../../domain/rewards/discount-value.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { lockCause } from './cause-totals.ts'

/** What the merchant says to have paid to a cause; checked by `checkPayment`. */
export interface Payment {
  cause: string
  /** Decimal text in the shop's currency, above 0. */
  amount: string
  /** "2026-12-01" */
  paidOn: string
  note: string | null
  /** A link, https. */
  proof: string | null
}

interface Writing {
  shopId: number
  actor: string
  /** Chosen by the form: sent twice it is one payment. */
  key: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Writes down a payment. The same key again is the same payment.
 * @throws DomainError key-conflict: the key stands for another payment; cause-unknown: nobody has given anything to it
 */
export async function payCause(payment: Payment, { shopId, actor, key, now }: Writing): Promise<void> {
  await withShop(shopId, async (tx) => {
    await lockCause(tx, shopId, payment.cause)
    await assertKnown(tx, shopId, payment.cause)
    const { cause, amount, paidOn, note, proof } = payment
    const { rowCount } = await tx.query(
      `INSERT INTO cause_payment (shop_id, cause, amount, paid_on, note, proof, actor, created_at, request_key)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (shop_id, request_key) DO NOTHING`,
      [shopId, cause, amount, paidOn, note, proof, actor, new Date(now), key],
    )
    if (rowCount === 0) await assertSame(tx, shopId, key, payment)
  })
}

async function assertKnown(tx: Tx, shopId: number, cause: string): Promise<void> {
  const { rows } = await tx.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT FROM redemption WHERE shop_id = $1 AND reward_id = $2 AND donated IS NOT NULL) AS known`,
    [shopId, cause],
  )
  if (!rows[0]?.known) throw new DomainError('cause-unknown', `Nobody has donated to "${cause.slice(0, 40)}"`)
}

async function assertSame(tx: Tx, shopId: number, key: string, payment: Payment): Promise<void> {
  const { rows } = await tx.query<Payment>(
    `SELECT cause, amount::text, paid_on::text AS "paidOn", note, proof FROM cause_payment
      WHERE shop_id = $1 AND request_key = $2`,
    [shopId, key],
  )
  const before = rows[0]
  const same =
    before?.cause === payment.cause &&
    before.paidOn === payment.paidOn &&
    sameAmount(before.amount, payment.amount)
  if (!same) throw new DomainError('key-conflict', 'the key stands for another payment', {})
}

/**
 * Takes a payment back by its opposite, on the same day and under the same cause. Twice is as good as once.
 * @throws DomainError payment-unknown: there is none, or it is a correction itself
 */
export async function correctPayment(
  paymentId: number,
  { shopId, actor, now }: Omit<Writing, 'key'>,
): Promise<void> {
  await withShop(shopId, async (tx) => {
    const { rows } = await tx.query<{ cause: string }>(
      'SELECT cause FROM cause_payment WHERE shop_id = $1 AND payment_id = $2 AND corrects IS NULL',
      [shopId, paymentId],
    )
    const cause = rows[0]?.cause
    if (cause === undefined) throw new DomainError('payment-unknown', `There is no payment ${paymentId}`)
    await lockCause(tx, shopId, cause)
    await tx.query(
      `INSERT INTO cause_payment (shop_id, cause, amount, paid_on, actor, created_at, request_key, corrects)
       SELECT shop_id, cause, -amount, paid_on, $3, $4, 'corrects-' || payment_id, payment_id
         FROM cause_payment WHERE shop_id = $1 AND payment_id = $2
       ON CONFLICT DO NOTHING`,
      [shopId, paymentId, actor, new Date(now)],
    )
  })
}
