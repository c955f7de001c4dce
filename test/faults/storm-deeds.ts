import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { DatabaseLine } from '../support/line.ts'
import type { Stop } from '../support/line-stop.ts'
import { type AppProcess, startServer, startWorker } from '../support/processes.ts'
import type { Random } from '../support/random.ts'
import type { Line } from './deliveries.ts'
import { countEnded } from './recovery.ts'
import type { Sender } from './sender.ts'
import { holdTable } from './stop-at-lock.ts'

/** What is running and can be killed. */
export interface Scene {
  random: Random
  line: DatabaseLine
  /** The database itself, not by way of the line. */
  owner: pg.Pool
  server: AppProcess & { port: number }
  worker: AppProcess
  sender: Sender
  /** Ends the database server at once and starts it again; false where it is not ours to end. */
  crashPostgres: (() => Promise<void>) | null
}

/** What a deed did: whether the step was reached, when it struck, and how many deliveries had ended by then. */
interface Done {
  reached: boolean
  at: number
  ended: number
}
export type Deed = (scene: Scene, lines: Line[]) => Promise<Done>

const REACH_MS = 1_500
const BEFORE_CLAIM = 'is about to claim what was acknowledged'
/** A statement that the connection knows by now is sent by its name alone, which begins as the statement does. */
const CLAIM = /WITH oldest AS MATERIALIZED/
const LOCK_BALANCES = /SELECT b\.shop_id AS "shopId", b\.account_id/

/**
 * The steps between acknowledgement and posting, in their order. A table: its lock stops the worker at the statement
 * that changes it; what only reads or locks rows gets through. A stop: the line to the database holds the worker up.
 */
export const WORKER_STEPS: Record<string, string | Stop> = {
  [BEFORE_CLAIM]: { sent: [CLAIM], keep: 'message' },
  'has claimed them': { sent: [CLAIM], keep: 'answer', saying: /orders\// },
  'makes accounts': 'account',
  'has locked the balances': { sent: [CLAIM, LOCK_BALANCES], keep: 'answer' },
  'writes the orders': 'order_state',
  'writes the postings': 'posting',
  'writes the entries': 'entry',
  'writes the balances': 'balance',
  'writes the lots': 'lot',
  'marks the members for sync': 'member_to_sync',
  'puts jobs into the queue': 'graphile_worker._private_jobs',
  'notes why it did nothing': 'delivery_outcome',
  'takes them out of the inbox': 'inbox',
  'has finished, before its commit': { sent: [CLAIM, /COMMIT/], keep: 'message' },
  'has committed and has not heard of it': { sent: [CLAIM, /COMMIT/], keep: 'answer' },
}
const STORE = /store-deliveries/
const SERVER_STEPS: Record<string, string | Stop> = {
  'is about to store deliveries': { sent: [STORE], keep: 'message' },
  'stores deliveries': 'delivery',
  'has stored deliveries, before it answers': { sent: [STORE], keep: 'answer' },
}

/** One after the other, again and again; the database is crashed now and then. */
export function deedsOf(scene: Scene): [string, Deed][] {
  const steps = Object.entries(WORKER_STEPS).map(([step, place]): [string, Deed] => [
    `worker, as it ${step}`,
    killAt(place, killWorker, step === BEFORE_CLAIM),
  ])
  const mixed = steps.flatMap((step, i): [string, Deed][] => [
    step,
    i % 3 === 2 ? ['server, at random', atRandom(killServer)] : ['worker, at random', atRandom(killWorker)],
  ])
  const more: [string, Deed][] = Object.entries(SERVER_STEPS).map(([step, place]) => [
    `server, as it ${step}`,
    killAt(place, killServer),
  ])
  more.push(
    ['both, at random', atRandom((where) => Promise.all([killWorker(where), killServer(where)]))],
    ['connections cut for a while', atRandom(cutLine)],
  )
  if (scene.crashPostgres) more.push(['PostgreSQL stopped at once', atRandom(crash)])
  return [...mixed, ...more]
}

function atRandom(kill: (scene: Scene) => Promise<unknown>): Deed {
  return async (scene, lines) => {
    const sending = scene.sender.send(lines)
    await pause(scene.random.below(120))
    const ended = await countEnded(scene.owner)
    const at = performance.now()
    await kill(scene)
    await sending
    return { reached: true, at, ended }
  }
}

/** @param whenAllIsTold strikes only when every delivery was acknowledged */
function killAt(place: string | Stop, kill: (scene: Scene) => Promise<unknown>, whenAllIsTold = false): Deed {
  return async (scene, lines) => {
    const step = typeof place === 'string' ? await holdTable(scene.owner, place) : stopLine(scene, place)
    const sending = scene.sender.send(lines)
    const reached = await step.reached(REACH_MS).then(
      () => true,
      () => false,
    )
    if (whenAllIsTold && reached) await sending
    const ended = await countEnded(scene.owner)
    const at = performance.now()
    // A replacement may stop at the same lock, so the lock goes meanwhile; the line lets the next one pass.
    scene.line.letPass()
    const killing = kill(scene)
    await pause(5)
    await step.release()
    await killing
    await sending
    return { reached, at, ended }
  }
}

function stopLine(scene: Scene, stop: Stop) {
  const running = scene.line.stopAt(stop)
  return { reached: running.reached, release: async () => scene.line.letPass() }
}

async function killWorker(scene: Scene): Promise<void> {
  await scene.worker.kill()
  scene.worker = await startWorker(scene.line.url)
}

async function killServer(scene: Scene): Promise<void> {
  await scene.server.kill()
  scene.server = await startServer(scene.line.url, scene.server.port)
}

async function cutLine(scene: Scene): Promise<void> {
  await scene.line.cut()
  await pause(scene.random.below(800))
  await scene.line.mend()
  await reviveWorker(scene)
}

async function crash(scene: Scene): Promise<void> {
  await scene.crashPostgres?.()
  await reviveWorker(scene)
}

/** As a supervisor does: a worker that gave up is started again. */
async function reviveWorker(scene: Scene): Promise<void> {
  await pause(300)
  await keepWorker(scene)
}

export async function keepWorker(scene: Pick<Scene, 'worker' | 'line'>): Promise<void> {
  if (!scene.worker.alive()) scene.worker = await startWorker(scene.line.url)
}
