import { isRouteErrorResponse } from '@remix-run/react'
import { refusalIn } from '../out-of-reach.ts'

/** Which words of `error` say what happened; `missing`: trying again would not help. */
export function wordsOf(error: unknown) {
  if (!isRouteErrorResponse(error)) return { key: 'failed', missing: false } as const
  const refusal = refusalIn(error.data)
  if (refusal) return { key: refusal, missing: false } as const
  return error.status === 404
    ? ({ key: 'missing', missing: true } as const)
    : ({ key: 'failed', missing: false } as const)
}
