import { openLab } from './batch-lab.ts'
import { openL } from './pgbench-l.ts'
import { type Figure, interleavedRounds, median } from './support.ts'

/**
 * The batch path against L, on one server in the same rounds: many shops, then one hot shop, then a disk that takes a
 * millisecond longer for every flush.
 */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000)
const SINGLE_EVENTS = 400

export async function batchBench(): Promise<Figure[]> {
  return [...(await usual()), ...(await hotShop()), ...(await slowDisk())]
}

async function usual(): Promise<Figure[]> {
  const lab = await openLab({ shops: 20, customers: 50_000 })
  try {
    const l = await openL(lab.owner, lab.url)
    if (!l) return []
    const rounds = await interleavedRounds(['several', 'cte', 'batch'], ROUNDS, (rival) =>
      rival === 'batch' ? lab.settle(EVENTS) : l[rival](),
    )
    return [
      {
        name: 'L: one event per transaction',
        value: better(rounds),
        unit: 'events/s',
        must: null,
        target: null,
      },
      {
        name: 'batch path',
        value: median(rounds.map((rates) => rates.batch)),
        unit: 'events/s',
        must: null,
        target: null,
      },
      { name: 'batch path ÷ L', value: overL(rounds), unit: '×', must: 1, target: 2 },
    ]
  } finally {
    await lab.close()
  }
}

async function hotShop(): Promise<Figure[]> {
  const lab = await openLab({ shops: 1, customers: 20_000 })
  try {
    const rounds = await interleavedRounds(['batch', 'single'], ROUNDS, (rival) =>
      rival === 'batch' ? lab.settle(EVENTS) : lab.settle(SINGLE_EVENTS, 1),
    )
    const value = median(rounds.map((rates) => rates.batch / rates.single))
    return [{ name: 'hot shop: batch ÷ own single-event path', value, unit: '×', must: 5, target: 10 }]
  } finally {
    await lab.close()
  }
}

/** `commit_delay` waits before each flush of the log, as a slower disk would. */
async function slowDisk(): Promise<Figure[]> {
  const lab = await openLab({
    shops: 20,
    customers: 50_000,
    settings: { commit_delay: '1000', commit_siblings: '0' },
  })
  try {
    const l = await openL(lab.owner, lab.url)
    if (!l) return []
    const rounds = await interleavedRounds(['several', 'cte', 'batch'], ROUNDS, (rival) =>
      rival === 'batch' ? lab.settle(EVENTS) : l[rival](),
    )
    return [
      { name: '1 ms more per flush: batch path ÷ L', value: overL(rounds), unit: '×', must: 2, target: 3 },
    ]
  } finally {
    await lab.close()
  }
}

type Rates = Record<'several' | 'cte' | 'batch', number>

function better(rounds: Rates[]): number {
  return Math.max(median(rounds.map((rates) => rates.several)), median(rounds.map((rates) => rates.cte)))
}

function overL(rounds: Rates[]): number {
  return median(rounds.map((rates) => rates.batch / Math.max(rates.several, rates.cte)))
}
