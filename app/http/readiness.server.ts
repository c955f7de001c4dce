import { readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openPool, unsafeRoles } from '../db/connections.ts'
import { refuseUnsafeDatabase } from '../db/db.server.ts'

/** Whether this process can do its work: the database answers, takes commits, and is as this code expects it. */

const READY_MS = 1_000
/** Whoever asks more often gets the answer of the one before: the question costs a commit. */
const FRESH_MS = 1_000

export interface Readiness {
  /** @returns what is wrong, in a sentence; null when ready. Within about a second */
  check(): Promise<string | null>
  close(): Promise<void>
}

export function createReadiness(databaseUrl: string): Readiness {
  // The owner's connection: the roles of the pools may not see the list of migrations.
  const pool = openPool({ url: databaseUrl, name: 'stammgast_ready' }, 1)
  const migrations = knownMigrations()
  let answer: { fault: string | null; at: number } | undefined
  let question: Question | undefined

  function ask(): Question {
    const current: Question = { at: performance.now(), waitsFor: 'the database does not answer' }
    async function judge(): Promise<string | null> {
      if (unsafeRoles().length > 0) await refuseUnsafeDatabase()
      const { rows } = await pool.query<State>(STATE, [migrations])
      if (rows[0]?.done !== migrations.length) return NOT_MIGRATED
      if (rows[0].isReadOnly) return 'the database takes no writes'
      current.waitsFor = 'the database does not confirm a commit'
      await pool.query(COMMIT)
      return null
    }
    current.answered = judge()
      .catch(wordsOf)
      .then((fault) => {
        answer = { fault, at: performance.now() }
        question = undefined
        return fault
      })
    return current
  }
  return {
    async check() {
      if (answer && !question && performance.now() - answer.at < FRESH_MS) return answer.fault
      question ??= ask()
      const current = question
      const left = Math.max(0, READY_MS - (performance.now() - current.at))
      const late = pause(left, undefined, { ref: false }).then(() => current.waitsFor)
      return Promise.race([current.answered as Promise<string | null>, late])
    },
    close: () => pool.end(),
  }
}

/** One at a time, however long the database takes: whoever comes meanwhile waits for the same answer. */
interface Question {
  at: number
  waitsFor: string
  answered?: Promise<string | null>
}

const NOT_MIGRATED = 'the database is not migrated'

interface State {
  done: number
  isReadOnly: boolean
}
const STATE = `
  SELECT count(*)::int AS done, current_setting('transaction_read_only') = 'on' AS "isReadOnly"
    FROM _prisma_migrations
   WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL AND migration_name = ANY($1)`
/** The smallest thing that a commit has to write and to wait for, as for any other: it leaves no row. */
const COMMIT = `SELECT pg_logical_emit_message(true, 'stammgast', 'ready')`

function knownMigrations(): string[] {
  const folder = path.resolve(import.meta.dirname, '../../prisma/migrations')
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

const UNDEFINED_TABLE = '42P01'

function wordsOf(error: Error & { code?: string }): string {
  if (error.code === 'UNSAFE_CONNECTION') return error.message
  return error.code === UNDEFINED_TABLE ? NOT_MIGRATED : 'the database does not answer'
}
