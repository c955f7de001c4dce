import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { wholeNumber } from '../domain/money/whole-number.ts'
import { DomainError, isDomainError } from '../domain/text/errors.ts'
import { statusOf } from '../http/http-errors.ts'
import { cancelCode } from '../loyalty/codes/cancel-code.ts'
import { adjustPoints, undoAdjustment } from '../loyalty/members/adjust-points.ts'
import { reinstatePoints } from '../loyalty/members/reinstate-points.ts'
import { openMemberPage } from '../loyalty/surfaces/read-member-page.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { bodyForm } from '../requests/request-body.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import type { AdjustAnswer } from '../ui/members/changes/adjust-answer.ts'
import type { EndCodeAnswer, EndCodeRefusal } from '../ui/members/changes/end-code-answer.ts'
import { MemberPage } from '../ui/members/member-page.tsx'

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, graphql, language, actor } = await adminRequest(request)
  const asked = customerIdOf(params.customerId)
  const page = await openMemberPage(shop, graphql, asked, language, Date.now(), actor)
  if (!page) throw new Response(null, { status: 404 })
  return page
}

/** Points may go either way; how many at once is the use case's business. */
const ANY = { min: -Number.MAX_SAFE_INTEGER }

export async function action({ request, params }: ActionFunctionArgs) {
  const { shop, actor, graphql } = await adminRequest(request)
  const customerId = customerIdOf(params.customerId)
  const form = await bodyForm(request)
  const common = { shop, customerId, actor, now: Date.now() }
  if (form.get('intent') === 'end-code') return endCode(common, String(form.get('codeId') ?? ''))
  const intent = intentOf(form.get('intent'))
  try {
    const key = String(form.get(intent === 'adjust' ? 'key' : 'postingId') ?? '')
    const reason = String(form.get('reason') ?? '')
    if (intent === 'undo') await undoAdjustment({ ...common, postingId: key })
    else if (intent === 'reinstate')
      await reinstatePoints({
        ...common,
        postingId: key,
        reason,
        lastDay: String(form.get('lastDay') ?? '') || null,
      })
    else
      await adjustPoints(
        { ...common, points: wholeNumber(form.get('points'), ANY) ?? Number.NaN, reason, key },
        graphql,
      )
    return { ok: true, intent, key } satisfies AdjustAnswer
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return data({ ok: false, intent, refused: error.code } satisfies AdjustAnswer, statusOf(error.code))
  }
}

/** Twice is as good as once. */
async function endCode(of: Omit<Parameters<typeof cancelCode>[0], 'redemptionId'>, redemptionId: string) {
  const intent = 'end-code'
  try {
    return { ok: true, intent, back: await cancelCode({ ...of, redemptionId }) } satisfies EndCodeAnswer
  } catch (error) {
    if (!isDomainError(error, 'code-unknown', 'code-used', 'code-on-order')) throw error
    const { code: refused, details } = error as DomainError & { code: EndCodeRefusal }
    const order = typeof details.order === 'string' ? details.order : undefined
    return data({ ok: false, intent, refused, order } satisfies EndCodeAnswer, statusOf(refused))
  }
}

export const clientAction = keepForm

function intentOf(value: unknown): AdjustAnswer['intent'] {
  return value === 'undo' || value === 'reinstate' ? value : 'adjust'
}

export const shouldRevalidate = unlessLost

export default function Member() {
  return <MemberPage {...useLoaderData<typeof loader>()} />
}

function customerIdOf(text: string | undefined): string {
  if (!text || !/^\d{1,18}$/.test(text)) throw new Response(null, { status: 404 })
  return text
}
