import { type Figure, helper, interleavedRounds, median } from './support.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const EVENTS = Number(process.env.BENCH_EVENTS ?? 10_000)
const LEDGER_ROWS = Number(process.env.BENCH_LEDGER_ROWS ?? 13_000_000)

const SIZES = {
  small: { open: { shops: 20, customers: 10_000 } },
  ten: { open: { shops: 20, customers: 100_000 } },
  hundred: { open: { shops: 20, customers: 1_000_000 } },
  long: { open: { shops: 20, customers: 10_000 }, ledgerRows: LEDGER_ROWS },
}
type Size = keyof typeof SIZES

/**
 * What of the batch path's rate is kept when members or ledger grow; all sizes in the same rounds. The long book is
 * audited at the end: what was measured is a book that is right.
 */
export async function growthBench(): Promise<Figure[]> {
  const names = Object.keys(SIZES) as Size[]
  const labs = Object.fromEntries(names.map((name) => [name, helper('lab-process.ts')])) as Record<
    Size,
    ReturnType<typeof helper>
  >
  try {
    for (const name of names) await labs[name].ask(SIZES[name])
    const rounds = await interleavedRounds(names, ROUNDS, (name) =>
      labs[name].ask<number>({ settle: EVENTS }),
    )
    const wrong = await labs.long.ask<string[]>({ audit: 1 })
    if (wrong.length > 0) throw new Error(`The book of the benchmark is wrong: ${wrong.join('\n')}`)
    const kept = (name: Size) => median(rounds.map((rates) => rates[name] / rates.small))
    const millions = (LEDGER_ROWS / 1e6).toFixed(1)
    return [
      { name: 'members × 10: rate kept', value: kept('ten'), unit: '×', must: 0.8, target: 0.9 },
      { name: 'members × 100: rate kept', value: kept('hundred'), unit: '×', must: 0.65, target: 0.8 },
      {
        name: `empty → ${millions} M ledger rows: rate kept`,
        value: kept('long'),
        unit: '×',
        must: 0.65,
        target: 0.85,
      },
    ]
  } finally {
    for (const name of names) {
      await labs[name].ask({ close: true }).catch(() => {})
      labs[name].stop()
    }
  }
}
