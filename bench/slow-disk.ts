import { openLab } from './batch-lab.ts'
import { batchOverL } from './over-l.ts'
import { openL } from './pgbench-l.ts'
import type { Figure } from './support.ts'

/**
 * The same on a disk that takes a millisecond longer: `commit_delay` waits before each flush of the log. That is kind
 * to L: whoever commits during the wait shares this flush, where a slow disk would let it wait for the next one. But
 * it is what PostgreSQL itself offers everywhere; to slow the flush as such takes a compiler (a library in front of
 * `fdatasync`), a tracer, or root, which a machine that runs this need not have.
 */
export async function slowDiskBench(): Promise<Figure[]> {
  const settings = { commit_delay: '1000', commit_siblings: '0' }
  const lab = await openLab({ shops: 20, customers: 50_000, settings })
  try {
    const l = await openL(lab.owner, lab.url)
    if (!l) return []
    const { ratio } = await batchOverL(lab, l)
    return [{ name: '1 ms more per flush: batch path ÷ L', value: ratio, unit: '×', must: 2, target: 3 }]
  } finally {
    await lab.close()
  }
}
