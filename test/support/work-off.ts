import { processDeliveries } from '../../app/loyalty/deliveries/process-deliveries.ts'
import { processRequests } from '../../app/loyalty/deliveries/process-requests.ts'

/** One round of a worker that has a single hand: a batch of deliveries, then one request. @returns how many were taken */
export async function workOff(now: () => number, most?: number): Promise<number> {
  return (await processDeliveries(now, most)) + (await processRequests(now))
}
