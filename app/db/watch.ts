import { logger } from '../logger.server.ts'
import { createProbe, type Probe, type Session, type Sight } from './probe.ts'

/**
 * Who notices that the other end of a connection is gone. A machine that vanishes sends nothing, and a statement may
 * rightly take half an hour: no time-out of a statement tells the two apart. So a connection that has been still is
 * looked up at the server, by way of another connection that has to answer at once. Whatever the server does not know,
 * does not work on though we wait, or cannot be asked about, is broken off, and whoever waits for it hears of it.
 */

const LOOK_MS = 1_000
/** An answer is owed for so long and the server has nothing to do for us: it, or our question, was lost. */
const LOST_MS = 5_000
/** Still for so long while nobody answers at the address. */
const GONE_MS = 5_000
/** A connection that nobody uses (LISTEN, a session's lock) is asked something so often, that its loss be noticed. */
const RESTS_MS = 10_000
/** The server has ended a transaction and waits for its synchronous standby. */
const UNCONFIRMED = 'SyncRep'

/** A connection, as far as it is watched. */
export interface Watched {
  /** The server's process that serves it. */
  pid: number
  /** Which run of which server that is. */
  server: string
  /** Its application_name. */
  name: string
  /** Bytes that have come in so far. */
  heard(): number
  /** Whether an answer is owed to us. */
  waits(): boolean
  /** Neither waits nor is in a transaction. */
  rests(): boolean
  /** Asks it something that costs nothing. */
  ask(): void
  /** Ends it at once; whoever waits for it gets this error. */
  breakOff(reason: string): void
}

interface Seen {
  bytes: number
  /** When something came in last, performance.now(). */
  at: number
  doubts: number
}

export class Watch {
  #probe: Probe
  #seen = new Map<Watched, Seen>()
  #users = 0
  #timer: NodeJS.Timeout | undefined
  /** Since when nobody answers. */
  #awaySince: number | null = null
  /** Broken off here; the server may still hold their locks. */
  #left: Watched[] = []
  #unconfirmed = false
  #whenBack = new Set<() => void>()

  constructor(url: string) {
    this.#probe = createProbe(url)
  }

  /** Somebody may open connections from now on. @returns call it when that is over */
  enter(): () => void {
    if (this.#users++ === 0) this.#lookLater()
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      if (--this.#users > 0) return
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#probe.drop()
    }
  }

  add(connection: Watched): void {
    this.#seen.set(connection, { bytes: connection.heard(), at: performance.now(), doubts: 0 })
  }

  remove(connection: Watched): void {
    this.#seen.delete(connection)
  }

  /** @returns call it to hear of it no longer */
  whenBack(listener: () => void): () => void {
    this.#whenBack.add(listener)
    return () => this.#whenBack.delete(listener)
  }

  #lookLater(): void {
    this.#timer = setTimeout(async () => {
      await this.#look()
      if (this.#timer) this.#lookLater()
    }, LOOK_MS)
    this.#timer.unref() // connections keep a process alive, not those who look after them
  }

  async #look(): Promise<void> {
    const still = this.#findStill()
    if (still.length === 0 && this.#left.length === 0 && this.#awaySince === null) {
      if (this.#seen.size === 0) this.#probe.drop()
      return
    }
    const began = performance.now()
    const sight = await this.#probe.look(still.map(({ pid }) => pid))
    this.#findStill()
    if (sight.kind === 'sessions') {
      this.#noteBack()
      for (const connection of still) this.#judge(connection, sight)
      this.#noteUnconfirmed(still, sight.sessions)
      await this.#endLeft(sight)
    } else {
      this.#noteAway(began, sight.reason)
      if (sight.kind === 'silence') this.#breakSilent()
    }
  }

  /** Those that have said nothing since the last look. */
  #findStill(): Watched[] {
    const now = performance.now()
    const still: Watched[] = []
    for (const [connection, seen] of this.#seen) {
      const bytes = connection.heard()
      if (bytes === seen.bytes) still.push(connection)
      else this.#seen.set(connection, { bytes, at: now, doubts: 0 })
    }
    return still
  }

  #judge(connection: Watched, { server, sessions }: Sight & { kind: 'sessions' }): void {
    const seen = this.#seen.get(connection)
    if (!seen) return
    const stillFor = performance.now() - seen.at
    const session = server === connection.server ? sessions.get(connection.pid) : undefined
    if (!session) this.#breakOff(connection, 'the database does not know this connection any longer', false)
    else if (stillFor >= LOST_MS && connection.waits() && !isWorking(session)) {
      // The answer may have been under way while the server was asked.
      if (++seen.doubts > 1) this.#breakOff(connection, 'what was asked on this connection got lost', true)
    } else if (stillFor >= RESTS_MS && connection.rests()) connection.ask()
  }

  #breakSilent(): void {
    const now = performance.now()
    for (const [connection, { at }] of this.#seen)
      if (now - at >= GONE_MS) this.#breakOff(connection, 'the database does not answer', true)
  }

  #breakOff(connection: Watched, reason: string, mayLive: boolean): void {
    this.#seen.delete(connection)
    if (mayLive) this.#left.push(connection)
    logger.warn({ connection: connection.name, reason }, 'database connection broken off')
    connection.breakOff(reason)
  }

  /** A session whose end does not reach the server would keep its locks for as long as a transaction may stand still. */
  async #endLeft({ server }: { server: string }): Promise<void> {
    const left = this.#left.splice(0).filter((connection) => connection.server === server)
    if (left.length > 0 && !(await this.#probe.end(left))) this.#left.push(...left)
  }

  #noteAway(since: number, reason: string): void {
    if (this.#awaySince === null) logger.error({ reason }, 'the database does not answer')
    this.#awaySince ??= since
  }

  #noteBack(): void {
    if (this.#awaySince === null) return
    const seconds = Math.round((performance.now() - this.#awaySince) / 1_000)
    this.#awaySince = null
    logger.warn({ seconds }, 'the database answers again')
    for (const listener of this.#whenBack) listener()
  }

  #noteUnconfirmed(still: Watched[], sessions: Map<number, Session>): void {
    const now = performance.now()
    const unconfirmed = still.some((connection) => {
      const { at = now } = this.#seen.get(connection) ?? {}
      return now - at >= LOST_MS && sessions.get(connection.pid)?.waitsFor === UNCONFIRMED
    })
    if (unconfirmed === this.#unconfirmed) return
    this.#unconfirmed = unconfirmed
    if (unconfirmed) logger.error('commits are not confirmed: the synchronous standby does not answer')
    else logger.warn('commits are confirmed again')
  }
}

/** Who may not see what a session does takes it to be at work. */
function isWorking({ state, waitsFor }: Session): boolean {
  if (state === null) return true
  return state !== 'idle' && !state.startsWith('idle in transaction') && waitsFor !== 'ClientWrite'
}

const registry = globalThis as { [key: symbol]: Map<string, Watch> | undefined }
const KEY = Symbol.for('stammgast.watches')

/** The one watch over all connections of this process to this address. */
export function watchOver(url: string): Watch {
  registry[KEY] ??= new Map()
  const watch = registry[KEY].get(url) ?? new Watch(url)
  registry[KEY].set(url, watch)
  return watch
}
