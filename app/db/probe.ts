import type { Socket } from 'node:net'
import pg from 'pg'

/** How long the server may take to say what everybody may ask at any time. */
const ANSWER_MS = 2_000
const CONNECT_MS = 3_000

/** A session as the server sees it. */
export interface Session {
  /** As in pg_stat_activity; null for who may not see it. */
  state: string | null
  waitsFor: string | null
}

export type Sight =
  | { kind: 'sessions'; server: string; sessions: Map<number, Session> }
  /** Somebody was there and could not tell: starting, stopping, full, or a standby. */
  | { kind: 'refusal'; reason: string }
  | { kind: 'silence'; reason: string }

export interface Probe {
  look(pids: number[]): Promise<Sight>
  /** Ends sessions at the server. @returns whether it heard */
  end(sessions: { pid: number; name: string }[]): Promise<boolean>
  drop(): void
}

/** Names one run of one server, whoever else has had its address or its port. */
export const SERVER = 'extract(epoch FROM pg_postmaster_start_time())::text'

/** A connection of its own, so that it is never busy; made anew when it does not answer. */
export function createProbe(url: string): Probe {
  let client: pg.Client | undefined

  const drop = () => {
    if (client) socketOf(client).destroy()
    client = undefined
  }
  async function ask<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    client ??= await open(url)
    return (await client.query<Row>(text, values)).rows
  }
  return {
    drop,
    async look(pids) {
      let fault: Error | undefined
      for (let tries = 0; tries < 2 && !(fault instanceof pg.DatabaseError); tries++) {
        try {
          return sightOf(await ask<Row>(LOOK, [pids]))
        } catch (error) {
          fault = error as Error
          drop()
        }
      }
      const reason = fault?.message || 'no answer'
      return { kind: fault instanceof pg.DatabaseError ? 'refusal' : 'silence', reason }
    },
    async end(sessions) {
      try {
        await ask(END, [sessions.map(({ pid }) => pid), sessions.map(({ name }) => name)])
        return true
      } catch {
        drop()
        return false
      }
    },
  }
}

interface Row extends Session {
  server: string
  isStandby: boolean
  pid: number | null
}
const LOOK = `
  SELECT ${SERVER} AS server, pg_is_in_recovery() AS "isStandby", a.pid, a.state, a.wait_event AS "waitsFor"
    FROM (VALUES (1)) AS always LEFT JOIN pg_stat_activity a ON a.pid = ANY($1::int[])`
const END = `
  SELECT pg_terminate_backend(a.pid)
    FROM unnest($1::int[], $2::text[]) AS broken (pid, name)
    JOIN pg_stat_activity a ON a.pid = broken.pid AND a.application_name = broken.name`

function sightOf(rows: Row[]): Sight {
  // Not the one to be asked about our sessions, or not yet.
  if (rows[0]?.isStandby) return { kind: 'refusal', reason: 'the address leads to a standby' }
  const sessions = new Map<number, Session>()
  for (const { pid, state, waitsFor } of rows) if (pid !== null) sessions.set(pid, { state, waitsFor })
  return { kind: 'sessions', server: rows[0]?.server ?? '', sessions }
}

async function open(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    application_name: 'stammgast_watch',
  })
  client.on('error', () => {}) // whoever asks hears of it
  try {
    await client.connect()
    return client
  } catch (error) {
    socketOf(client).destroy()
    throw error
  }
}

/** The socket itself: a connection whose other end is gone has no other end to say goodbye to. */
export function socketOf(client: pg.Client): Socket {
  return client.connection.stream as Socket
}
