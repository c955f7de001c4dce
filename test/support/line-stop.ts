import { Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * A place in a conversation with PostgreSQL at which a process is stopped from outside: every connection that gets
 * there stays there until it is closed.
 */
export interface Stop {
  /** What the process has sent within one transaction, in this order; the last is what it is stopped at. */
  sent: RegExp[]
  /** `message`: the database never gets to see it. `answer`: it does, and the process never hears of it. */
  keep: 'message' | 'answer'
  /** Only an answer in which this stands. */
  saying?: RegExp
}

export interface RunningStop {
  /** Resolves when a connection has been stopped. @throws Error when none was in time */
  reached(ms: number): Promise<void>
}

/** The two directions of one connection, watched for the stop that is set at the moment. */
export interface Watched {
  toDatabase: Transform
  fromDatabase: Transform
}

/** Sets one stop at a time and watches connections for it. */
export function createStops() {
  let stop: Stop | null = null
  let stopped = 0

  function watch(): Watched {
    let step = 0
    let waiting = false
    let held = false
    const hold = () => {
      held = true
      stopped++
    }
    const toDatabase = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (held) return // never done: nothing more passes
        if (stop && advance(chunk.toString('latin1'), stop)) {
          if (stop.keep === 'message') return hold()
          waiting = true
        }
        done(null, chunk)
      },
    })
    const fromDatabase = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (held) return
        if (waiting && stop) {
          waiting = false
          if (!stop.saying || stop.saying.test(chunk.toString('latin1'))) return hold()
        }
        done(null, chunk)
      },
    })
    function advance(text: string, { sent }: Stop): boolean {
      if (/BEGIN\b/.test(text)) step = 0
      for (let rest = text; step < sent.length; step++) {
        const found = sent[step]?.exec(rest)
        if (!found) return false
        rest = rest.slice(found.index + found[0].length)
      }
      step = 0
      return true
    }
    return { toDatabase, fromDatabase }
  }

  return {
    watch,
    /** From now on. */
    set(next: Stop): RunningStop {
      stop = next
      stopped = 0
      return {
        async reached(ms) {
          for (const end = performance.now() + ms; stopped === 0; await pause(5))
            if (performance.now() > end)
              throw new Error(`Nobody sent ${next.sent.join(', ')} within ${ms} ms`)
        },
      }
    },
    /** Connections that are stopped stay so; others pass again. */
    clear(): void {
      stop = null
    },
  }
}
