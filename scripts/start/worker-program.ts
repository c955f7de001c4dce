/**
 * How the worker is started wherever we start it. Left to itself V8 keeps 134 MB for new objects alone; 48 MB cost no
 * speed. Less saves memory and costs time for each order, because whatever lives as long as a batch is copied again
 * and again: 8 MB and an old generation held down to growing by 70 % save 80 MB and cost a tenth of the speed.
 *
 * `npm run worker` and the Dockerfile say the same.
 */
const flags = ['--max-semi-space-size=16']

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
  env: {},
}
