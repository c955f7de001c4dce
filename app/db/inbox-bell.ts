import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { logger } from '../logger.server.ts'
import { openClient, type Terms } from './connections.ts'

/**
 * The door rings when it has stored deliveries, and a worker that rests hears it. Nothing depends on it: a ring that is
 * lost (no connection, a pooler that cannot LISTEN) costs the quarter of a second until the worker looks by itself.
 */
const CHANNEL = 'stammgast_inbox'

/**
 * Committing a NOTIFY takes a lock that all of them share, and a worker that has much to do needs no bell: so a process
 * rings this often at most.
 */
const PAUSE_MS = 25
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 4_000

/** @returns call it after every commit of deliveries; it never waits and never throws */
export function createRinger(pool: Pick<pg.Pool, 'query'>): () => void {
  let resting = true
  let again = false
  const ring = async () => {
    resting = false
    again = false
    await pool.query(`NOTIFY ${CHANNEL}`).catch(() => {}) // the worker looks by itself, too
    setTimeout(() => {
      resting = true
      if (again) void ring()
    }, PAUSE_MS).unref()
  }
  return () => {
    if (resting) void ring()
    else again = true
  }
}

/** What a loop rests on: a ring wakes one that rests, or the next that wants to. */
export class Bell {
  #rung = false
  #waiting: (() => void)[] = []

  ring(): void {
    const wake = this.#waiting.shift()
    if (wake) wake()
    else this.#rung = true
  }

  /** Resolves at the next ring, after so long, or when the signal ends; at once when it rang meanwhile. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#rung || signal.aborted) {
      this.#rung = false
      return
    }
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        this.#waiting = this.#waiting.filter((other) => other !== wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal.addEventListener('abort', wake)
      this.#waiting.push(wake)
    })
  }
}

/** Hears the door of every process until the signal ends, and connects again when the connection is lost. */
export async function keepListening(terms: Terms, bell: Bell, signal: AbortSignal): Promise<void> {
  let retry = FIRST_RETRY_MS
  while (!signal.aborted) {
    try {
      await listenOnce(terms, bell, signal, () => {
        retry = FIRST_RETRY_MS
      })
    } catch (error) {
      logger.debug({ reason: (error as Error).message }, 'the inbox cannot be listened to yet')
    }
    await pause(retry, undefined, { signal }).catch(() => {})
    retry = Math.min(retry * 2, LONGEST_RETRY_MS)
  }
}

async function listenOnce(terms: Terms, bell: Bell, signal: AbortSignal, heard: () => void): Promise<void> {
  const client = await openClient(terms)
  const over = new Promise<void>((resolve) => {
    client.once('end', resolve)
    client.once('error', () => resolve())
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  try {
    client.on('notification', () => bell.ring())
    await client.query(`LISTEN ${CHANNEL}`)
    heard()
    bell.ring() // what was stored before is not told any more
    await over
  } finally {
    client.end().catch(() => {}) // nobody waits for the goodbye
  }
}
