import { EventEmitter } from 'node:events'
import { Logger, parseCronItems, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import { openPool } from '../db/connections.ts'
import { logger } from '../logger.server.ts'
import { cronItems } from './crontab.ts'
import type { Life } from './living-workers.ts'
import { rest } from './rest.ts'

/** The queue's own library, and how it begins anew. */

export const CONCURRENT_JOBS = 6
export const STOP_MS = 8_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4_000
const RETIRE_CHECK_MS = 250
/** What a job leaves to be noted when it ends goes out at once; so long it may take to get there. */
const LAST_WORDS_MS = 3_000

export interface KeptQueue {
  /** @throws when it could not; the one before goes on */
  beginAnew(): Promise<void>
  /** Says that a connection was lost; the queue begins anew as soon as it can. */
  interrupted(reason: string): void
  stop(): Promise<void>
}

interface Queue {
  /** Under which it locks jobs. */
  name: string
  /** Jobs that are under way. */
  running(): number
  /** Resolves with the reason when it can go on no longer, or may hold jobs that nobody runs. */
  spoilt: Promise<string>
  stop(): Promise<void>
}

/**
 * A queue that goes on until it is stopped. The library gives up when it cannot note how a job ended, and when an answer
 * is lost that handed it a job, it holds that job without knowing: after either another queue takes its place, and when
 * nothing runs in the old one any longer its name is given up, so that what it holds is taken up as that of the dead.
 * @throws when the first one cannot begin
 */
export async function keepQueue(pool: pg.Pool, life: Life, tasks: TaskList): Promise<KeptQueue> {
  const ending = new AbortController()
  const retiring = new Set<Promise<void>>()
  let renewing: Promise<void> | undefined
  const begin = () => life.begin(() => openQueue(pool, tasks))
  let queue = await begin()
  heed(queue)
  let turn: Promise<unknown> = Promise.resolve()

  function heed(current: Queue): void {
    void current.spoilt.then((reason) => {
      if (current === queue) interrupted(reason)
    })
  }
  /** One change at a time: each knows which queue it replaces. */
  function beginAnew(): Promise<void> {
    const change = turn.then(replace)
    turn = change.catch(() => {})
    return change
  }
  async function replace(): Promise<void> {
    const before = queue
    queue = await begin()
    heed(queue)
    const gone = retire(before, life).finally(() => retiring.delete(gone))
    retiring.add(gone)
  }
  function interrupted(reason: string): void {
    if (ending.signal.aborted || renewing) return
    logger.warn({ reason }, 'the queue was interrupted; it begins anew')
    renewing = renew().finally(() => {
      renewing = undefined
    })
  }
  async function renew(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !ending.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await rest(pause, ending.signal)
      try {
        if (!ending.signal.aborted) await beginAnew()
        logger.info('the queue goes on')
        return
      } catch (error) {
        logger.debug({ reason: (error as Error).message }, 'the queue cannot begin yet')
      }
    }
  }
  return {
    beginAnew,
    interrupted,
    async stop() {
      ending.abort()
      await Promise.all([renewing, turn])
      await Promise.all([retire(queue, life), ...retiring])
    },
  }
}

/**
 * Takes no more jobs, lets those end that are under way, and gives the name up. The library waits for ever for some
 * things after a fault, so its own end is not waited for.
 */
async function retire(queue: Queue, life: Life): Promise<void> {
  const over = new AbortController()
  void queue.stop().then(
    () => over.abort(),
    () => over.abort(),
  )
  while (!over.signal.aborted && queue.running() > 0) await rest(RETIRE_CHECK_MS, over.signal)
  await rest(LAST_WORDS_MS, over.signal)
  await life.end(queue.name)
}

async function openQueue(pool: pg.Pool, taskList: TaskList): Promise<Queue> {
  const events: WorkerEvents = new EventEmitter()
  let name = ''
  let running = 0
  events.once('pool:create', ({ workerPool }) => {
    name = workerPool.id
  })
  events.on('job:start', () => void running++)
  events.on('job:complete', () => void running--)
  const spoilt = new Promise<string>((resolve) => {
    events.once('worker:getJob:error', ({ error }) => resolve(wordsOf(error)))
    events.once('pool:fatalError', ({ error }) => resolve(wordsOf(error)))
    events.once('pool:gracefulShutdown', ({ message }) => resolve(message))
  })
  const runner = await run({
    pgPool: pool,
    events,
    logger: queueLogger(),
    noHandleSignals: true,
    taskList,
    parsedCronItems: parseCronItems(cronItems),
    preset: {
      worker: {
        // What is due is said by the clock that also tells the jobs the time.
        useNodeTime: true,
        concurrentJobs: CONCURRENT_JOBS,
        pollInterval: 1_000,
        gracefulShutdownAbortTimeout: STOP_MS,
        // Only what is noted in batches has somebody who hears of a failure; otherwise it ends the process.
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  })
  runner.promise.catch(() => {}) // its events have told
  return { name, running: () => running, spoilt, stop: () => runner.stop() }
}

const wordsOf = (error: unknown) => (error as Error | undefined)?.message ?? String(error)

/** The queue's tables belong to the owner, so it connects as the owner; the handlers use the pools with a role. */
export function openQueuePool(url: string): pg.Pool {
  return openPool({ url, name: 'stammgast_queue' }, CONCURRENT_JOBS + 2)
}

/** The queue's own words go to our log; its job messages are for developers. */
function queueLogger(): Logger {
  return new Logger((scope) => (level, message) => {
    const to = level === 'error' ? 'error' : level === 'warning' ? 'warn' : 'debug'
    logger[to]({ from: 'queue', task: scope.taskIdentifier, job: scope.jobId }, message)
  })
}
