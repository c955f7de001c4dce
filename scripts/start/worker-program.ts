/**
 * How the worker is started wherever we start it. The young generation has room for a whole batch, and is collected
 * between two of them (app/jobs/drain-inbox.ts): then nearly nothing reaches the old one. V8 must not make objects there
 * because earlier ones lived long, and its collector gains nothing from further threads where two processes share two
 * cores with PostgreSQL. docs/decisions/0015-what-an-award-costs.md has the figures.
 *
 * `npm run worker` and the Dockerfile name the same flags.
 */
const flags = [
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
  '--heap-growing-percent=30',
  '--no-allocation-site-pretenuring',
  '--single-threaded-gc',
  '--expose-gc',
]

/**
 * For the C library of most Linux systems, which keeps what was freed, in an arena for each thread; others take no
 * notice. Bytes, but for the number of arenas.
 */
const env = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '131072' }

/** What `npm run build` makes of worker.ts (bundle-worker.ts). */
const bundle = 'build/worker/index.js'

export const WORKER: {
  flags: string[]
  bundle: string
  args: string[]
  env: Record<string, string>
} = {
  /** For Node. */
  flags,
  bundle,
  args: [...flags, bundle],
  env,
}
