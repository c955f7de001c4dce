import { data } from '@remix-run/node'
import { z } from 'zod'
import { isDomainError } from '../../domain/text/errors.ts'
import { statusOf } from '../../http/http-errors.ts'
import { doByPeople } from '../../loyalty/codes/done-by-people.ts'
import { takeBack } from '../../loyalty/codes/take-back.ts'
import type { DeedAnswer, DeedRefusal } from '../../ui/members/changes/deed-answer.ts'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { rowId } from '../row-numbers.ts'

const deed = z.strictObject({ deed: z.enum(['done', 'undo', 'cancel', 'take-back']), id: rowId })

/** What people have done for a member, or will not do. Twice is as good as once. */
export async function changeToDo(request: Request) {
  const { shop, actor } = await adminRequest(request)
  const asked = await sentJson(request, deed)
  const of = { shopId: shop.shopId, redemptionId: asked.id, actor, now: Date.now() }
  try {
    await (asked.deed === 'take-back' ? takeBack(of) : doByPeople(asked.deed, of))
    return { ok: true, deed: asked.deed } satisfies DeedAnswer
  } catch (error) {
    if (!isDomainError(error, 'code-unknown', 'reward-done', 'reward-not-open', 'in-debt', 'donation-paid'))
      throw error
    const refused = error.code as DeedRefusal
    return data({ ok: false, deed: asked.deed, refused } satisfies DeedAnswer, statusOf(refused))
  }
}
