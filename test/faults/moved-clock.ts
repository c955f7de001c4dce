import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { connectShop } from '../support/connected-shop.ts'
import { openPracticeShop } from '../support/practice-shop.ts'
import { type AppProcess, stammgast, startServer, startWorker, until } from '../support/processes.ts'
import { type Random, seeded } from '../support/random.ts'
import { type ShakyLine, shakyLine } from '../support/shaky-line.ts'
import { differences, inboxCounts, readBook } from './book.ts'
import { CHANGES, CLOCK_PROGRAM, dayOf, planClock, SLIPS } from './clock-plan.ts'
import { lapses, walkClock } from './clock-walk.ts'
import { jobsLeft } from './queue.ts'
import { countEnded, type RecoveryTimes, recoveryTimes } from './recovery.ts'
import { countLost, createSender, type Sender } from './sender.ts'

/**
 * The app's own processes under a clock that is moved: from stop to stop over every change of the clocks in Berlin, and
 * at each stop by an hour or a day, forward and back, while deliveries come in. What matures, is warned of and lapses
 * does so by the processes' own clockwork, and warnings count as sent when the practice store has taken them.
 */
export interface MovedClock {
  clean: pg.Pool
  fresh: { url: string; owner: pg.Pool }
  seed: number
  /** How many of the changes of the clocks. */
  changes: number
  tell?: (words: string) => void
}

export interface ClockReport {
  changes: number
  moves: { forward: number; back: number }
  deliveries: number
  lost: number
  lapsed: number
  unannounced: string[]
  differences: string[]
  inbox: Record<string, number>
  recovery: RecoveryTimes
  audit: { code: number; words: string }
}

const MINUTE_MS = 60_000
/** The clock is set to shortly before the minute at which something is due. */
const LEAD_MS = 3_000
const WARN_MINUTE = 3
const EXPIRE_MINUTE = 8
const DUE_MS = 30_000
const SLIP_LASTS_MS = 800

export async function movedClock(options: MovedClock): Promise<ClockReport> {
  const { fresh, seed } = options
  const random = seeded(seed)
  const practice = await openPracticeShop('http://127.0.0.1:9') // it tells nothing by itself
  const line = await shakyLine(practice.url, random)
  const around = { storeUrl: line.url }
  const shopId = await connectShop(practice, fresh.owner, CLOCK_PROGRAM)
  const customers = practice.context.store.customers.all().map(({ id }) => String(id))
  const server = await startServer(fresh.url, undefined, around)
  const worker = await startWorker(fresh.url, around)
  const sender = createSender(() => server.port, practice.domain)
  const hand = new Hand(line, random, worker)
  const scene: Scene = { owner: fresh.owner, shopId, sender, hand, recovery: recoveryTimes() }
  try {
    const changes = CHANGES.slice(0, options.changes)
    for (const [n, change] of changes.entries()) {
      const { stops } = planClock(change, customers, seed + n, 8_000_000 + n * 10_000)
      for (const stop of stops) await standAt(scene, stop, stop === stops.at(-1))
      options.tell?.(`over ${new Date(change).toISOString().slice(0, 10)}`)
    }
    const steady = await walkClock(options.clean, customers, seed, false, changes)
    return {
      changes: changes.length,
      moves: hand.moves,
      deliveries: sender.acknowledged.size,
      lost: await countLost(fresh.owner, sender),
      ...(await lapses(fresh.owner, shopId)),
      differences: differences(await readBook(fresh.owner, shopId), steady.book),
      inbox: await inboxCounts(fresh.owner),
      recovery: scene.recovery.times(),
      audit: await stammgast(fresh.url, server.port, 'audit', '--shop', practice.domain),
    }
  } finally {
    await Promise.all([worker.kill(), server.kill()])
    await line.close()
    await practice.close()
  }
}

interface Scene {
  owner: pg.Pool
  shopId: number
  sender: Sender
  hand: Hand
  recovery: ReturnType<typeof recoveryTimes>
}

/** Moves the clock of the processes and counts which way. */
class Hand {
  readonly moves = { forward: 0, back: 0 }
  readonly random: Random
  readonly worker: AppProcess
  #line: ShakyLine
  #offset = 0

  constructor(line: ShakyLine, random: Random, worker: AppProcess) {
    this.#line = line
    this.random = random
    this.worker = worker
  }

  setTo(time: number): void {
    const offset = Math.round(time - Date.now())
    if (offset > this.#offset) this.moves.forward++
    else this.moves.back++
    this.#offset = offset
    this.#line.setClock(offset)
  }
}

/** Deliveries come in while the clock slips and is set right; then what is due by the clock has to be done. */
async function standAt(
  scene: Scene,
  { at, lines }: { at: number; lines: object[] },
  isLast: boolean,
): Promise<void> {
  const { owner, sender, hand, recovery } = scene
  const slip = hand.random.pick(isLast ? SLIPS.filter((one) => one <= 0) : SLIPS)
  const half = Math.floor(lines.length / 2)
  const ended = await countEnded(owner)
  const since = performance.now()
  hand.setTo(at + slip)
  const sending = sender.send(lines.slice(0, half) as never)
  // Long enough for the processes to hear of it and to go by it.
  if (slip !== 0) await pause(SLIP_LASTS_MS)
  if (slip !== 0) hand.setTo(at)
  await Promise.all([sending, sender.send(lines.slice(half) as never)])
  await recovery.measure(() => owner, {
    name: `the clock at ${new Date(at).toISOString()}`,
    at: since,
    ended,
  })
  await due(scene, at, WARN_MINUTE, 'points have matured and members are warned', PENDING_OR_UNWARNED)
  await due(scene, at, EXPIRE_MINUTE, 'points have lapsed', OVERDUE)
}

/** Sets the clock to just before the minute at which something runs, and waits for it to be done. */
async function due({ owner, shopId, hand }: Scene, at: number, minute: number, what: string, open: string) {
  const hour = Math.floor(at / (60 * MINUTE_MS)) * 60 * MINUTE_MS
  const time = hour + minute * MINUTE_MS
  hand.setTo(time - LEAD_MS)
  let left = ''
  const isDone = async () => {
    if (!hand.worker.alive()) throw new Error(`The worker gave up:\n${hand.worker.words().slice(-2_000)}`)
    const { rows } = await owner.query<Record<string, boolean>>(open, [shopId, dayOf(time), new Date(time)])
    left = Object.entries(rows[0] ?? {})
      .flatMap(([name, is]) => (is ? [name] : []))
      .join(', ')
    return left === ''
  }
  await until(`${what} at ${new Date(time).toISOString()}`, DUE_MS, isDone).catch(async (error: Error) => {
    throw new Error(`${error.message}; left: ${left}; jobs: ${(await jobsLeft(owner)).join('; ')}`)
  })
}

const PENDING_OR_UNWARNED = `
  SELECT EXISTS (SELECT FROM order_state WHERE shop_id = $1 AND posted_pending > 0 AND matures_at <= $3) AS "to mature",
         NOT EXISTS (SELECT FROM expiry_round WHERE shop_id = $1 AND warned_on = $2) AS "not looked through",
         EXISTS (SELECT FROM expiry_warning WHERE shop_id = $1 AND sent_at IS NULL AND ended_at IS NULL) AS unsent,
         EXISTS (SELECT FROM member_to_sync WHERE shop_id = $1) AS unwritten`
const OVERDUE = `
  SELECT EXISTS (SELECT FROM expiry_warning WHERE shop_id = $1 AND ended_at IS NULL AND valid_until < $2
                    AND $3::timestamptz IS NOT NULL) AS overdue`
