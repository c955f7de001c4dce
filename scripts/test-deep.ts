import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { APP_SECRET } from '../test/support/app-secret.ts'
import { cloneDatabase } from '../test/support/databases.ts'
import { type RunningPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'

/**
 * `npm run test:deep`: what `npm test` does a little of, very often. RUNS scales everything (100,000: all of it), SEED
 * repeats a run, `-- --only histories,races` chooses.
 */
const FULL = 100_000
const PROCESSES = 2
const TEMPLATE = 'deep_template'
const root = path.resolve(import.meta.dirname, '..')

interface Part {
  name: string
  about: string
  /** How many at RUNS=100000, in all processes together. */
  count: number
}

const PARTS: Part[] = [
  {
    name: 'histories',
    about: 'random histories, told cleanly and garbled, against the model',
    count: 100_000,
  },
  { name: 'races', about: 'clients on connections of their own that want the same points', count: 20_000 },
  { name: 'poison', about: 'mutated payloads and headers through the door and the inbox', count: 100_000 },
]

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  const only = values.only?.split(',') ?? PARTS.map(({ name }) => name)
  const unknown = only.find((name) => !PARTS.some((part) => part.name === name))
  const runs = Number(process.env.RUNS ?? FULL)
  if (unknown !== undefined || !Number.isInteger(runs) || runs < 1) {
    console.error(
      `Usage: [RUNS=${FULL}] [SEED=n] npm run test:deep [-- --only ${PARTS.map(({ name }) => name).join(',')}]`,
    )
    return 2
  }
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 30))
  console.log(`RUNS=${runs} SEED=${seed}`)
  const server = await startEmbeddedPostgres({
    dataDir: path.join(tmpdir(), `stammgast-deep-${randomUUID()}`),
    password: 'test-only',
    temporary: true,
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' },
  })
  try {
    await migrate(server.url(TEMPLATE))
    let failed = 0
    for (const part of PARTS.filter(({ name }) => only.includes(name)))
      if (!(await runPart(server, part, Math.ceil((part.count * runs) / FULL), seed))) failed++
    return failed === 0 ? 0 : 1
  } finally {
    await server.stop()
  }
}

async function runPart(
  server: RunningPostgres,
  { name, about }: Part,
  count: number,
  seed: number,
): Promise<boolean> {
  const started = performance.now()
  const sums = new Map<string, number>()
  console.log(`${name}: ${about}; ${count} in ${PROCESSES} processes`)
  const tell = setInterval(() => console.log(`  … ${wordsOf(sums)}`), 30_000)
  const faults = await Promise.all(
    Array.from({ length: PROCESSES }, (_, i) =>
      runShare(server, name, Math.ceil(count / PROCESSES), seed + i * 1_000_000, (counts) => {
        for (const [key, n] of Object.entries(counts)) sums.set(key, (sums.get(key) ?? 0) + n)
      }),
    ),
  )
  clearInterval(tell)
  const seconds = (performance.now() - started) / 1_000
  const fault = faults.find((words) => words !== null)
  console.log(`  ${wordsOf(sums)}\n  ${fault ? 'FAILED' : 'passed'} in ${seconds.toFixed(1)} s`)
  if (fault) console.error(fault)
  return !fault
}

/** One process with a database of its own. @returns null, or what went wrong */
async function runShare(
  server: RunningPostgres,
  part: string,
  count: number,
  seed: number,
  progress: (counts: Record<string, number>) => void,
): Promise<string | null> {
  const database = await cloneDatabase(server.url('postgres'), TEMPLATE)
  const child = spawn(
    process.execPath,
    [path.join(root, 'test/deep/process.ts'), part, String(count), String(seed)],
    {
      cwd: root,
      env: {
        ...process.env,
        NODE_ENV: 'test',
        LOG_LEVEL: 'silent',
        DATABASE_URL: database.url,
        SHOPIFY_API_KEY: 'test-key',
        SHOPIFY_API_SECRET: APP_SECRET,
        SHOPIFY_APP_URL: 'http://127.0.0.1:3000',
        DATABASE_POOL: '70',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const words: string[] = []
  child.stderr.on('data', (chunk) => words.push(String(chunk)))
  createInterface({ input: child.stdout }).on('line', (line) => progress(JSON.parse(line)))
  const code = await new Promise<number>((resolve) => child.once('close', (n) => resolve(n ?? 1)))
  await database.drop()
  return code === 0 ? null : words.join('') || `ended with ${code}`
}

function wordsOf(sums: Map<string, number>): string {
  return [...sums].map(([key, n]) => `${key}: ${n.toLocaleString('en')}`).join(', ')
}

process.exitCode = await main()
