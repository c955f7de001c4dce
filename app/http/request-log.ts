import { logger } from '../logger.server.ts'
import { seldomOfKind } from '../seldom.ts'

interface Answered {
  method: string
  /** Without the query, which carries tokens and signatures. */
  path: string
  status: number
  ms: number
}

/**
 * What nobody needs to be known for: each of these can be caused without end by whoever likes.
 * @returns the surface and the status
 */
function kindOf({ path, status }: Answered): string {
  return `${SURFACES.exec(path)?.[1] ?? 'elsewhere'} ${status}`
}

const SURFACES = /^\/(app|proxy|api)(?=[/.]|$)/

const ofStrangers = seldomOfKind<Answered & { kind: string }>(
  ({ kind }) => kind,
  ({ kind: _, ...facts }) => say(facts),
)

const say = (facts: Answered) => logger[facts.status >= 500 ? 'error' : 'info'](facts, 'request')

/**
 * A line for each request of somebody who is known; of strangers' one a minute and kind. Files are of no interest.
 * @param isKnown see `known-sender.ts`
 */
export function logAnswered(answered: Answered, isKnown: boolean): void {
  if (answered.path.startsWith('/assets/') && answered.status < 500) logger.trace(answered, 'request')
  else if (isKnown) say(answered)
  else ofStrangers({ ...answered, kind: kindOf(answered) })
}
