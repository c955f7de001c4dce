import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../scripts/embedded-postgres.ts'
import { migrate } from '../scripts/migrate.ts'

/** The client secret of the app while it is measured. */
export const SECRET = 'be7c40f1d2938a65e0b4c7d81f6a3925'

/** One number of a benchmark. Without `must` it fails nothing, without `target` too it only informs. */
export interface Figure {
  name: string
  value: number
  unit: string
  must: number | null
  target: number | null
  /** `must` and `target` are the most there may be. */
  lessIsBetter?: true
}

/** A PostgreSQL of its own with the usual durability: every commit is flushed to the disk. */
export async function benchDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const server = await startEmbeddedPostgres({
    dataDir: path.join(tmpdir(), `stammgast-bench-${randomUUID()}`),
    password: 'bench-only',
    temporary: true,
    settings: { shared_buffers: '256MB', max_wal_size: '2GB' },
  })
  const url = server.url('bench')
  await migrate(url)
  return { url, stop: () => server.stop() }
}

/**
 * Measures rivals in turn, round after round, so that a busy neighbour disturbs all of them alike.
 * @param measure how much one rival does in a second
 * @returns the rates of each round, after a first round that is not counted
 */
export async function interleavedRounds<N extends string>(
  rivals: readonly N[],
  rounds: number,
  measure: (rival: N, round: number) => Promise<number>,
): Promise<Record<N, number>[]> {
  const results: Record<N, number>[] = []
  for (let round = 0; round <= rounds; round++) {
    const rates = {} as Record<N, number>
    for (const rival of rivals) rates[rival] = await measure(rival, round)
    if (round > 0) results.push(rates)
  }
  return results
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) throw new Error('There is no median of nothing')
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** The median of the rounds' own ratios: within a round both had the same neighbours. */
export function medianRatio<N extends string>(rounds: Record<N, number>[], over: N, under: N): number {
  return median(rounds.map((rates) => rates[over] / rates[under]))
}

/** A program of this folder in a process of its own, asked and answering by messages. */
export function helper(file: string, env: Record<string, string> = {}, flags: string[] = process.execArgv) {
  const child: ChildProcess = fork(path.join(import.meta.dirname, file), [], {
    execArgv: flags,
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'silent', ...env },
  })
  let fail: (error: Error) => void = () => {}
  child.once('exit', (code) => fail(new Error(`${file} ended (exit ${code})`)))
  return {
    ask<A>(question: object): Promise<A> {
      return new Promise((resolve, reject) => {
        fail = reject
        child.once('message', (answer) => resolve(answer as A))
        child.send(question)
      })
    },
    stop: () => void child.kill(),
  }
}
