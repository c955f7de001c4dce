import { visiblePart } from '../../../domain/text/visible-text.ts'
import type { MemberBalance } from '../../../loyalty/members/read-member.ts'

/** As in the use case that posts; the server has the last word. */
const MOST = 1_000_000
/** What the field takes. */
export const ADJUSTABLE = { min: 1, max: MOST, decimals: 0 }
/** From here on the merchant is asked whether it is meant. */
export const LARGE = 1_000

interface Form {
  remove: boolean
  /** Digits; anything else is no number of points. */
  points: string
  reason: string
  sure: boolean
}

/** What a form would post, and what is wrong with it (texts of `members.json`). `points` is signed; 0 if unreadable. */
export function checkAdjustment(form: Form, balance: MemberBalance) {
  const amount = /^\d{1,9}$/.test(form.points) ? Number(form.points) : 0
  const problems: { points?: string; reason?: string } = {}
  const refusal = form.remove ? refusalOf(amount, balance) : null
  if (refusal) problems.points = refusal
  else if (amount === 0) problems.points = 'adjust.needPoints'
  else if (amount > MOST) problems.points = 'adjust.tooMany'
  if (visiblePart(form.reason).length < 3) problems.reason = 'adjust.needReason'
  const large = amount >= LARGE
  return {
    points: form.remove ? -amount : amount,
    most: MOST,
    problems,
    /** What the account's balance rules out, whatever else is missing in the form. */
    refusal,
    large,
    ready: !problems.points && !problems.reason && (!large || form.sure),
  }
}

function refusalOf(removed: number, { available, debt }: MemberBalance): string | null {
  if (debt > 0) return 'adjust.inDebt'
  return removed > available ? 'adjust.notEnough' : null
}

/** What a member has and owes after an adjustment that the account allows: what comes in repays first. */
export function afterAdjustment({ available, debt }: MemberBalance, points: number) {
  const repays = Math.min(debt, Math.max(0, points))
  return { available: available + points - repays, debt: debt - repays, repays }
}
