import { data } from '@remix-run/node'
import { wholeNumber } from '../../domain/money/whole-number.ts'
import { DomainError, isDomainError } from '../../domain/text/errors.ts'
import { statusOf } from '../../http/http-errors.ts'
import { cancelCode } from '../../loyalty/codes/cancel-code.ts'
import { adjustPoints, undoAdjustment } from '../../loyalty/members/adjust-points.ts'
import { reinstatePoints } from '../../loyalty/members/reinstate-points.ts'
import type { AdjustAnswer } from '../../ui/members/changes/adjust-answer.ts'
import type { EndCodeAnswer, EndCodeRefusal } from '../../ui/members/changes/end-code-answer.ts'
import { type AdminRequest, adminRequest } from '../admin-request.server.ts'
import { customerIdOf } from '../customer-id.ts'
import { bodyForm } from '../request-body.server.ts'

/** Points may go either way; how many at once is the use case's business. */
const ANY = { min: -Number.MAX_SAFE_INTEGER }

/** What a merchant changes for one member. Each is safe to send twice: its key, or what it undoes, is sent with it. */
export async function changeMember(request: Request, customer: string | undefined) {
  const asked = await adminRequest(request)
  const customerId = customerIdOf(customer)
  const form = await bodyForm(request)
  const { shop, actor } = asked
  const common = { shop, customerId, actor, now: Date.now() }
  if (form.get('intent') === 'end-code') return endCode(common, String(form.get('codeId') ?? ''))
  const intent = intentOf(form.get('intent'))
  const key = String(form.get(intent === 'adjust' ? 'key' : 'postingId') ?? '')
  try {
    await change(intent, { ...common, key }, form, asked)
    return { ok: true, intent, key } satisfies AdjustAnswer
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return data({ ok: false, intent, refused: error.code } satisfies AdjustAnswer, statusOf(error.code))
  }
}

function intentOf(value: unknown): AdjustAnswer['intent'] {
  return value === 'undo' || value === 'reinstate' ? value : 'adjust'
}

type Change = Omit<Parameters<typeof undoAdjustment>[0], 'postingId'> & { key: string }

/** @throws DomainError by the use case */
async function change(
  intent: AdjustAnswer['intent'],
  { key, ...common }: Change,
  form: FormData,
  { graphql }: AdminRequest,
): Promise<void> {
  const reason = String(form.get('reason') ?? '')
  switch (intent) {
    case 'undo':
      await undoAdjustment({ ...common, postingId: key })
      return
    case 'reinstate': {
      const lastDay = String(form.get('lastDay') ?? '') || null
      await reinstatePoints({ ...common, postingId: key, reason, lastDay })
      return
    }
    case 'adjust': {
      const points = wholeNumber(form.get('points'), ANY) ?? Number.NaN
      await adjustPoints({ ...common, points, reason, key }, graphql)
    }
  }
}

/** Twice is as good as once. */
async function endCode(of: Omit<Parameters<typeof cancelCode>[0], 'redemptionId'>, redemptionId: string) {
  const intent = 'end-code'
  try {
    return { ok: true, intent, back: await cancelCode({ ...of, redemptionId }) } satisfies EndCodeAnswer
  } catch (error) {
    if (!isDomainError(error, 'code-unknown', 'code-used', 'code-on-order', 'reward-done')) throw error
    const { code: refused, details } = error as DomainError & { code: EndCodeRefusal }
    const order = typeof details.order === 'string' ? details.order : undefined
    return data({ ok: false, intent, refused, order } satisfies EndCodeAnswer, statusOf(refused))
  }
}
