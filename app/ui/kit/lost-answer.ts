import {
  type ClientActionFunctionArgs,
  isRouteErrorResponse,
  type ShouldRevalidateFunction,
} from '@remix-run/react'

/**
 * What a form hears when its change got no answer of ours:
 * - unknown: no answer came, or none that says what happened. It may have been done.
 * - signed-out: the admin's session is over. It was not done.
 * - refused: it was not taken as it is (another shape, too large for a proxy). It was not done.
 */
export interface LostAnswer {
  lost: 'unknown' | 'signed-out' | 'refused'
}

/** What the router takes a change without an answer for. */
const LOST_STATUS = 503

/** Long enough for a slow answer, short enough for who waits in front of a button. */
const PATIENCE_MS = 30_000
/** A file of some megabytes over a slow line. */
const UPLOAD_PATIENCE_MS = 300_000

/**
 * For a route's `clientAction`: the page and what was typed stay when the answer is lost, and nothing is read again
 * meanwhile, which would fail likewise. What leads elsewhere (a redirect) goes its way.
 */
export function keepForm(args: ClientActionFunctionArgs): Promise<unknown> {
  return heardWithin(PATIENCE_MS, args)
}

/** The same where a file is sent. */
export function keepUpload(args: ClientActionFunctionArgs): Promise<unknown> {
  return heardWithin(UPLOAD_PATIENCE_MS, args)
}

/**
 * For the `shouldRevalidate` of every route of the admin: nothing is read again when the change got no answer, which
 * offline would end in the error page. A refusal is an answer: what it was refused for may be news to the page. Remix
 * leaves that to each route, and reads a route that says nothing about it anew in any case
 * (`singleFetchLoaderNavigationStrategy` in @remix-run/react).
 */
export const unlessLost: ShouldRevalidateFunction = ({ actionStatus }) => actionStatus !== LOST_STATUS

async function heardWithin(patience: number, { request, serverAction }: ClientActionFunctionArgs) {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), patience)
    })
    return await Promise.race([serverAction(), silence])
  } catch (error) {
    if (request.signal.aborted || leadsElsewhere(error)) throw error
    return Response.json({ lost: reasonOf(error) } satisfies LostAnswer, { status: LOST_STATUS })
  } finally {
    clearTimeout(timer)
  }
}

/** Redirects, and the pages of Shopify's library that leave the frame; signing in again would take the form away. */
function leadsElsewhere(error: unknown): boolean {
  if (error instanceof Response) return !leadsToSignIn(error)
  return isRouteErrorResponse(error) && error.status < 400
}

function leadsToSignIn(redirect: Response): boolean {
  return redirect.headers.get('Location')?.startsWith('/auth') === true
}

function reasonOf(error: unknown): LostAnswer['lost'] {
  if (error instanceof Response) return 'signed-out'
  if (!isRouteErrorResponse(error) || error.status >= 500) return 'unknown'
  return [401, 403, 410].includes(error.status) ? 'signed-out' : 'refused'
}

export function isLost(answer: unknown): answer is LostAnswer {
  return typeof answer === 'object' && answer !== null && 'lost' in answer
}
