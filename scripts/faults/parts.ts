import type { RecoveryTimes } from '../../test/faults/recovery.ts'
import type { Place } from './cluster.ts'
import { failOvers, standby, vanished } from './followed-parts.ts'
import type { Scale } from './scale.ts'
import { onlyRefusals, tellAudit, tellDifferences, tellRecovery, told } from './tell.ts'

/** One kind of fault. True when nothing was lost or doubled and the audit finds nothing. */
export type Part = (place: Place, scale: Scale) => Promise<boolean>

const LONGEST_RECOVERY_MS = 60_000

/** Each part by its name; the modules of the app are read when its environment stands. */
export const PARTS: Record<string, Part> = {
  replay,
  storm,
  'disk-full': fullDisk,
  'admin-api': adminApi,
  clock,
  'fail-over': failOvers,
  vanished,
  standby,
}

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

/** How often the disk is full, and the deliveries around each time. */
const FULL_ROUNDS = 12
const FULL_DELIVERIES = 400

async function fullDisk({ clean }: Place, { seed }: Scale): Promise<boolean> {
  const { diskFull } = await import('../../test/faults/disk-full.ts')
  console.log(`disk-full: ${FULL_ROUNDS} times, ${FULL_DELIVERIES} deliveries around each`)
  const tell = (words: string) => console.log(`  … ${words}`)
  const report = await diskFull({ clean, seed, rounds: FULL_ROUNDS, perRound: FULL_DELIVERIES, tell })
  const { complaints, answers, lost } = report
  console.log(`  by ${report.means}; PostgreSQL said: ${told(complaints)}; it gave up ${report.gaveUp} times`)
  console.log(
    `  answers of the door: ${Object.entries(answers)
      .map(([status, n]) => `${n} × ${status === '0' ? 'none' : status}`)
      .join(', ')}`,
  )
  console.log(`  ${report.deliveries} deliveries, ended: ${told(report.inbox)}; lost: ${lost}`)
  tellDifferences(report.differences)
  tellRecovery(report.recovery)
  tellAudit(report.audit)
  return (
    Object.keys(complaints).length > 0 &&
    onlyRefusals(answers) &&
    lost === 0 &&
    report.differences.length === 0 &&
    report.audit.code === 0 &&
    !report.inbox.quarantined &&
    recovered(report.recovery)
  )
}

/** Rounds of shopping and kills of the worker while the Admin API misbehaves. */
const ROUNDS = 200
const WORKER_KILLS = 10

async function adminApi({ clean, fresh }: Place, { seed }: Scale): Promise<boolean> {
  const { shakyAdmin } = await import('../../test/faults/shaky-admin.ts')
  console.log(
    `admin-api: ${ROUNDS} rounds of shopping, two of five questions go wrong, worker killed ${WORKER_KILLS} times`,
  )
  const report = await shakyAdmin({ clean, fresh, rounds: ROUNDS, kills: WORKER_KILLS, seed })
  for (const [what, n] of Object.entries(report.questions)) console.log(`  ${String(n).padStart(5)}  ${what}`)
  console.log(
    `  ${report.orders} orders; redemptions: ${told(report.redemptions)}, refused at a price of old: ${report.oldPrices}; deliveries: ${told(report.inbox)}`,
  )
  const { codes, points, metafields } = report
  console.log(
    `  codes that do not fit their points: ${codes.length}, wrong points: ${points.length}, wrong metafields: ${metafields.length}`,
  )
  for (const words of [...codes, ...points, ...metafields, ...report.jobsLeft]) console.log(`    ${words}`)
  console.log(
    `  jobs left: ${report.jobsLeft.length}; all done ${(report.settledAfter / 1_000).toFixed(1)} s after the last fault`,
  )
  tellAudit(report.audit)
  const wrong = codes.length + points.length + metafields.length + report.jobsLeft.length
  return wrong === 0 && report.audit.code === 0 && !report.inbox.waiting && !report.inbox.quarantined
}

/** Changes of the clocks that the processes are led over. */
const CLOCK_CHANGES = 4

async function clock({ clean, fresh }: Place, { seed }: Scale): Promise<boolean> {
  const { movedClock } = await import('../../test/faults/moved-clock.ts')
  console.log(
    `clock: by an hour and by a day, forward and back, over ${CLOCK_CHANGES} changes of Berlin's clocks`,
  )
  const tell = (words: string) => console.log(`  … ${words}`)
  const report = await movedClock({ clean, fresh, seed, changes: CLOCK_CHANGES, tell })
  const { moves, lapsed, unannounced, lost } = report
  console.log(`  clock moved ${moves.forward} times forward, ${moves.back} times back`)
  console.log(`  ${report.deliveries} deliveries, ended: ${told(report.inbox)}; lost: ${lost}`)
  console.log(`  ${lapsed} lots lapsed, ${unannounced.length} of them without a warning in time`)
  for (const words of unannounced) console.log(`    ${words}`)
  tellDifferences(report.differences)
  tellRecovery(report.recovery)
  tellAudit(report.audit)
  return (
    lost === 0 &&
    lapsed > 0 &&
    unannounced.length === 0 &&
    report.differences.length === 0 &&
    report.audit.code === 0 &&
    recovered(report.recovery)
  )
}

const recovered = ({ drained }: RecoveryTimes) => drained.longest < LONGEST_RECOVERY_MS
