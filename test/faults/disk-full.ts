import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { migrate } from '../../scripts/migrate.ts'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { patientPool } from '../support/databases.ts'
import { databaseLine } from '../support/line.ts'
import { type AppProcess, stammgast, startServer, startWorker, until } from '../support/processes.ts'
import { seeded } from '../support/random.ts'
import { openSmallDisk, type SmallDisk } from '../support/small-disk.ts'
import { differences, inboxCounts, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { type Line, makeDeliveries } from './deliveries.ts'
import { countEnded, RECOVERY_MS, type RecoveryTimes, recoveryTimes } from './recovery.ts'
import { countLost, createSender, type Sender } from './sender.ts'

/**
 * PostgreSQL's disk is full while deliveries come in, and has space again, over and over. What is answered with 200
 * must be there afterwards; what cannot be stored must be refused so that Shopify tells it again.
 */
export interface FullDisk {
  clean: pg.Pool
  seed: number
  /** How often the disk is full, and how many deliveries come in before and during each time. */
  rounds: number
  perRound: number
  disk?: 'best' | 'limit'
  tell?: (words: string) => void
}

export interface DiskReport {
  means: SmallDisk['means']
  rounds: number
  /** PostgreSQL's own words for it, and how often the processes heard them. */
  complaints: Record<string, number>
  /** The server gave up for want of space and was started again. */
  gaveUp: number
  deliveries: number
  /** How often the door answered what while the disk was full; 0: not at all. */
  answers: Record<string, number>
  lost: number
  differences: string[]
  inbox: Record<string, number>
  recovery: RecoveryTimes
  audit: { code: number; words: string }
}

/** So long nothing works after the first refusal. */
const FULL_MS = 1_500
const FULL_WITHIN_MS = 30_000

export async function diskFull(options: FullDisk): Promise<DiskReport> {
  const { seed, rounds, perRound } = options
  const setting = SETTINGS[seeded(seed).below(SETTINGS.length)] as Setting
  const lines = makeDeliveries(rounds * perRound, seed)
  const cleanShop = await makeFaultShop(options.clean, setting)
  const disk = await openSmallDisk(options.disk)
  const scene = await openScene(disk, setting)
  const recovery = recoveryTimes()
  let gaveUp = 0
  try {
    for (let round = 0; round < rounds; round++) {
      const some = lines.garbled.slice(round * perRound, (round + 1) * perRound)
      const before = Math.floor(perRound / 4)
      await scene.sender.send(some.slice(0, before))
      const { sending } = await beFull(scene, some.slice(before))
      if (!disk.alive()) gaveUp++
      const at = performance.now()
      await disk.giveBack()
      await scene.lead()
      const ended = await countEnded(scene.owner())
      await sending
      const name = `the disk was full for the ${round + 1}. time`
      await recovery.measure(scene.owner, { name, at, ended }, scene.keepWorker)
      options.tell?.(
        `${name}: ${Math.round(recovery.times().drained.longest)} ms at most until all had ended`,
      )
    }
    await runCleanly(options.clean, cleanShop, lines.clean)
    const should = await readBook(options.clean, cleanShop.shopId)
    return {
      means: disk.means,
      rounds,
      complaints: scene.complaints(),
      gaveUp,
      deliveries: lines.garbled.length,
      answers: Object.fromEntries(scene.sender.answers),
      lost: await countLost(scene.owner(), scene.sender),
      differences: differences(await readBook(scene.owner(), scene.shop.shopId), should),
      inbox: await inboxCounts(scene.owner()),
      recovery: recovery.times(),
      audit: await stammgast(disk.url(DATABASE), scene.server.port, 'audit', '--shop', scene.shop.domain),
    }
  } finally {
    await scene.close()
    await disk.close()
  }
}

const DATABASE = 'full_disk'
/** A table of some length already: it, and not the server's own catalogue, is what meets the limit first. */
const EARLIER_DELIVERIES = `
  INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
  SELECT 0, gen_random_uuid(), 'orders/updated', 'gone.myshopify.com',
         (SELECT string_agg(md5((n * 100 + part)::text), '') FROM generate_series(1, 32) AS part)
    FROM generate_series(1, 1800) AS n`

interface Scene {
  disk: SmallDisk
  shop: { shopId: number; domain: string }
  server: AppProcess & { port: number }
  sender: Sender
  owner(): pg.Pool
  /** After the server was started again: everybody finds it on its new port. */
  lead(): Promise<void>
  keepWorker(): Promise<void>
  complaints(): Record<string, number>
  close(): Promise<void>
}

async function openScene(disk: SmallDisk, setting: Setting): Promise<Scene> {
  await migrate(disk.url(DATABASE))
  let owner = patientPool(disk.url(DATABASE))
  const shop = await makeFaultShop(owner, setting)
  await owner.query(EARLIER_DELIVERIES)
  const line = await databaseLine(disk.url(DATABASE))
  const server = await startServer(line.url)
  let worker = await startWorker(line.url)
  let said = ''
  return {
    disk,
    shop,
    server,
    sender: createSender(() => server.port, shop.domain, 2 * RECOVERY_MS),
    owner: () => owner,
    async lead() {
      line.leadTo(disk.port())
      void owner.end()
      owner = patientPool(disk.url(DATABASE))
    },
    async keepWorker() {
      if (worker.alive()) return
      said += worker.words()
      worker = await startWorker(line.url)
    },
    complaints: () => countComplaints(said + worker.words() + server.words()),
    async close() {
      await Promise.all([worker.kill(), server.kill()])
      await Promise.all([line.close(), owner.end()])
    },
  }
}

/** Lets deliveries come in on a full disk. @returns the sending, which ends when all was taken */
async function beFull(scene: Scene, lines: Line[]): Promise<{ sending: Promise<void> }> {
  const { disk, sender } = scene
  const refusals = () => [...sender.answers].reduce((sum, [status, n]) => sum + (status === 200 ? 0 : n), 0)
  await disk.fill()
  await scene.lead()
  const before = refusals()
  const sending = sender.send(lines)
  sending.catch(() => {}) // heard by the caller
  await until('the door refuses what cannot be stored', FULL_WITHIN_MS, async () => refusals() > before)
  await pause(FULL_MS)
  return { sending }
}

/** What PostgreSQL says when it is really out of space. */
function countComplaints(words: string): Record<string, number> {
  const found = words.match(/No space left on device|File too large/g) ?? []
  const counts: Record<string, number> = {}
  for (const complaint of found) counts[complaint] = (counts[complaint] ?? 0) + 1
  return counts
}
