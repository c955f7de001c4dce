import type { Lab } from './batch-lab.ts'
import type { L } from './pgbench-l.ts'
import { interleavedRounds, median } from './support.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000)

/** The batch path and L in the same rounds on the same server. Rates are events a second. */
export async function batchOverL(lab: Lab, l: L): Promise<{ batch: number; l: number; ratio: number }> {
  const rounds = await interleavedRounds(['several', 'cte', 'batch'], ROUNDS, (rival) =>
    rival === 'batch' ? lab.settle(EVENTS) : l[rival](),
  )
  return {
    batch: median(rounds.map((rates) => rates.batch)),
    l: Math.max(median(rounds.map((rates) => rates.several)), median(rounds.map((rates) => rates.cte))),
    ratio: median(rounds.map((rates) => rates.batch / Math.max(rates.several, rates.cte))),
  }
}
