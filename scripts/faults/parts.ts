import { inSeconds, type RecoveryTimes } from '../../test/faults/recovery.ts'
import type { Place } from './cluster.ts'

/** How much of it: kills, deliveries, and the seed of everything random. */
export interface Scale {
  kills: number
  deliveries: number
  seed: number
}

/** One kind of fault. True when nothing was lost or doubled and the audit finds nothing. */
export type Part = (place: Place, scale: Scale) => Promise<boolean>

const LONGEST_RECOVERY_MS = 60_000

/** Each part by its name; the modules of the app are read when its environment stands. */
export const PARTS: Record<string, Part> = { replay, storm }

async function replay({ clean, fresh }: Place, { deliveries, seed }: Scale): Promise<boolean> {
  const { replayWithKills } = await import('../../test/faults/replay-with-kills.ts')
  console.log(`replay: ${deliveries} deliveries, 30 % duplicates, random order, worker killed twice`)
  const report = await replayWithKills(clean, fresh, { count: deliveries, seed })
  console.log(
    `  ${report.deliveries} deliveries, ${report.ledger.orders} orders, ${report.ledger.accounts} balances`,
  )
  console.log(`  waiting at each kill: ${report.waitingAtKill.join(', ')}; ended: ${told(report.inbox)}`)
  tellDifferences(report.differences)
  tellAudit(report.audit)
  return report.replay.code === 0 && report.audit.code === 0 && report.differences.length === 0
}

async function storm({ clean, fresh, crash }: Place, { kills, seed }: Scale): Promise<boolean> {
  const { killStorm } = await import('../../test/faults/kill-storm.ts')
  console.log(`storm: ${kills} kills`)
  const report = await killStorm({
    clean,
    databaseUrl: fresh.url,
    kills,
    seed,
    crashPostgres: crash,
    tell: (words) => console.log(`  … ${words}`),
  })
  for (const [what, n] of Object.entries(report.kills)) console.log(`  ${String(n).padStart(5)}  ${what}`)
  for (const name of report.unreached) console.log(`  NEVER REACHED: ${name}`)
  console.log(`  ${report.deliveries} deliveries, ended: ${told(report.inbox)}; lost: ${report.lost}`)
  tellDifferences(report.differences)
  tellRecovery(report.recovery)
  tellAudit(report.audit)
  return (
    report.lost === 0 &&
    report.differences.length === 0 &&
    report.audit.code === 0 &&
    !report.inbox.quarantined &&
    report.unreached.length === 0 &&
    recovered(report.recovery)
  )
}

const told = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ')

function tellDifferences(differences: string[]): void {
  console.log(`  differences from a clean run: ${differences.length}`)
  for (const difference of differences) console.log(`    ${difference}`)
}

function tellRecovery({ progress, drained }: RecoveryTimes): void {
  console.log(
    `  deliveries went on after: ${inSeconds(progress)}; all had ended after: ${inSeconds(drained)}`,
  )
}

function tellAudit({ code, words }: { code: number; words: string }): void {
  console.log(`  audit: ${code === 0 ? words.trim().split('\n').at(-1) : words}`)
}

const recovered = ({ drained }: RecoveryTimes) => drained.longest < LONGEST_RECOVERY_MS
