import { processDeliveries } from '../loyalty/deliveries/process-deliveries.ts'
import { processRequests } from '../loyalty/deliveries/process-requests.ts'

/** So many deliveries are as much garbage as is worth a collection. */
const MUCH = 150

/**
 * Works through the waiting deliveries until none is left or the signal asks to stop.
 * @param most deliveries of one batch
 */
export async function drainInbox(signal: AbortSignal, most?: number): Promise<void> {
  let since = 0
  while (!signal.aborted) {
    const taken = await processDeliveries(Date.now, most)
    if (taken === 0) return
    since += taken
    if (since < MUCH) continue
    forgetBatches()
    since = 0
  }
}

/** The same for requests, which wait apart and are taken one by one. */
export async function drainRequests(signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await processRequests(Date.now)) > 0);
}

/**
 * Once a batch is in the book all that it made is garbage, and collecting the young generation costs half a millisecond.
 * Left to itself V8 collects in the middle of a batch: it copies what lives, moves it to the old generation the second
 * time, and has to go through that one again and again. The worker's flags (scripts/start/worker-program.ts) allow the
 * call and give the young generation room for a whole batch.
 */
function forgetBatches(): void {
  globalThis.gc?.({ type: 'minor', execution: 'sync' })
}
