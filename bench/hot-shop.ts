import { openLab } from './batch-lab.ts'
import { type Figure, interleavedRounds, median } from './support.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000)
const SINGLE_EVENTS = 400

/** All events in one shop: the batch against the same path with one event per transaction. */
export async function hotShopBench(): Promise<Figure[]> {
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
