import { type Figure, helper } from './support.ts'

const EVENTS = Number(process.env.BENCH_MEMORY_EVENTS ?? 1_000_000)
const SLICE = 20_000

/**
 * Resident memory of a process that settles a million events: the highest seen after each slice, and how much higher
 * the last tenth is than the second. The process also stores the events, which the worker does not.
 */
export async function memoryBench(): Promise<Figure[]> {
  const lab = helper('lab-process.ts')
  try {
    await lab.ask({ open: { shops: 20, customers: 50_000 } })
    const seen: number[] = []
    for (let done = 0; done < EVENTS; done += SLICE) {
      await lab.ask({ settle: SLICE })
      seen.push((await lab.ask<number>({ memory: true })) / 1e6)
    }
    const tenth = Math.max(1, Math.floor(seen.length / 10))
    const highest = (part: number[]) => Math.max(...part)
    const growth = highest(seen.slice(-tenth)) / highest(seen.slice(tenth, 2 * tenth))
    return [
      { name: 'memory: highest over all events', value: highest(seen), unit: 'MB', must: null, target: null },
      { name: 'memory: last tenth ÷ second tenth', value: growth, unit: '×', must: null, target: null },
    ]
  } finally {
    await lab.ask({ close: true }).catch(() => {})
    lab.stop()
  }
}
