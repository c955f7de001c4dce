import { logger } from '../logger.server.ts'
import { seldomOfKind } from '../seldom.ts'

interface Answered {
  method: string
  /** Without the query, which carries tokens and signatures. */
  path: string
  status: number
  ms: number
}

/** Where everything that is answered well, or refused for what it asks, came with a signature or a token. */
const SIGNED_FOR = /^\/(app|proxy|api)(?=[/.]|$)/
/** Done, or refused by a rule of the program: said only to those who are known. */
const TO_THE_KNOWN = new Set([200, 201, 409, 422])

/**
 * What nobody needs to be known for: each of these can be caused without end by whoever likes.
 * @returns the surface and the status; null when whoever asked is known, or the fault is ours
 */
function kindOfStranger({ method, path, status }: Omit<Answered, 'ms'>): string | null {
  const surface = SIGNED_FOR.exec(path)?.[1]
  if (surface && (status >= 500 || (TO_THE_KNOWN.has(status) && method !== 'OPTIONS'))) return null
  return `${surface ?? 'elsewhere'} ${status}`
}

const ofStrangers = seldomOfKind<Answered & { kind: string }>(
  ({ kind }) => kind,
  ({ kind: _, ...facts }) => say(facts),
)

const say = (facts: Answered) => logger[facts.status >= 500 ? 'error' : 'info'](facts, 'request')

/** A line for each request of somebody who is known; of strangers' one a minute and kind. Files are of no interest. */
export function logAnswered(answered: Answered): void {
  const kind = kindOfStranger(answered)
  if (answered.path.startsWith('/assets/') && answered.status < 500) logger.trace(answered, 'request')
  else if (kind === null) say(answered)
  else ofStrangers({ ...answered, kind })
}
