import { setTimeout as pause } from 'node:timers/promises'
import { Logger, parseCronItems, run } from 'graphile-worker'
import pg from 'pg'
import { closePools } from '../db.server.ts'
import { logger } from '../logger.server.ts'
import { closeShopify } from '../shopify.server.ts'
import { cronItems } from './crontab.ts'
import { drainInbox } from './drain-inbox.ts'
import { taskList } from './registry.ts'

/** Two loops keep the database busy while the other one reckons; more gain nothing. */
const INBOX_LOOPS = 2
const CONCURRENT_JOBS = 6
const STOP_MS = 8_000
const IDLE_MS = 250
const LONGEST_PAUSE_MS = 15_000

export interface RunningWorker {
  /** Lets what is under way end, then closes the connections. */
  stop(): Promise<void>
  /** Resolves with the error when the queue can go on no longer. */
  failed: Promise<unknown>
}

/** Starts the queue, the clock and the inbox on one database. */
export async function startWorker(databaseUrl: string): Promise<RunningWorker> {
  const pool = queuePool(databaseUrl)
  const runner = await run({
    pgPool: pool,
    logger: queueLogger(),
    noHandleSignals: true,
    taskList: taskList(),
    parsedCronItems: parseCronItems(cronItems),
    preset: {
      worker: {
        concurrentJobs: CONCURRENT_JOBS,
        pollInterval: 1_000,
        gracefulShutdownAbortTimeout: STOP_MS,
      },
    },
  })
  const ending = new AbortController()
  const loops = Array.from({ length: INBOX_LOOPS }, () => keepDraining(ending.signal))
  logger.info({ jobs: CONCURRENT_JOBS, inboxLoops: INBOX_LOOPS }, 'worker is running')

  let stopping = false
  return {
    failed: runner.promise.then(
      () => (stopping ? new Promise(() => {}) : new Error('The queue ended by itself')),
      (error) => (stopping ? new Promise(() => {}) : error),
    ),
    stop: async () => {
      stopping = true
      ending.abort()
      await Promise.race([Promise.all([runner.stop(), ...loops]), pause(STOP_MS + 2_000)])
      await Promise.race([Promise.all([closePools(), closeShopify(), pool.end()]), pause(2_000)])
    },
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

const rest = (ms: number, signal: AbortSignal) => pause(ms, undefined, { signal }).catch(() => {})

/** The queue's own words go to our log; its job messages are for developers. */
function queueLogger(): Logger {
  return new Logger((scope) => (level, message) => {
    const to = level === 'error' ? 'error' : level === 'warning' ? 'warn' : 'debug'
    logger[to]({ from: 'queue', task: scope.taskIdentifier, job: scope.jobId }, message)
  })
}
