import { setTimeout as pause } from 'node:timers/promises'
import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { FoundPerson } from './person-of-request.ts'

/**
 * Whoever looks for a person in all texts of a shop does so before the transaction that takes locks, in short ones, and in
 * that transaction once more in what was written meanwhile.
 */

/** A search for a person, whole or of what is new. */
export interface Search {
  person: FoundPerson
  /** Runs a part of it: in a transaction of its own, or in the one that is open. */
  within: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Only rows written by this transaction of PostgreSQL's or a later one; null: all. */
  since: string | null
  /** Deliveries that name her, by their numbers. They may be waiting still. */
  naming: Set<number>
}

/** What was searched before the transaction. */
export interface Searched {
  /** For whom: see `whom`. */
  whom: string | null
  since: string | null
  naming: ReadonlySet<number>
}

export const NOTHING_SEARCHED: Searched = { whom: null, since: null, naming: new Set() }

/** Takes longer than this only when much was written meanwhile, and then that is searched again without locks. */
const SHORT_MS = 1_000
const MOST_ROUNDS = 5

/** Thrown where a search is due that has not been made; the transaction is undone, and begun again with its result. */
export class SearchFirst extends Error {
  readonly #person: FoundPerson
  readonly #part: (search: Search) => Promise<void>

  constructor(person: FoundPerson, part: (search: Search) => Promise<void>) {
    super('Texts are to be searched before')
    this.#person = person
    this.#part = part
  }

  async search(): Promise<Searched> {
    const search: Search = { person: this.#person, within: acrossShops, since: null, naming: new Set() }
    for (let round = 1; ; round++) {
      const since = await acrossShops(oldestUnderWay)
      const begun = performance.now()
      await this.#part(search)
      search.since = since
      if (performance.now() - begun < SHORT_MS || round === MOST_ROUNDS)
        return { whom: whom(this.#person), since, naming: search.naming }
    }
  }
}

/**
 * The search that is left for the transaction.
 * @param searched undefined: nobody has searched, and all of it is done here
 * @throws SearchFirst when somebody else was searched for, or nobody
 */
export function restOfSearch(
  tx: Tx,
  person: FoundPerson,
  searched: Searched | undefined,
  part: (search: Search) => Promise<void>,
): Search {
  if (searched && searched.whom !== whom(person)) throw new SearchFirst(person, part)
  const { since, naming } = searched ?? NOTHING_SEARCHED
  return { person, within: (work) => work(tx), since, naming: new Set(naming) }
}

/** Everything by which she is found in texts and rows that a merge may change, or a claim. */
function whom({ shopId, customerId, customerIds, hashes, accounts, former }: FoundPerson): string {
  const ids = accounts.map((one) => one.accountId)
  // JSON has no infinity.
  return JSON.stringify([shopId, customerId, customerIds, hashes, ids, String(former?.until)])
}

/** What this or a later transaction wrote may not be seen yet; everything before it is. */
async function oldestUnderWay(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ xid: string }>(
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text AS xid',
  )
  return rows[0]?.xid ?? '0'
}

/**
 * SQL: whether a row is of the search. Numbers of transactions go round, so their ages are compared; a row that is older
 * than half a round may be read once more.
 * @param since the parameter that holds `Search.since`
 * @param row the table's alias, with its point
 */
export const isNew = (since: string, row = '') =>
  `(${since}::xid IS NULL OR age(${row}xmin) <= age(${since}::xid))`

/** Longer than this no text but one that is long itself keeps others from their turn. */
const SLICE_MS = 8

/**
 * Those in which something is found. One process works off orders, too: after each slice they have as long a time for
 * themselves, since a search never waits for anything by itself.
 */
export async function findingIn<T>(all: readonly T[], finds: (one: T) => boolean): Promise<T[]> {
  const found: T[] = []
  let begun = performance.now()
  for (const one of all) {
    if (finds(one)) found.push(one)
    const took = performance.now() - begun
    if (took < SLICE_MS) continue
    await pause(took)
    begun = performance.now()
  }
  return found
}
