import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type pg from 'pg'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { stammgast, startServer, startWorker, until } from '../support/processes.ts'
import { differences, inboxCounts, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { type Line, makeDeliveries } from './deliveries.ts'
import { holdTable } from './stop-at-lock.ts'

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
 * `stammgast replay` of so many deliveries, 30 % of them duplicates and in random order, into the real server. The
 * worker is killed (-9) twice while they come in, each time in the midst of a batch that it has claimed: it is stopped
 * where it writes the orders, however fast it drains. Afterwards `stammgast audit`, and the book compared with that of a clean ordered run.
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
  const files = await writePortions(folder, lines.garbled)

  const server = await startServer(garbled.url)
  let worker = await startWorker(garbled.url)
  const started = performance.now()
  const waitingAtKill: number[] = []
  const replay = { code: 0, words: '' }
  try {
    const play = async (file: string) => {
      const { code, words } = await stammgast(garbled.url, server.port, 'replay', file, '--shop', shop.domain)
      replay.code ||= code
      replay.words += words
    }
    const [first, ...others] = files
    await play(first as string)
    for (const file of others) {
      const orders = await holdTable(garbled.owner, 'order_state')
      const playing = play(file)
      await orders.reached(60_000).finally(() => worker.kill())
      waitingAtKill.push((await inboxCounts(garbled.owner)).waiting ?? 0)
      await orders.release()
      worker = await startWorker(garbled.url)
      await playing
    }
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

/** Before the first kill, between both, and after. */
const PORTIONS = [0, 0.2, 0.55, 1]

async function writePortions(folder: string, lines: Line[]): Promise<string[]> {
  const files: string[] = []
  for (const [i, from] of PORTIONS.slice(0, -1).entries()) {
    const portion = lines.slice(from * lines.length, (PORTIONS[i + 1] ?? 1) * lines.length)
    const file = path.join(folder, `deliveries-${i}.jsonl`)
    await writeFile(file, portion.map((line) => `${JSON.stringify(line)}\n`).join(''))
    files.push(file)
  }
  return files
}
