import { useFetcher } from '@remix-run/react'
import { isLost, type LostAnswer } from './lost-answer.ts'

/**
 * A change that a page asks for without leaving. The route's action needs `keepForm` as its `clientAction`.
 * @returns `answer` once the server has spoken; `lost` when it is not known whether the change was made
 */
export function useChange<Answer>() {
  const fetcher = useFetcher<Answer | LostAnswer>()
  const busy = fetcher.state !== 'idle'
  const heard = busy ? undefined : (fetcher.data as Answer | LostAnswer | undefined)
  const lost = isLost(heard)
  return { submit: fetcher.submit, busy, answer: lost ? undefined : (heard as Answer | undefined), lost }
}
