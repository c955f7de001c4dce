import { useFetcher } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import type { Unanswered } from './keep-form.ts'

export interface Sending<Answer> {
  /** Sends it as JSON. */
  send: (body: object) => void
  busy: boolean
  /** What the server said to what was sent last. */
  answer: Answer | undefined
  /** Why there is no answer. What was typed is still there, and may be sent again. */
  unanswered: Unanswered['unanswered'] | undefined
  /** What came of it does not matter any more. */
  forget: () => void
}

/**
 * Sends what a form or a button says, and tells what came of it. The page stays, whatever happens: see `keepForm`.
 * @param action the address of the route; absent: the page's own
 */
export function useSend<Answer>(action?: string): Sending<Answer> {
  const fetcher = useFetcher()
  const [forgotten, setForgotten] = useState<unknown>()
  const busy = fetcher.state !== 'idle'
  const data = (fetcher.data === forgotten ? undefined : fetcher.data) as Answer | Unanswered | undefined
  const none = typeof data === 'object' && data !== null && 'unanswered' in data
  return {
    send: (body) =>
      fetcher.submit(JSON.parse(JSON.stringify(body)), {
        method: 'POST',
        encType: 'application/json',
        ...(action && { action }),
      }),
    busy,
    answer: none ? undefined : (data as Answer | undefined),
    unanswered: none && !busy ? data.unanswered : undefined,
    forget: () => setForgotten(fetcher.data),
  }
}

/** Tells each answer once. */
export function useNews<Answer>(answer: Answer | undefined, tell: (answer: Answer) => void): void {
  const told = useRef<Answer | undefined>(undefined)
  useEffect(() => {
    if (answer === undefined || answer === told.current) return
    told.current = answer
    tell(answer)
  })
}
