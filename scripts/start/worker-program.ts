/**
 * How the worker is started wherever we start it: frugal with memory. Left to itself V8 keeps 134 MB for new objects
 * alone and lets the old ones triple before it looks among them again; a batch needs neither. Less than this (two
 * megabytes, two fifths) saves some more memory and costs half as much time again for each order.
 *
 * `npm run worker` and the Dockerfile say the same.
 */
const flags = ['--max-semi-space-size=8', '--heap-growing-percent=70']

export const WORKER: { flags: string[]; args: string[]; env: Record<string, string> } = {
  /** For Node. */
  flags,
  args: [...flags, 'worker.ts'],
  env: {},
}
