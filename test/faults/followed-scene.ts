import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { migrate } from '../../scripts/migrate.ts'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { patientPool } from '../support/databases.ts'
import { type DatabaseLine, databaseLine } from '../support/line.ts'
import { type AppProcess, stammgast, startServer, startWorker } from '../support/processes.ts'
import { type Random, seeded } from '../support/random.ts'
import { openReplicated, type Replicated } from '../support/replicated.ts'
import { differences, inboxCounts, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { type Line, makeDeliveries } from './deliveries.ts'
import { countEnded, type RecoveryTimes, recoveryTimes } from './recovery.ts'
import { countLost, createSender, type Sender } from './sender.ts'

/** The app on a database that a standby follows, at an address that can move. */
export interface FollowedScene {
  random: Random
  database: Replicated
  line: DatabaseLine
  server: AppProcess & { port: number }
  worker: AppProcess
  sender: Sender
  owner(): pg.Pool
  /** The address leads to the primary of this moment. */
  lead(): void
  /**
   * Sends a round's deliveries and lets something happen meanwhile.
   * @param deed resolves with the moment from which the database is there again (performance.now())
   */
  round(name: string, deed: (lines: Line[]) => Promise<{ at: number; sending: Promise<void> }>): Promise<void>
}

export interface FollowedReport {
  rounds: number
  deliveries: number
  answers: Record<string, number>
  /** Acknowledged deliveries that are not in the database. */
  lost: number
  /** Where the book differs from a clean run's: doubled or missing points. */
  differences: string[]
  inbox: Record<string, number>
  /** From the moment the database was there again. */
  recovery: RecoveryTimes
  /** Processes that ended by themselves. */
  ended: string[]
  audit: { code: number; words: string }
  /** What server and worker said. */
  words: string
}

export interface FollowedRun {
  clean: pg.Pool
  seed: number
  rounds: number
  perRound: number
  tell?: (words: string) => void
}

/** Patience of a sender: longer than the longest way back. */
const PATIENCE_MS = 120_000
const DATABASE = 'followed'

/** A scene with all that belongs to it; `close` ends it. */
export interface OpenScene extends FollowedScene {
  /** Judges the whole: everything that was planned must have been sent. */
  report(): Promise<FollowedReport>
  close(): Promise<void>
}

export async function onFollowedDatabase(
  run: FollowedRun,
  work: (scene: FollowedScene) => Promise<void>,
): Promise<FollowedReport> {
  const scene = await openFollowedDatabase(run)
  try {
    await work(scene)
    return await scene.report()
  } finally {
    await scene.close()
  }
}

export async function openFollowedDatabase(run: FollowedRun): Promise<OpenScene> {
  const setting = SETTINGS[seeded(run.seed).below(SETTINGS.length)] as Setting
  const lines = makeDeliveries(run.rounds * run.perRound, run.seed)
  const cleanShop = await makeFaultShop(run.clean, setting)
  const database = await openReplicated()
  const closing: (() => Promise<unknown>)[] = [() => database.close()]
  const close = async () => {
    for (const end of closing.splice(0)) await end()
  }
  try {
    await migrate(database.url(DATABASE))
    let owner = patientPool(database.url(DATABASE))
    closing.unshift(() => owner.end())
    const shop = await makeFaultShop(owner, setting)
    await database.addStandby()
    const line = await databaseLine(database.url(DATABASE))
    closing.unshift(() => line.close())
    const [server, worker] = await Promise.all([startServer(line.url), startWorker(line.url)])
    closing.unshift(() => Promise.all([server.kill(), worker.kill()]))
    const sender = createSender(() => server.port, shop.domain, PATIENCE_MS)
    const recovery = recoveryTimes()
    let rounds = 0
    return {
      random: seeded(run.seed),
      database,
      line,
      server,
      worker,
      sender,
      owner: () => owner,
      lead() {
        line.leadTo(database.port())
        void owner.end()
        owner = patientPool(database.url(DATABASE))
      },
      async round(name, deed) {
        const { at, sending } = await deed(
          lines.garbled.slice(rounds * run.perRound, (rounds + 1) * run.perRound),
        )
        rounds++
        const ended = await countEnded(owner)
        await sending
        await recovery.measure(() => owner, { name, at, ended })
        run.tell?.(`${rounds}: ${name}, all had ended after ${Math.round(performance.now() - at)} ms`)
      },
      async report() {
        const processes = Object.entries({ server, worker })
        const audit = await stammgast(database.url(DATABASE), server.port, 'audit', '--shop', shop.domain)
        await runCleanly(run.clean, cleanShop, lines.clean)
        const should = await readBook(run.clean, cleanShop.shopId)
        return {
          rounds,
          deliveries: lines.garbled.length,
          answers: Object.fromEntries(sender.answers),
          lost: await countLost(owner, sender),
          differences: differences(await readBook(owner, shop.shopId), should),
          inbox: await inboxCounts(owner),
          recovery: recovery.times(),
          ended: processes.flatMap(([name, process]) => (process.alive() ? [] : [name])),
          audit,
          words: server.words() + worker.words(),
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Deliveries are under way when it strikes, and others come in while it lasts. */
export async function strike(
  { random, sender }: FollowedScene,
  lines: Line[],
  deed: () => Promise<void>,
): Promise<{ sending: Promise<void> }> {
  const half = Math.ceil(lines.length / 2)
  const before = sender.send(lines.slice(0, half))
  await pause(random.below(60))
  const struck = deed()
  const after = sender.send(lines.slice(half))
  await struck
  const sending = Promise.all([before, after]).then(() => {})
  sending.catch(() => {}) // heard by the caller
  return { sending }
}
