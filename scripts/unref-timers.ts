/**
 * Preloaded before Prisma's CLI: the schema engine's lock timers (10 s and 60 s) would otherwise hold the process
 * open long after the migration is done.
 */
const originalSetTimeout = globalThis.setTimeout
const LONG_MS = 5_000

globalThis.setTimeout = ((run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
  const timer = originalSetTimeout(run, ms, ...args)
  if ((ms ?? 0) >= LONG_MS) timer.unref()
  return timer
}) as typeof setTimeout
