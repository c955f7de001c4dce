import { env } from './app/env.server.ts'
import { stopOnSignal } from './app/http/stop-signals.ts'
import { startWorker } from './app/jobs/run-worker.ts'
import { logger } from './app/logger.server.ts'

/** The worker process: the inbox, the jobs, and what runs by the clock. Any number of them may run. */
async function main(): Promise<void> {
  const worker = await startWorker(env().DATABASE_URL)
  stopOnSignal((signal) => {
    logger.info({ signal }, 'worker is stopping')
    return worker.stop()
  })
}

function stopWith(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

await main().catch(stopWith)
