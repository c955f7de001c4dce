import { availableParallelism } from 'node:os'
import { readEnv } from '../../app/env.server.ts'
import { inWords } from '../cli/environment.ts'
import { migrate } from '../migrate.ts'
import { buildIfChanged } from './build.ts'
import { keepRunning } from './keep-running.ts'
import type { Running } from './practice.ts'
import { startProgram } from './processes.ts'
import { WORKER } from './worker-program.ts'

/**
 * Runs the app on the database and with the keys of the environment: one web process, and a worker for each of the
 * first two cores. More of either may run elsewhere. One that ends is started again and leaves the others alone.
 * @throws Error that names every variable that is missing or wrong
 */
export async function startProduction(): Promise<Running> {
  const { DATABASE_URL } = readEnv(process.env)
  await buildIfChanged((words) => console.log(words))
  await migrate(DATABASE_URL).catch((error) => {
    throw inWords(error)
  })
  const env = { NODE_ENV: process.env.NODE_ENV ?? 'production' }
  const start = (program: Omit<Parameters<typeof startProgram>[0], 'log'>) =>
    keepRunning(() => startProgram(program))
  const programs = [
    start({ name: 'web process', args: ['server.ts'], env }),
    ...Array.from({ length: Math.min(availableParallelism(), 2) }, () =>
      start({ name: 'worker', args: WORKER.args, env: { ...env, ...WORKER.env } }),
    ),
  ]
  return {
    failed: Promise.race(programs.map(({ failed }) => failed)),
    stop: async () => void (await Promise.all(programs.map((program) => program.stop()))),
  }
}
