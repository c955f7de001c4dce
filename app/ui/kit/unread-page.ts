import { useSyncExternalStore } from 'react'

/**
 * What a page could not read because nothing answered (the network is gone, or App Bridge gives no token):
 * - here: the page that is shown. It is read as soon as something answers.
 * - elsewhere: a page that was asked for. It is not opened later, when its reader may be at something else.
 */
export type Unread = 'here' | 'elsewhere'

/** How often to try by ourselves: the browser does not notice every network that comes back. */
const AGAIN_MS = 5_000

const shown = { address: '', path: '' }
let unread: Unread | null = null
/** Scripts of pages that are being opened, and how many pages wait for theirs. */
const opening = new Set<Promise<unknown>>()
let withoutScripts = 0
let tryNow = new AbortController()
const listeners = new Set<() => void>()

/** For what stands around all pages: the address of the one that is shown, which a way back changes only later. */
export function rememberShownPage({ pathname, search }: { pathname: string; search: string }): void {
  shown.path = pathname
  shown.address = pathname + search
}

export function useUnread(): { unread: Unread | null; tryAgain: () => void } {
  return {
    unread: useSyncExternalStore(listen, () => unread, nothing),
    tryAgain: () => tryNow.abort(),
  }
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function nothing(): null {
  return null
}

function tell(now: Unread | null): void {
  if (now === unread) return
  unread = now
  for (const listener of listeners) listener()
}

/**
 * A fetch by which Remix's reading of pages never fails for want of an answer of the app: it would put the error page in
 * the place of the page that is shown, with all that stands in it. What something in between says (a proxy's 502, a page
 * that asks to sign in to the network) is no answer. Answers of the app, errors included, come through as they are.
 */
export function readPatiently(plainFetch: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const path = pageOf(request)
    if (path === null || shown.path === '') return plainFetch(request)
    // Those of this page: they are asked for first, and may have failed before its data are there.
    const scripts = [...opening]
    for (;;) {
      try {
        const answer = await plainFetch(request.clone())
        if (!isOurs(answer)) throw new Error(`${answer.status} of something in between`)
        if (path !== shown.path) await Promise.all(scripts)
        tell(withoutScripts > 0 ? 'elsewhere' : null)
        return answer
      } catch (error) {
        if (request.signal.aborted) throw error
        if (path !== shown.path) {
          tell('elsewhere')
          throw stayHere()
        }
        tell(unread ?? 'here')
        await nextTry(request.signal)
      }
    }
  }
}

/** Whose data Remix asks for ("/app/members.data"); null for all else. */
function pageOf({ method, url }: Request): string | null {
  const { origin, pathname } = new URL(url)
  const isReading = method === 'GET' && origin === window.location.origin && pathname.endsWith('.data')
  return isReading ? pathname.slice(0, -'.data'.length) : null
}

/** The app's own answers to the reading of a page bear Remix's mark, or are written as only Remix writes. */
function isOurs({ headers }: Response): boolean {
  return headers.has('X-Remix-Response') || headers.get('Content-Type')?.startsWith('text/x-script') === true
}

/**
 * For the scripts of a page that is being opened. Remix shows a page whose data came and whose scripts did not, empty: so
 * its data are read when the scripts are there, and without them it is not opened.
 */
export function openWith(scripts: Promise<unknown>): void {
  opening.add(scripts)
  const over = () => opening.delete(scripts)
  scripts.then(over, over)
}

/** Tells that a page is not opened until its scripts come. */
export function tellUntil(theyCome: () => Promise<void>): void {
  withoutScripts++
  tell('elsewhere')
  void tryUntil(theyCome).then(() => {
    withoutScripts--
    if (unread === 'elsewhere' && withoutScripts === 0) tell(null)
  })
}

async function tryUntil(theyCome: () => Promise<void>): Promise<void> {
  for (;;) {
    await nextTry(new AbortController().signal)
    const came = await theyCome().then(
      () => true,
      () => false,
    )
    if (came) return
  }
}

/** A redirect thrown while a page is read is the router's own way of going elsewhere: here, of not going. */
function stayHere(): Response {
  return new Response(null, { status: 302, headers: { Location: shown.address, 'X-Remix-Replace': 'true' } })
}

/** Waits until the network is back, somebody asks, or a while has passed. */
function nextTry(aborted: AbortSignal): Promise<void> {
  if (tryNow.signal.aborted) tryNow = new AbortController()
  const asked = tryNow.signal
  return new Promise((resolve) => {
    const done = new AbortController()
    const go = () => {
      clearTimeout(timer)
      done.abort()
      resolve()
    }
    const timer = setTimeout(go, AGAIN_MS)
    const { signal } = done
    window.addEventListener('online', go, { signal })
    asked.addEventListener('abort', go, { signal })
    aborted.addEventListener('abort', go, { signal })
  })
}
