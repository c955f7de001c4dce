/**
 * How the worker is started wherever we start it. Left to itself V8 keeps 134 MB for new objects alone, and lets the
 * old ones grow to several times what lives; C's allocator keeps what was freed, in an arena for each thread. These
 * settings hold that down as far as it costs hardly any speed: docs/decisions/0015-what-an-award-costs.md has the figures.
 *
 * `npm run worker` and the Dockerfile name the same flags.
 */
const flags = ['--max-semi-space-size=16', '--heap-growing-percent=100']

/** For the C library of most Linux systems; others take no notice. Bytes, but for the number of arenas. */
const env = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '131072' }

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
