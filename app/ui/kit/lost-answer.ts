import { type ClientActionFunctionArgs, isRouteErrorResponse } from '@remix-run/react'

/** What a form hears when nobody knows whether its change was made: no answer came, or none that says so. */
export interface LostAnswer {
  lost: true
}

/** Long enough for a slow answer, short enough for who waits in front of a button. */
const PATIENCE_MS = 30_000
/** A file of some megabytes over a slow line. */
const UPLOAD_PATIENCE_MS = 300_000

/**
 * For a route's `clientAction`: the page and what was typed stay when the answer is lost, and nothing is read again
 * meanwhile, which would fail likewise. What leads elsewhere (a redirect, signing in again) goes its way.
 */
export function keepForm(args: ClientActionFunctionArgs): Promise<unknown> {
  return heardWithin(PATIENCE_MS, args)
}

/** The same where a file is sent. */
export function keepUpload(args: ClientActionFunctionArgs): Promise<unknown> {
  return heardWithin(UPLOAD_PATIENCE_MS, args)
}

async function heardWithin(patience: number, { request, serverAction }: ClientActionFunctionArgs) {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), patience)
    })
    return await Promise.race([serverAction(), silence])
  } catch (error) {
    if (request.signal.aborted || leadsElsewhere(error)) throw error
    return Response.json({ lost: true } satisfies LostAnswer, { status: 503 })
  } finally {
    clearTimeout(timer)
  }
}

/** Redirects, and the pages of Shopify's library that fetch a session token or leave the frame. */
function leadsElsewhere(error: unknown): boolean {
  return error instanceof Response || (isRouteErrorResponse(error) && error.status < 400)
}

export function isLost(answer: unknown): answer is LostAnswer {
  return typeof answer === 'object' && answer !== null && 'lost' in answer
}
