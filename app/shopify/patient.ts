import { setTimeout as pause } from 'node:timers/promises'
import type { AdminGraphql } from './ask-admin.ts'
import { errorCodes } from './error-codes.ts'

/** So often a throttled question is asked again before the job itself is put back. */
const MOST_TRIES = 30
const LONGEST_WAIT_MS = 20_000
const USUAL_WAIT_MS = 2_000

/**
 * The Admin API with patience, for jobs: Shopify's library passes "Throttled" on as an error. Here the question waits
 * until the bucket has what it costs, as the answer itself tells, and is asked again.
 */
export function patient(graphql: AdminGraphql): AdminGraphql {
  return async (document, options) => {
    for (let tries = 1; ; tries++) {
      try {
        return await graphql(document, options)
      } catch (error) {
        const wait = waitAfter(error)
        if (wait === null || tries >= MOST_TRIES) throw error
        // A little apart, so that several jobs of a shop do not all come back in the same moment.
        await pause(wait + Math.random() * 250)
      }
    }
  }
}

interface Refusal {
  message?: unknown
  body?: {
    extensions?: {
      cost?: {
        requestedQueryCost?: number
        throttleStatus?: { currentlyAvailable?: number; restoreRate?: number }
      }
    }
  }
}

/** Milliseconds; null when the error is no throttling. */
function waitAfter(error: unknown): number | null {
  const { message, body } = (error ?? {}) as Refusal
  if (!errorCodes(error).includes('THROTTLED') && message !== 'Throttled') return null
  const cost = body?.extensions?.cost
  const { currentlyAvailable: there, restoreRate: rate } = cost?.throttleStatus ?? {}
  if (cost?.requestedQueryCost === undefined || there === undefined || !rate) return USUAL_WAIT_MS
  const wait = ((cost.requestedQueryCost - there) / rate) * 1_000
  return Math.min(LONGEST_WAIT_MS, Math.max(100, wait))
}
