import { setTimeout as pause } from 'node:timers/promises'
import { closePools, refuseUnsafeDatabase } from '../db/db.server.ts'
import { Bell, keepListening } from '../db/inbox-bell.ts'
import { watchOver } from '../db/watch.ts'
import { env } from '../env.server.ts'
import { logger } from '../logger.server.ts'
import { closeShopify } from '../shopify.server.ts'
import { heedClockSetBack } from './clock-set-back.ts'
import { drainInbox, drainRequests } from './drain-inbox.ts'
import { joinTheLiving } from './living-workers.ts'
import { CONCURRENT_JOBS, keepQueue, openQueuePool, STOP_MS } from './queue.ts'
import { taskList } from './registry.ts'
import { rest } from './rest.ts'

/** The net under the bell: whoever heard nothing looks by himself. */
const IDLE_MS = 250
/** However long the database was away, work goes on within seconds of its return. */
const LONGEST_PAUSE_MS = 2_000
/** Nobody stands and waits for a request. */
const REQUESTS_MS = 500
const CLOCK_CHECK_MS = 500
/** A shorter leap the queue makes up by itself within a minute or two. */
const LEAP_MS = 60_000

export interface RunningWorker {
  /** Lets what is under way end, then closes the connections. */
  stop(): Promise<void>
}

/**
 * Starts the queue, the clock and the inbox on one database. From then on nothing that happens to the database ends it.
 * @throws when the database cannot be reached at the start, or would not keep shops apart
 */
export async function startWorker(databaseUrl: string): Promise<RunningWorker> {
  await refuseUnsafeDatabase()
  const pool = openQueuePool(databaseUrl)
  const ending = new AbortController()
  const life = await joinTheLiving(databaseUrl, pool)
  await heedClockSetBack(pool, Date.now())
  const queue = await keepQueue(pool, life, taskList())
  const heardNoMore = watchOver(databaseUrl).whenBack(() => queue.interrupted('the database was away'))
  const watch = watchClock(async (leap) => {
    await heedClockSetBack(pool, Date.now(), Date.now() - leap)
    await queue.beginAnew()
  }, ending.signal)
  const inboxLoops = env().INBOX_LOOPS
  const bell = new Bell()
  const loops = Array.from({ length: inboxLoops }, () =>
    keepDraining(drainInbox, () => bell.rest(IDLE_MS, ending.signal), ending.signal),
  )
  loops.push(keepDraining(drainRequests, () => rest(REQUESTS_MS, ending.signal), ending.signal))
  loops.push(
    keepListening({ url: databaseUrl, name: 'stammgast_bell', role: 'stammgast_jobs' }, bell, ending.signal),
  )
  logger.info({ jobs: CONCURRENT_JOBS, inboxLoops }, 'worker is running')

  return {
    stop: async () => {
      ending.abort()
      heardNoMore()
      await Promise.race([Promise.all([queue.stop(), watch, ...loops]), pause(STOP_MS + 2_000)])
      const closed = Promise.all([closePools(), closeShopify(), life.close().then(() => pool.end())])
      await Promise.race([closed, pause(2_000)])
    },
  }
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

/** A fault of one round (a database that is away) does not end the loop; it goes on, more and more slowly. */
async function keepDraining(
  drain: (signal: AbortSignal) => Promise<void>,
  untilNext: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let faults = 0
  let reason = ''
  while (!signal.aborted) {
    try {
      await drain(signal)
      if (faults > 0) logger.info({ faults }, 'the inbox goes on')
      faults = 0
      reason = ''
      await untilNext()
    } catch (error) {
      faults++
      const { message } = error as Error
      if (message !== reason) logger.error({ reason: message, faults }, 'the inbox stopped; going on shortly')
      reason = message
      await rest(Math.min(IDLE_MS * 2 ** faults, LONGEST_PAUSE_MS), signal)
    }
  }
}
