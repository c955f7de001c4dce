import { refusalText } from '../domain/rewards/limits.ts'
import { DomainError, type DomainErrorCode } from '../domain/text/errors.ts'
import { logger } from '../logger.server.ts'
import type { Wording } from '../wording.ts'

/** The one place where an error of the domain becomes an HTTP status and words. */
const STATUS: Record<DomainErrorCode, number> = {
  'invalid-program': 422,
  'invalid-amount': 400,
  'invalid-payload': 400,
  'not-enough-points': 409,
  'in-debt': 409,
  'reward-unknown': 404,
  'reward-unavailable': 409,
  'reward-already-taken': 409,
  'price-changed': 409,
  'price-not-offered': 409,
  'worth-changed': 409,
  'code-unknown': 404,
  'code-used': 409,
  'code-on-order': 409,
  'reward-done': 409,
  'reward-not-open': 409,
  'donation-paid': 409,
  'cause-unknown': 404,
  'payment-unknown': 404,
  'member-unknown': 404,
  'member-merged': 409,
  'reason-missing': 400,
  'key-conflict': 409,
  'program-missing': 409,
  'stale-draft': 409,
  'batch-unknown': 404,
  'batch-state': 409,
  'same-file': 409,
}

export function statusOf(code: DomainErrorCode): number {
  return STATUS[code]
}

/** Everything that is not known to the domain, in the words of the reader. */
export type SurfaceErrorCode = DomainErrorCode | 'too-many-requests' | 'too-large' | 'sign-in' | 'unexpected'

/** `{"error":{"code","message"}}`; the message is fit for the shopper's eyes. */
export function errorResponse(
  code: SurfaceErrorCode,
  status: number,
  words: Wording,
  details = {},
): Response {
  return json({ error: { code, message: errorMessage(code, words, details) } }, status)
}

type Refusal = Parameters<typeof refusalText>[0]

/** The sentence for a code: counts in `details` become "120 Punkte", money "5,00 €". */
export function errorMessage(
  code: SurfaceErrorCode,
  words: Wording,
  details: Readonly<Record<string, unknown>> = {},
): string {
  const points = (key: string) => (typeof details[key] === 'number' ? words.points(details[key]) : '')
  const { reason, opensAt } = details
  const limited = code === 'reward-unavailable' && refusalText({ reason, opensAt } as Refusal, words)
  if (limited) return limited
  const exact = code === 'not-enough-points' && typeof details.asked === 'number' ? `${code}-exact` : code
  return words.say(`error.${exact}`, {
    asked: points('asked'),
    available: points('available'),
    debt: points('debt'),
    cost: points('cost'),
    least: points('least'),
    most: points('most'),
    step: points('step'),
    worth: typeof details.worth === 'string' ? words.money(details.worth) : '',
    order: typeof details.order === 'string' ? details.order : '',
  })
}

/**
 * Runs a route's one use case and answers its result as JSON that nobody may keep.
 * A `Response` thrown on the way (sign-in refused) is passed on as it is.
 */
export async function answer(words: () => Wording, work: () => Promise<unknown>): Promise<Response> {
  try {
    return json(await work(), 200)
  } catch (error) {
    if (error instanceof Response) return error
    if (error instanceof DomainError)
      return errorResponse(error.code, statusOf(error.code), words(), error.details)
    logger.error({ reason: error instanceof Error ? error.message : String(error) }, 'a request failed')
    return errorResponse('unexpected', 500, words())
  }
}

export function json(body: unknown, status: number): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}
