import { data } from '@remix-run/node'
import { z } from 'zod'
import { paymentProblems } from '../../domain/rewards/given/payment.ts'
import { DomainError, isDomainError } from '../../domain/text/errors.ts'
import { localDate } from '../../domain/time/time-window.ts'
import { statusOf } from '../../http/http-errors.ts'
import { correctPayment, payCause } from '../../loyalty/causes/pay-cause.ts'
import type { PayAnswer, PayRefusal } from '../../ui/members/causes/pay-answer.ts'
import { type AdminRequest, adminRequest, sentJson } from '../admin-request.server.ts'
import { rowId } from '../row-numbers.ts'

const change = z.discriminatedUnion('intent', [
  z.strictObject({
    intent: z.literal('pay'),
    cause: z.string().max(40),
    amount: z.string().max(40),
    paidOn: z.string().max(10),
    note: z.string().max(2_000),
    proof: z.string().max(2_000),
    key: z.uuid(),
  }),
  z.strictObject({ intent: z.literal('correct'), id: rowId }),
])

/** What the merchant has paid to a cause, and what of that was wrong. Twice is as good as once. */
export async function changeCauses(request: Request) {
  const asked = await adminRequest(request)
  const wanted = await sentJson(request, change)
  const { intent } = wanted
  try {
    await write(asked, wanted)
    return { ok: true, intent } satisfies PayAnswer
  } catch (error) {
    if (!isDomainError(error, 'invalid-payload', 'cause-unknown', 'payment-unknown', 'key-conflict'))
      throw error
    const refused = error.code as PayRefusal
    return data({ ok: false, intent, refused } satisfies PayAnswer, statusOf(refused))
  }
}

async function write({ shop, actor }: AdminRequest, wanted: z.output<typeof change>): Promise<void> {
  const now = Date.now()
  const common = { shopId: shop.shopId, actor, now }
  if (wanted.intent === 'correct') return correctPayment(wanted.id, common)
  const { cause, amount, paidOn, key } = wanted
  const [note, proof] = [wanted.note.trim(), wanted.proof.trim()]
  const today = localDate(now, shop.timeZone)
  const problems = paymentProblems({ amount, paidOn, note, proof }, { today, currency: shop.currency })
  const [field] = Object.keys(problems)
  if (field) throw new DomainError('invalid-payload', `the payment's ${field} cannot be`, { field })
  return payCause({ cause, amount, paidOn, note: note || null, proof: proof || null }, { ...common, key })
}
