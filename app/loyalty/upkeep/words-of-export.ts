import { REDACTED } from '../../domain/text/redacted.ts'
import type { FoundPerson } from './person-of-request.ts'
import { findingIn } from './search-first.ts'

/** Where the answer to a data request (compliance.ts) holds words of others, and what comes in their place. */
const WORDS = [
  ['entries', 'reason', REDACTED],
  ['lines', 'reason', REDACTED],
  ['lines', 'value', REDACTED],
  ['orders', 'name', REDACTED],
  // A message may be about both.
  ['messages', 'body', '{}'],
] as const

type Export = Record<string, unknown>

/**
 * An export without the words that name a person.
 * @returns null when it is her own and has to go as a whole; undefined when nothing in it names her
 */
export async function forgottenInExport(
  text: string,
  { customerId, search }: FoundPerson,
): Promise<string | null | undefined> {
  const answer: Export | null = JSON.parse(text)
  if (typeof answer !== 'object' || answer === null) return undefined
  if (customerId !== null && answer.customer === customerId) return null
  let isChanged = false
  for (const [list, field, mark] of WORDS) {
    const listed: unknown[] = Array.isArray(answer[list]) ? answer[list] : []
    const rows = listed.filter((row): row is Export => typeof row === 'object' && row !== null)
    const naming = await findingIn(rows, (row) => typeof row[field] === 'string' && search.finds(row[field]))
    for (const row of naming) row[field] = mark
    isChanged ||= naming.length > 0
  }
  return isChanged ? JSON.stringify(answer) : undefined
}
