import { type ClientActionFunctionArgs, isRouteErrorResponse } from '@remix-run/react'

/**
 * What a form hears when what it sent got no answer of ours:
 * - lost: no answer came, or the server broke off. What was sent may have been done.
 * - signed-out: the admin's session is over. Nothing was done.
 * - refused: the server did not take it (a proxy's limit, another shape). Nothing was done.
 */
export interface Unanswered {
  unanswered: 'lost' | 'signed-out' | 'refused'
}

/**
 * Every route with an action has this as its `clientAction`. Without it an action that fails is an error of the page,
 * which takes the form's place and all that was typed into it.
 */
export async function keepForm({ serverAction }: ClientActionFunctionArgs): Promise<unknown> {
  try {
    return await serverAction()
  } catch (error) {
    if (error instanceof Response && !leadsToSignIn(error)) throw error
    // With an error status nothing on the page is loaded anew, which might fail in the same way.
    return Response.json({ unanswered: reasonOf(error) } satisfies Unanswered, { status: 503 })
  }
}

function reasonOf(error: unknown): Unanswered['unanswered'] {
  if (error instanceof Response) return 'signed-out'
  if (!isRouteErrorResponse(error) || error.status >= 500) return 'lost'
  return error.status === 401 || error.status === 403 || error.status === 410 ? 'signed-out' : 'refused'
}

/** The app's library sends who has no valid token to pages of its own. */
function leadsToSignIn(redirect: Response): boolean {
  return redirect.headers.get('Location')?.includes('/auth') === true
}
