import type { QueryResult } from 'pg'
import type { Tx } from './tx.ts'

/** PostgreSQL cuts names after 63 bytes. */
const NAME_LENGTH = 63
/** Every connection keeps them all: only statements whose text is constant belong here. */
const MOST_STATEMENTS = 200

const names = new Map<string, string>()

/**
 * The same transaction, whose connection parses and plans each statement once and not for every batch. The names
 * begin with the statement itself, so that whoever watches the database knows what runs.
 *
 * The driver is asked by callback: with its own promises each result lives until the next collection after the next
 * result, and a batch's rows would fill the old generation.
 */
export function prepared(tx: Tx): Tx {
  const query = (text: string, values: unknown[] = []): Promise<QueryResult> =>
    new Promise((resolve, reject) => {
      const name = names.get(text) ?? newName(text)
      tx.query(name === null ? { text, values } : { name, text, values }, (error, result) => {
        if (error) reject(error)
        else resolve(result)
      })
    })
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
