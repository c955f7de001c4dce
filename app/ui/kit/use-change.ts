import { useFetcher } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import { isLost, type LostAnswer } from './lost-answer.ts'

/**
 * A change that a page asks for without leaving. The route's action needs `keepForm` as its `clientAction`.
 * @returns `answer` once the server has spoken; `lost` says why when it has not; `forget` when neither matters any more
 */
export function useChange<Answer>() {
  const fetcher = useFetcher<Answer | LostAnswer>()
  const [forgotten, setForgotten] = useState<unknown>()
  const busy = fetcher.state !== 'idle'
  const silent = busy || fetcher.data === forgotten
  const heard = silent ? undefined : (fetcher.data as Answer | LostAnswer | undefined)
  const lost = isLost(heard) ? heard.lost : undefined
  return {
    submit: fetcher.submit,
    busy,
    answer: lost ? undefined : (heard as Answer | undefined),
    lost,
    forget: () => setForgotten(fetcher.data),
  }
}

/** The same for what goes as JSON to a route's address; absent: the page's own. */
export function useJsonChange<Answer>(action?: string) {
  const { submit, ...change } = useChange<Answer>()
  const send = (body: object) =>
    submit(JSON.parse(JSON.stringify(body)), {
      method: 'POST',
      encType: 'application/json',
      ...(action && { action }),
    })
  return { ...change, send }
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
