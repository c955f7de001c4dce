import type { QueryResult } from 'pg'
import type { Tx } from './tx.ts'

/** PostgreSQL cuts names after 63 bytes. */
const NAME_LENGTH = 63
/** Every connection keeps them all: only statements whose text is constant belong here. */
const MOST_STATEMENTS = 200

const names = new Map<string, string>()

/**
 * For a transaction that names its rows by their keys, however large the tables are: the index is always right. Left to
 * itself the planner reads whole tables as long as they are small or its figures are old, and plans anew each time.
 */
export const BY_KEY = [
  ...['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'jit'].map(
    (setting) => `SET LOCAL ${setting} = off;`,
  ),
  'SET LOCAL plan_cache_mode = force_generic_plan',
].join(' ')

/**
 * The same transaction, whose connection parses and plans each statement once and not for every batch. The names
 * begin with the statement itself, so that whoever watches the database knows what runs.
 */
export function prepared(tx: Tx): Tx {
  const query = (text: string, values: unknown[] = []): Promise<QueryResult> => {
    const name = names.get(text) ?? newName(text)
    return name === null ? tx.query(text, values) : tx.query({ name, text, values })
  }
  return { query: query as Tx['query'] }
}

function newName(text: string): string | null {
  if (names.size >= MOST_STATEMENTS) return null
  const words = text
    .trim()
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .replaceAll(/ +/g, ' ')
  const name = `${names.size} ${words}`.slice(0, NAME_LENGTH)
  names.set(text, name)
  return name
}
