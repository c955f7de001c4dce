import { availableParallelism } from 'node:os'

/**
 * How many steps of `npm test`, and how many processes of its database room, run at once: one a core, or
 * TEST_PROCESSES.
 * @throws Error when that is no number
 */
export function processesAtOnce(chosen = process.env.TEST_PROCESSES): number {
  if (!chosen) return availableParallelism()
  if (!/^[1-9]\d{0,2}$/.test(chosen))
    throw new Error(`TEST_PROCESSES is "${chosen}", and not a whole number from 1 to 999`)
  return Number(chosen)
}

/** Each has a browser and a shop with a database, a server and a worker: more than these, and a laptop runs out of memory. */
const BROWSERS = 2

/** How many processes of the browser room run at once. */
export const browsersAtOnce = (chosen?: string): number => Math.min(processesAtOnce(chosen), BROWSERS)
