import { processDeliveries } from '../app/loyalty/process-deliveries.ts'

/** Settles what waits, as the worker does: two connections at once. Asked `{drain: batch}`, answers when nothing is left. */
const LOOPS = 2

process.on('message', async ({ drain }: { drain: number }) => {
  const loop = async () => {
    while ((await processDeliveries(Date.now, drain)) > 0);
  }
  await Promise.all(Array.from({ length: LOOPS }, loop))
  process.send?.(true)
})
