import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { startTestPostgres } from '../test/global-database.ts'

/**
 * `npm run test:mutation`: breaks the rules and the ledger in a few thousand small ways and asks the tests to notice.
 * stryker.config.json says what and how. What it is given goes to Stryker: `-- --mutate app/domain/tiers/tiers.ts`.
 */
const root = path.resolve(import.meta.dirname, '..')
const REPORT = path.join(root, '.cache/mutation/report.json')
const ROOMS = ['app/domain', 'app/ledger']
const LEAST = 85

type Status =
  | 'Killed'
  | 'Timeout'
  | 'Survived'
  | 'NoCoverage'
  | 'Ignored'
  | 'RuntimeError'
  | 'CompileError'
  | 'Pending'

interface Report {
  files: Record<string, { mutants: { status: Status }[] }>
}

async function main(args: string[]): Promise<number> {
  const started = performance.now()
  await rm(REPORT, { force: true })
  const code = await runStryker(args)
  const report = await readReport()
  if (report === undefined) return code || 1
  const found = ROOMS.map((room) => tell(room, statuses(report, `${room}/`)))
  tell('together', statuses(report, ''))
  console.log(`in ${((performance.now() - started) / 60_000).toFixed(1)} min; each must reach ${LEAST} %`)
  console.log('Survivors, each in its place: .cache/mutation/report.html')
  return code || (found.every((score) => score >= LEAST) ? 0 : 1)
}

/** One PostgreSQL for all runs of the tests: a run that hangs is killed, and must not take the database along. */
async function runStryker(args: string[]): Promise<number> {
  const server = await startTestPostgres()
  const wait = () => {} // Ctrl-C reaches Stryker as well; we go on to stop the database
  process.on('SIGINT', wait)
  try {
    const stryker = path.join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js')
    const child = spawn(process.execPath, [stryker, 'run', ...args], {
      cwd: root,
      env: { ...process.env, MUTATION_POSTGRES_URL: server.url('postgres') },
      stdio: 'inherit',
    })
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => resolve(code ?? 1))
    })
  } finally {
    process.off('SIGINT', wait)
    await server.stop()
  }
}

async function readReport(): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(REPORT, 'utf8'))
  } catch {
    return undefined // Stryker has said why
  }
}

function statuses(report: Report, under: string): Status[] {
  return Object.entries(report.files)
    .filter(([file]) => file.startsWith(under))
    .flatMap(([, { mutants }]) => mutants.map(({ status }) => status))
}

/** Prints the counts and returns the score in per cent: noticed of all that could be; 100 of nothing. */
function tell(name: string, all: Status[]): number {
  const count = (status: Status) => all.filter((each) => each === status).length
  const noticed = count('Killed') + count('Timeout')
  const missed = count('Survived') + count('NoCoverage')
  const score = noticed + missed === 0 ? 100 : (100 * noticed) / (noticed + missed)
  console.log(
    `${name.padEnd(10)} ${score.toFixed(2)} %: ${count('Killed')} killed, ${count('Timeout')} timed out, ` +
      `${count('Survived')} survived, ${count('NoCoverage')} not reached, ${count('Ignored')} left out`,
  )
  return score
}

process.exitCode = await main(process.argv.slice(2))
