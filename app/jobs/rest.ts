import { setTimeout as pause } from 'node:timers/promises'

/** Waits so long, or until the signal says that the work ends; never throws. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {})
}
