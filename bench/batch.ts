import { openLab } from './batch-lab.ts'
import { batchOverL } from './over-l.ts'
import { openL } from './pgbench-l.ts'
import type { Figure } from './support.ts'

/** The batch path against one transaction per event. */
export async function batchBench(): Promise<Figure[]> {
  const lab = await openLab({ shops: 20, customers: 50_000 })
  try {
    const one = await openL(lab.owner, lab.url)
    if (!one) return []
    const { batch, l, ratio } = await batchOverL(lab, one)
    return [
      { name: 'L: one event per transaction', value: l, unit: 'events/s', must: null, target: null },
      { name: 'batch path', value: batch, unit: 'events/s', must: null, target: null },
      { name: 'batch path ÷ L', value: ratio, unit: '×', must: 1, target: 2 },
    ]
  } finally {
    await lab.close()
  }
}
