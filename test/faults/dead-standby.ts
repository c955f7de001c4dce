import { until } from '../support/processes.ts'
import {
  type FollowedReport,
  type FollowedRun,
  type FollowedScene,
  onFollowedDatabase,
} from './followed-scene.ts'

/** What was seen while commits waited. */
export interface Wait {
  /** What readiness said. */
  readiness: string
  /** Sessions that the app had at the server. */
  sessions: number
}

/** The only synchronous standby dies over and over while deliveries come in. */
export async function deadStandby(run: FollowedRun): Promise<FollowedReport & { waits: Wait[] }> {
  const waits: Wait[] = []
  const report = await onFollowedDatabase(run, async (scene) => {
    for (let i = 0; i < run.rounds; i++) waits.push(await standbyDies(scene))
  })
  return { ...report, waits }
}

const NOTICED_MS = 30_000

/**
 * No commit is confirmed until the standby is back.
 * @throws Error when something was acknowledged meanwhile, or nobody noticed
 */
export async function standbyDies(scene: FollowedScene): Promise<Wait> {
  const { database, sender, server, owner } = scene
  const wait: Wait = { readiness: '', sessions: 0 }
  const refusals = () => sender.answers.get(503) ?? 0
  await scene.round('the standby died', async (lines) => {
    await sender.send(lines.slice(0, lines.length / 4))
    await database.killStandby()
    const before = { refused: refusals(), taken: sender.acknowledged.size }
    const sending = sender.send(lines.slice(lines.length / 4))
    sending.catch(() => {}) // heard by the caller
    await until('readiness notices', NOTICED_MS, async () => {
      const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`)
      wait.readiness = `${answer.status} ${await answer.text()}`
      return answer.status === 503
    })
    await until('the door refuses', NOTICED_MS, async () => refusals() > before.refused)
    await until('the log says so', NOTICED_MS, async () =>
      server.words().includes('commits are not confirmed'),
    )
    const { rows } = await owner().query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'stammgast%'`,
    )
    wait.sessions = rows[0].n
    if (sender.acknowledged.size > before.taken)
      throw new Error('Something was acknowledged that no standby has')
    await database.restartStandby()
    return { at: performance.now(), sending }
  })
  return wait
}
