import { drainInbox } from '../app/jobs/drain-inbox.ts'

/** Settles what waits, as the worker does. Asked `{drain: batch}`, answers when nothing is left. */
process.on('message', async ({ drain }: { drain?: number }) => {
  await drainInbox(new AbortController().signal, drain)
  process.send?.(true)
})
