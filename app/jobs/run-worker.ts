import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Logger, parseCronItems, run, type WorkerEvents } from 'graphile-worker'
import pg from 'pg'
import { closePools } from '../db.server.ts'
import { env } from '../env.server.ts'
import { logger } from '../logger.server.ts'
import { closeShopify } from '../shopify.server.ts'
import { heedClockSetBack } from './clock-set-back.ts'
import { cronItems } from './crontab.ts'
import { drainInbox } from './drain-inbox.ts'
import { joinTheLiving, type Life } from './living-workers.ts'
import { taskList } from './registry.ts'
import { rest } from './rest.ts'

const CONCURRENT_JOBS = 6
const STOP_MS = 8_000
const IDLE_MS = 250
const LONGEST_PAUSE_MS = 15_000
const CLOCK_CHECK_MS = 500
/** A shorter leap the queue makes up by itself within a minute or two. */
const LEAP_MS = 60_000

export interface RunningWorker {
  /** Lets what is under way end, then closes the connections. */
  stop(): Promise<void>
  /** Resolves with the error when the queue can go on no longer. */
  failed: Promise<unknown>
}

/** Starts the queue, the clock and the inbox on one database. */
export async function startWorker(databaseUrl: string): Promise<RunningWorker> {
  const pool = queuePool(databaseUrl)
  const ending = new AbortController()
  const life = await joinTheLiving(databaseUrl, pool)
  await heedClockSetBack(pool, Date.now())
  let queue = await startQueue(pool, life)
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<unknown>((resolve) => {
    fail = resolve
  })
  const heed = (current: Queue) => {
    const ended = (error: unknown) => {
      if (!ending.signal.aborted && current === queue) fail(error)
    }
    current.ended.then(() => ended(new Error('The queue ended by itself')), ended)
  }
  heed(queue)
  const watch = watchClock(async (leap) => {
    await heedClockSetBack(pool, Date.now(), Date.now() - leap)
    const before = queue
    queue = await startQueue(pool, life)
    heed(queue)
    await before.stop()
  }, ending.signal)
  const inboxLoops = env().INBOX_LOOPS
  const loops = Array.from({ length: inboxLoops }, () => keepDraining(ending.signal))
  logger.info({ jobs: CONCURRENT_JOBS, inboxLoops }, 'worker is running')

  return {
    failed,
    stop: async () => {
      ending.abort()
      await Promise.race([Promise.all([queue.stop(), watch, ...loops]), pause(STOP_MS + 2_000)])
      const closed = Promise.all([closePools(), closeShopify(), life.close().then(() => pool.end())])
      await Promise.race([closed, pause(2_000)])
    },
  }
}

interface Queue {
  /** Under which it locks jobs. */
  name: string
  ended: Promise<void>
  stop(): Promise<void>
}

/** A queue that is known to live until it has stopped. */
async function startQueue(pool: pg.Pool, life: Life): Promise<Queue> {
  const { name, ended, stop } = await life.begin(() => openQueue(pool))
  return { name, ended, stop: () => stop().finally(() => life.end(name)) }
}

async function openQueue(pool: pg.Pool): Promise<Queue> {
  const events: WorkerEvents = new EventEmitter()
  let name = ''
  events.once('pool:create', ({ workerPool }) => {
    name = workerPool.id
  })
  const runner = await run({
    pgPool: pool,
    events,
    logger: queueLogger(),
    noHandleSignals: true,
    taskList: taskList(),
    parsedCronItems: parseCronItems(cronItems),
    preset: {
      worker: {
        // What is due is said by the clock that also tells the jobs the time.
        useNodeTime: true,
        concurrentJobs: CONCURRENT_JOBS,
        pollInterval: 1_000,
        gracefulShutdownAbortTimeout: STOP_MS,
      },
    },
  })
  const ended = runner.promise
  ended.catch(() => {}) // whoever goes by it hears of it all the same
  return { name, ended, stop: () => runner.stop() }
}

/**
 * After a leap of the clock (a machine that slept, a clock that was set) the queue would walk through every minute
 * that it missed, or wait for the minute that it had before. It begins anew instead, and what runs by the clock
 * catches up once.
 * @param beginAnew is told the leap, milliseconds, below zero when the clock was set back
 */
async function watchClock(beginAnew: (leap: number) => Promise<void>, signal: AbortSignal): Promise<void> {
  const shown = () => Date.now() - performance.now()
  let skew = shown()
  while (!signal.aborted) {
    await rest(CLOCK_CHECK_MS, signal)
    const leap = shown() - skew
    const isLong = Math.abs(leap) >= LEAP_MS
    // Small steps do not add up to a leap: the queue has long made them up.
    if (!isLong) skew += leap
    if (signal.aborted || !isLong) continue
    logger.warn({ seconds: Math.round(leap / 1_000) }, 'the clock leapt; the queue begins anew')
    try {
      await beginAnew(leap)
      skew += leap
    } catch (error) {
      logger.error({ reason: (error as Error).message }, 'the queue could not begin anew; trying again')
    }
  }
}

/** The queue's tables belong to the owner, so it connects as the owner; the handlers use the pools with a role. */
function queuePool(connectionString: string): pg.Pool {
  const max = CONCURRENT_JOBS + 2
  const pool = new pg.Pool({ connectionString, max, application_name: 'stammgast_queue' })
  pool.on('error', (error) => logger.warn({ reason: error.message }, 'queue lost a database connection'))
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

/** A fault of one round (a database that is away) does not end the loop; it goes on, more and more slowly. */
async function keepDraining(signal: AbortSignal): Promise<void> {
  let faults = 0
  while (!signal.aborted) {
    try {
      await drainInbox(signal)
      faults = 0
      await rest(IDLE_MS, signal)
    } catch (error) {
      faults++
      logger.error({ reason: (error as Error).message, faults }, 'the inbox stopped; going on shortly')
      await rest(Math.min(IDLE_MS * 2 ** faults, LONGEST_PAUSE_MS), signal)
    }
  }
}

/** The queue's own words go to our log; its job messages are for developers. */
function queueLogger(): Logger {
  return new Logger((scope) => (level, message) => {
    const to = level === 'error' ? 'error' : level === 'warning' ? 'warn' : 'debug'
    logger[to]({ from: 'queue', task: scope.taskIdentifier, job: scope.jobId }, message)
  })
}
