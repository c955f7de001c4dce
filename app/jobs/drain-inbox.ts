import { processDeliveries } from '../loyalty/process-deliveries.ts'

/** Works through the waiting deliveries until none is left or the signal asks to stop. */
export async function drainInbox(signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await processDeliveries(Date.now)) > 0);
}
