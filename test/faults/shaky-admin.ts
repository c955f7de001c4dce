import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { asKind, type Reward } from '../../app/domain/rewards/kinds.ts'
import { freePort } from '../../scripts/embedded-postgres.ts'
import { openPracticeShop, type PracticeShop } from '../support/practice-shop.ts'
import { type AppProcess, stammgast, startServer, startWorker, until } from '../support/processes.ts'
import { testProgram } from '../support/program.ts'
import { seeded } from '../support/random.ts'
import { FAULTS, type Fault, shakyLine } from '../support/shaky-line.ts'
import { publish } from '../support/shop.ts'
import { inboxCounts } from './book.ts'
import { jobsLeft, letHoursPass, letTriesEnd, queueJob } from './queue.ts'
import { checkAgainstShop, type Mismatches } from './shop-against-book.ts'
import { PRICE, PRIZES, Shopping } from './shopping.ts'

/**
 * The real practice store is the Admin API, and the way to it is bad: throttling, errors, broken connections, and
 * questions that are carried out while their answer is lost or too late. Meanwhile members buy, redeem, use their codes,
 * pay late, give back and cancel, webhooks are dropped and found by reading, and the worker is killed. When the way is
 * good again and time has passed, shop and book must agree about everything.
 */
export interface ShakyAdmin {
  clean: pg.Pool
  fresh: { url: string; owner: pg.Pool }
  /** Rounds of shopping; about one redemption each. */
  rounds: number
  kills: number
  seed: number
  /** What goes wrong; everything, by default. */
  faults?: readonly Fault[]
}

export interface ShakyReport extends Mismatches {
  orders: number
  redemptions: Record<string, number>
  /** Clicks that were refused because the reward costs something else by now. */
  oldPrices: number
  /** Questions that were answered, and how often each fault struck. */
  questions: Record<string, number>
  kills: number
  inbox: Record<string, number>
  jobsLeft: string[]
  /** From the end of the faults until everything was done, milliseconds. */
  settledAfter: number
  audit: { code: number; words: string }
}

const BAD = 0.4
/** Shoppers take their time: jobs and deliveries are under way meanwhile. */
const ROUND_MS = 120
const HEAL_MS = 150_000

const [first] = testProgram().rewards as [Reward]

/** Points are there at once; a campaign needs the products' labels, so orders ask the Admin API too. */
const PROGRAM = testProgram({
  returnWindowDays: 0,
  campaigns: [
    {
      id: 'labelled',
      name: { en: 'Labelled' },
      multiplier: '2',
      scope: { kind: 'tags', tags: ['bio', 'neu'] },
      tiers: [],
      window: { start: null, end: null, timeZone: 'Europe/Berlin' },
    },
  ],
  rewards: PRIZES.map((kind) => ({ ...asKind(first, kind), id: kind, cost: PRICE })),
})

export async function shakyAdmin(options: ShakyAdmin): Promise<ShakyReport> {
  const { fresh, rounds, seed } = options
  const random = seeded(seed)
  const port = await freePort()
  const practice = await openPracticeShop(`http://127.0.0.1:${port}`)
  const line = await shakyLine(practice.url, random)
  const around = { storeUrl: line.url }
  const server = await startServer(fresh.url, port, around)
  let worker = await startWorker(fresh.url, around)
  let kills = 0
  try {
    const shopId = await install(practice, fresh.owner)
    const shopping = new Shopping({
      practice,
      owner: fresh.owner,
      shopId,
      appUrl: `http://127.0.0.1:${port}`,
      random,
    })
    shopping.begin()
    await until(
      'the first points are there',
      HEAL_MS,
      async () =>
        (await inboxCounts(fresh.owner)).waiting === undefined && (await shopping.rich()).length > 5,
      100,
    )
    line.shake(BAD, options.faults ?? FAULTS)
    practice.context.store.switches = {
      ...practice.context.store.switches,
      duplicate: 20,
      reorder: 20,
      drop: 15,
    }
    for (let round = 0; round < rounds; round++) {
      await shopping.round()
      await pause(ROUND_MS)
      // The waits between two tries grow to hours; here they pass quickly.
      if (round % 5 === 4) await letHoursPass(fresh.owner)
      if (round % 20 === 10) await queueJob(fresh.owner, 'reconcile-orders', { shopId })
      if (kills < options.kills && round >= ((kills + 1) * rounds) / (options.kills + 1)) {
        await worker.kill()
        kills++
        worker = await startWorker(fresh.url, around)
      }
    }
    line.shake(0)
    const healed = performance.now()
    practice.context.store.switches = { ...practice.context.store.switches, drop: 0 }
    await settle(fresh.owner, practice, worker, shopId)
    const settledAfter = performance.now() - healed
    const audit = await stammgast(fresh.url, port, 'audit', '--shop', practice.domain)
    return {
      ...(await checkAgainstShop(options.clean, fresh.owner, practice, { shopId, program: PROGRAM })),
      orders: practice.context.store.orders.size,
      redemptions: await shopping.redemptions(),
      oldPrices: shopping.oldPrices,
      questions: Object.fromEntries(line.counts),
      kills,
      inbox: await inboxCounts(fresh.owner),
      jobsLeft: await jobsLeft(fresh.owner),
      settledAfter,
      audit,
    }
  } finally {
    await Promise.all([worker.kill(), server.kill()])
    await line.close()
    await practice.close()
  }
}

async function install(practice: PracticeShop, owner: pg.Pool): Promise<number> {
  const answer = await fetch(`${practice.url}/practice/install`, { method: 'POST' })
  if (!answer.ok) throw new Error(`The app was not installed: ${await answer.text()}`)
  const { rows } = await owner.query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [
    practice.domain,
  ])
  const shopId: number = rows[0]?.id
  await publish(owner, shopId, 1, PROGRAM, '2020-01-01T00:00:00Z')
  return shopId
}

/** The way is good again: what was put off is tried again, and what was dropped is found by reading. */
async function settle(
  owner: pg.Pool,
  practice: PracticeShop,
  worker: AppProcess,
  shopId: number,
): Promise<void> {
  const quiet = async (what: string) => {
    let left: string[] = []
    const isQuiet = async () => {
      if (!worker.alive()) throw new Error(`The worker gave up:\n${worker.words().slice(-2_000)}`)
      const { waiting = 0 } = await inboxCounts(owner)
      left = [
        `${waiting} deliveries`,
        `${practice.context.webhooks.pendingCount} untold`,
        ...(await jobsLeft(owner)),
      ]
      if (left.join() === '0 deliveries,0 untold') return true
      if (await letHoursPass(owner)) await queueJob(owner, 'resume-work', {})
      await letTriesEnd(owner)
      return false
    }
    await until(what, HEAL_MS, isQuiet, 400).catch((error: Error) => {
      throw new Error(`${error.message}; left: ${left.join('; ')}`)
    })
  }
  await quiet('deliveries and jobs have drained')
  await queueJob(owner, 'reconcile-orders', { shopId, kind: 'manual', days: 2 })
  await quiet('what was missing has been read')
}
