import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type pg from 'pg'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { stammgast, startServer, startWorker, until } from '../support/processes.ts'
import { differences, inboxCounts, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { makeDeliveries } from './deliveries.ts'

export interface ReplayReport {
  deliveries: number
  kills: number
  /** Deliveries that were waiting when the worker was killed, for each kill. */
  waitingAtKill: number[]
  ms: number
  inbox: Record<string, number>
  audit: { code: number; words: string }
  replay: { code: number; words: string }
  differences: string[]
  ledger: { orders: number; accounts: number }
}

/**
 * `stammgast replay` of so many deliveries, 30 % of them duplicates and in random order, into the real server, while
 * the worker is killed (-9) twice; afterwards `stammgast audit`, and the book compared with that of a clean ordered run.
 * @param clean database of this process (its DATABASE_URL)
 * @param garbled database of the server and the worker
 */
export async function replayWithKills(
  clean: pg.Pool,
  garbled: { url: string; owner: pg.Pool },
  options: { count: number; seed: number; setting?: Setting },
): Promise<ReplayReport> {
  const setting = options.setting ?? (SETTINGS[1] as Setting)
  const lines = makeDeliveries(options.count, options.seed)
  const shop = await makeFaultShop(garbled.owner, setting)
  const cleanShop = await makeFaultShop(clean, setting)
  const folder = await mkdtemp(path.join(tmpdir(), 'stammgast-replay-'))
  const file = path.join(folder, 'deliveries.jsonl')
  await writeFile(file, `${lines.garbled.map((line) => JSON.stringify(line)).join('\n')}\n`)

  const server = await startServer(garbled.url)
  let worker = await startWorker(garbled.url)
  const started = performance.now()
  const waitingAtKill: number[] = []
  try {
    const replaying = stammgast(garbled.url, server.port, 'replay', file, '--shop', shop.domain)
    for (const share of [0.2, 0.55]) {
      await until('enough is done for a kill', 120_000, async () => {
        const { waiting = 0, ...ended } = await inboxCounts(garbled.owner)
        return sum(ended) >= share * options.count && waiting > 0
      })
      await worker.kill()
      waitingAtKill.push((await inboxCounts(garbled.owner)).waiting ?? 0)
      worker = await startWorker(garbled.url)
    }
    const replay = await replaying
    await until('the inbox is drained', 180_000, async () => !(await inboxCounts(garbled.owner)).waiting, 100)
    const ms = performance.now() - started
    const audit = await stammgast(garbled.url, server.port, 'audit', '--shop', shop.domain)
    await runCleanly(clean, cleanShop, lines.clean)
    const book = await readBook(garbled.owner, shop.shopId)
    return {
      deliveries: lines.garbled.length,
      kills: waitingAtKill.length,
      waitingAtKill,
      ms,
      inbox: await inboxCounts(garbled.owner),
      audit,
      replay,
      differences: differences(book, await readBook(clean, cleanShop.shopId)),
      ledger: { orders: book.orders.size, accounts: book.balances.size },
    }
  } finally {
    await Promise.all([worker.kill(), server.kill(), rm(folder, { recursive: true, force: true })])
  }
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, n) => total + n, 0)
