import { MONEY_LIMITS, positiveDecimal } from '../../document/document-fields.ts'
import { isPayable } from '../../money/money.ts'
import { isHttpsLink } from '../../text/https-link.ts'
import { isCalendarTime } from '../../time/time-window.ts'

/** What a merchant types in of a payment to a cause. */
export interface PaymentForm {
  /** Decimal text. */
  amount: string
  /** "2026-12-01" */
  paidOn: string
  note: string
  /** A link, https; "": none. */
  proof: string
}

export const PAID = { above: 0, max: 100_000_000, decimals: MONEY_LIMITS.decimals } as const
export const PAYMENT_NOTE = { max: 500 } as const

export type PaymentProblem = 'amount' | 'decimals' | 'day' | 'future' | 'note' | 'link'

/**
 * What is wrong with it, field by field; nothing: it can be written down.
 * @param today in the shop's zone: what has not been paid yet is no payment
 */
export function paymentProblems(
  { amount, paidOn, note, proof }: PaymentForm,
  { today, currency }: { today: string; currency: string },
): Partial<Record<keyof PaymentForm, PaymentProblem>> {
  const readable = positiveDecimal(PAID).safeParse(amount).success
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(paidOn) && isCalendarTime(`${paidOn}T00:00`)
  return {
    ...(!readable && { amount: 'amount' }),
    ...(readable && !isPayable(amount, currency) && { amount: 'decimals' }),
    ...(!isDay && { paidOn: 'day' }),
    ...(isDay && paidOn > today && { paidOn: 'future' }),
    ...(note.length > PAYMENT_NOTE.max && { note: 'note' }),
    ...(proof !== '' && !isHttpsLink(proof) && { proof: 'link' }),
  }
}
