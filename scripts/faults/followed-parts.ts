import type { FollowedReport } from '../../test/faults/followed-scene.ts'
import { inSeconds } from '../../test/faults/recovery.ts'
import type { Place } from './cluster.ts'
import type { Scale } from './scale.ts'
import { onlyRefusals, tellAudit, tellDifferences, told } from './tell.ts'

/** What can happen to a database that a standby follows. */

const PER_ROUND = 60
/** The database is there again: so soon something has to be settled. */
const BACK_WITHIN_MS = 15_000
const STANDBY_DEATHS = 10

const tell = (words: string) => console.log(`  … ${words}`)

export async function failOvers({ clean }: Place, { failOvers: rounds, seed }: Scale): Promise<boolean> {
  const { failOvers } = await import('../../test/faults/fail-over.ts')
  console.log(`fail-over: the primary dies ${rounds} times, ${PER_ROUND} deliveries around each`)
  return judge(await failOvers({ clean, seed, rounds, perRound: PER_ROUND, tell }))
}

export async function vanished({ clean }: Place, { vanished: rounds, seed }: Scale): Promise<boolean> {
  const { vanishedConnections } = await import('../../test/faults/vanished.ts')
  console.log(`vanished: connections vanish ${rounds} times, ${PER_ROUND} deliveries around each`)
  return judge(await vanishedConnections({ clean, seed, rounds, perRound: PER_ROUND, tell }))
}

export async function standby({ clean }: Place, { seed }: Scale): Promise<boolean> {
  const { deadStandby } = await import('../../test/faults/dead-standby.ts')
  console.log(
    `standby: the synchronous one dies ${STANDBY_DEATHS} times, ${PER_ROUND} deliveries around each`,
  )
  const report = await deadStandby({ clean, seed, rounds: STANDBY_DEATHS, perRound: PER_ROUND, tell })
  const readiness = new Set(report.waits.map((wait) => wait.readiness))
  const sessions = Math.max(...report.waits.map((wait) => wait.sessions))
  console.log(
    `  readiness meanwhile: ${[...readiness].join(', ')}; at most ${sessions} sessions at the server`,
  )
  return judge(report) && [...readiness].every((words) => words.startsWith('503'))
}

function judge(report: FollowedReport): boolean {
  const { recovery, lost, ended } = report
  const answers = Object.entries(report.answers).map(
    ([status, n]) => `${n} × ${status === '0' ? 'none' : status}`,
  )
  console.log(`  ${report.deliveries} deliveries, ended: ${told(report.inbox)}; lost: ${lost}`)
  console.log(
    `  answers of the door: ${answers.join(', ')}; processes that ended: ${ended.join(', ') || 'none'}`,
  )
  tellDifferences(report.differences)
  const { progress, drained } = recovery
  console.log(
    `  once the database was there, settling went on after: ${inSeconds(progress)}; all had ended after: ${inSeconds(drained)}`,
  )
  tellAudit(report.audit)
  return (
    lost === 0 &&
    ended.length === 0 &&
    report.differences.length === 0 &&
    report.audit.code === 0 &&
    !report.inbox.quarantined &&
    onlyRefusals(report.answers) &&
    progress.longest < BACK_WITHIN_MS
  )
}
