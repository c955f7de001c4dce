import type { MemberBalance } from '../../../loyalty/members/read-member.ts'
import { type SentForm, sentForm } from '../../kit/sent-form.ts'

/** One form has one key: sending it twice posts once. */
export interface AdjustForm {
  key: string
  remove: boolean
  points: string
  reason: string
  sure: boolean
  /** What the account had when this was first sent: later it may have these points already. Null: not sent. */
  before: MemberBalance | null
  /** What was sent under this key, without an answer: sending anything else is no repetition. Null: nothing was. */
  first: SentAdjustment | null
}

export interface SentAdjustment {
  /** Signed. */
  points: number
  reason: string
}

/** As the server compares them. */
export const isSameAdjustment = (one: SentAdjustment, other: SentAdjustment): boolean =>
  one.points === other.points && one.reason.trim() === other.reason.trim()

export function emptyForm(): AdjustForm {
  return {
    key: crypto.randomUUID(),
    remove: false,
    points: '',
    reason: '',
    sure: false,
    before: null,
    first: null,
  }
}

/** The adjustment of this member that was sent and has no answer. */
export function sentAdjustment(shopDomain: string, customerId: string): SentForm<AdjustForm> {
  return sentForm([shopDomain, 'adjust', customerId], isAdjustForm)
}

function isAdjustForm(value: unknown): value is AdjustForm {
  const form = value as AdjustForm | null
  if (typeof form !== 'object' || form === null) return false
  const texts = [form.key, form.points, form.reason]
  if (!texts.every((text) => typeof text === 'string')) return false
  const { before, first } = form
  return (
    typeof form.remove === 'boolean' &&
    typeof form.sure === 'boolean' &&
    (first === null || (Number.isSafeInteger(first?.points) && typeof first?.reason === 'string')) &&
    (before === null || [before?.available, before?.debt].every(Number.isSafeInteger))
  )
}
