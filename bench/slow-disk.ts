import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { openLab } from './batch-lab.ts'
import { batchOverL } from './over-l.ts'
import { openL } from './pgbench-l.ts'
import { canSlowFlushes, slowFlushLibrary } from './slow-flush.ts'
import { benchDatabase, type Figure, median } from './support.ts'

const DELAY_MS = 1
const COMMITS = 300
const informs = { must: null, target: null }

/**
 * The batch path against L on a disk whose every flush takes a millisecond longer, for both alike. PostgreSQL's own
 * `commit_delay` would not do: whoever commits while it waits shares the flush, where a slow disk lets it wait for the
 * next one.
 */
export async function slowDiskBench(): Promise<Figure[]> {
  if (!canSlowFlushes()) {
    console.error('Flushes can be slowed on Linux on x86-64 only; the slow disk cannot be measured here')
    return []
  }
  const home = await mkdtemp(path.join(tmpdir(), 'stammgast-slow-flush-'))
  try {
    const library = path.join(home, 'slow-flush.so')
    await writeFile(library, slowFlushLibrary(DELAY_MS * 1e6))
    await chmod(home, 0o755) // the server has an account of its own when we are root
    return await measure(['env', `LD_PRELOAD=${library}`])
  } finally {
    await rm(home, { recursive: true })
  }
}

async function measure(launcher: string[]): Promise<Figure[]> {
  const lab = await openLab({ shops: 20, customers: 50_000, launcher })
  try {
    const l = await openL(lab.owner, lab.url)
    if (!l) return []
    const commit = await compareCommits(lab.url)
    const rates = await batchOverL(lab, l)
    return [
      { name: 'one commit, the disk as it is', value: commit.asItIs, unit: 'ms', ...informs },
      { name: 'one commit, 1 ms more per flush', value: commit.slowed, unit: 'ms', ...informs },
      { name: '1 ms more per flush: L', value: rates.l, unit: 'events/s', ...informs },
      { name: '1 ms more per flush: batch path', value: rates.batch, unit: 'events/s', ...informs },
      { name: '1 ms more per flush: batch path ÷ L', value: rates.ratio, unit: '×', must: 2, target: 3 },
    ]
  } finally {
    await lab.close()
  }
}

/**
 * What one commit of one row takes on the slowed server and on an ordinary one, in milliseconds (medians of commits in
 * turn).
 * @throws Error when it is not about a millisecond more: the library was not loaded, and nothing here would be true
 */
async function compareCommits(slowedUrl: string): Promise<{ asItIs: number; slowed: number }> {
  const ordinary = await benchDatabase()
  const clients = [ordinary.url, slowedUrl].map((connectionString) => new pg.Client({ connectionString }))
  try {
    const times: [number[], number[]] = [[], []]
    for (const client of clients) {
      await client.connect()
      await client.query('CREATE TABLE one_row (n int); INSERT INTO one_row VALUES (0)')
    }
    for (let i = 0; i < COMMITS; i++)
      for (const [index, client] of clients.entries()) times[index]?.push(await timeCommit(client))
    const [asItIs, slowed] = [median(times[0]), median(times[1])]
    const more = slowed - asItIs
    if (more < 0.9 * DELAY_MS || more > 1.5 * DELAY_MS)
      throw new Error(
        `A commit took ${asItIs} ms, with the slower flush ${slowed} ms: not ${DELAY_MS} ms more`,
      )
    return { asItIs, slowed }
  } finally {
    await Promise.all(clients.map((client) => client.end()))
    await ordinary.stop()
  }
}

async function timeCommit(client: pg.Client): Promise<number> {
  const start = performance.now()
  await client.query('UPDATE one_row SET n = n + 1')
  return performance.now() - start
}
