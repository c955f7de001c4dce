import type pg from 'pg'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { patientPool } from '../support/databases.ts'
import { databaseLine } from '../support/line.ts'
import { stammgast, startServer, startWorker } from '../support/processes.ts'
import { seeded } from '../support/random.ts'
import { differences, inboxCounts, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { makeDeliveries } from './deliveries.ts'
import { RECOVERY_MS, type RecoveryTimes, recoveryTimes } from './recovery.ts'
import { countLost, createSender } from './sender.ts'
import { deedsOf, keepWorker, type Scene } from './storm-deeds.ts'

/**
 * Kills the app's processes and its database over and over while deliveries come in, at random moments and at named
 * steps. A sender that behaves like Shopify tells again what was not answered with 200. In the end nothing that was
 * acknowledged may be missing, nothing may count twice, and the book must be that of a clean run.
 */
export interface Storm {
  clean: pg.Pool
  /** Address of the fresh database on the server itself. */
  databaseUrl: string
  kills: number
  seed: number
  /** Ends the database server at once and starts it again; resolves with its new port. Absent: it is left alone. */
  crashPostgres?: () => Promise<number>
  tell?: (words: string) => void
}

export interface StormReport {
  /** What was killed where, how often. */
  kills: Record<string, number>
  /** Steps that no kill reached though it was their turn several times. */
  unreached: string[]
  deliveries: number
  /** Acknowledged deliveries that are not in the database. */
  lost: number
  /** Where the book differs from a clean run's: doubled or missing points. */
  differences: string[]
  inbox: Record<string, number>
  audit: { code: number; words: string }
  recovery: RecoveryTimes
}

/** Deliveries that come in around each kill. */
const PER_KILL = 16
/** Not every batch makes an account or writes a lot. */
const FAIR_TURNS = 3

export async function killStorm(storm: Storm): Promise<StormReport> {
  const setting = SETTINGS[seeded(storm.seed).below(SETTINGS.length)] as Setting
  const lines = makeDeliveries(storm.kills * PER_KILL, storm.seed)
  const cleanShop = await makeFaultShop(storm.clean, setting)
  const owner = patientPool(storm.databaseUrl)
  const shop = await makeFaultShop(owner, setting)
  const scene = await openScene(storm, owner, shop.domain)
  const kills: Record<string, number> = {}
  const turns = new Map<string, number>()
  const recovery = recoveryTimes()
  try {
    const deeds = deedsOf(scene)
    for (let k = 0; k < storm.kills; k++) {
      const [name, deed] = deeds[k % deeds.length] as (typeof deeds)[number]
      const some = lines.garbled.slice(k * PER_KILL, (k + 1) * PER_KILL)
      const { reached, at, ended } = await deed(scene, some)
      turns.set(name, (turns.get(name) ?? 0) + 1)
      const what = reached ? name : 'at random (the step was not reached)'
      kills[what] = (kills[what] ?? 0) + 1
      await recovery.measure(
        () => scene.owner,
        { name, at, ended },
        () => keepWorker(scene),
      )
      if ((k + 1) % 25 === 0)
        storm.tell?.(`${k + 1} kills, longest recovery ${Math.round(recovery.times().drained.longest)} ms`)
    }
    const audit = await stammgast(scene.line.url, scene.server.port, 'audit', '--shop', shop.domain)
    await runCleanly(storm.clean, cleanShop, lines.clean)
    const should = await readBook(storm.clean, cleanShop.shopId)
    return {
      kills,
      unreached: [...turns].flatMap(([name, n]) => (n >= FAIR_TURNS && !kills[name] ? [name] : [])),
      deliveries: lines.garbled.length,
      lost: await countLost(scene.owner, scene.sender),
      differences: differences(await readBook(scene.owner, shop.shopId), should),
      inbox: await inboxCounts(scene.owner),
      audit,
      recovery: recovery.times(),
    }
  } finally {
    await Promise.all([scene.worker.kill(), scene.server.kill()])
    await Promise.all([scene.line.close(), scene.owner.end()])
  }
}

async function openScene(storm: Storm, owner: pg.Pool, domain: string): Promise<Scene> {
  const line = await databaseLine(storm.databaseUrl)
  const [server, worker] = await Promise.all([startServer(line.url), startWorker(line.url)])
  const { crashPostgres } = storm
  const scene: Scene = {
    random: seeded(storm.seed),
    line,
    owner,
    server,
    worker,
    sender: createSender(() => scene.server.port, domain, RECOVERY_MS),
    crashPostgres: crashPostgres ? async () => leadTo(scene, storm, await crashPostgres()) : null,
  }
  return scene
}

function leadTo(scene: Scene, { databaseUrl }: Storm, port: number): void {
  scene.line.leadTo(port)
  void scene.owner.end()
  const url = new URL(databaseUrl)
  url.port = String(port)
  scene.owner = patientPool(url.href)
}
