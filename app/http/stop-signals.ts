/** npm passes a Ctrl-C on that the terminal has sent already: two signals so close together are one. */
const SAME_SIGNAL_MS = 1_500

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP and ends the process when it is done (exit 0, or 1 when it
 * fails). A later second signal ends the process at once.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let first = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first === 0) {
        first = Date.now()
        stop(signal).then(
          () => process.exit(0),
          (error) => {
            console.error(error instanceof Error ? error.message : error)
            process.exit(1)
          },
        )
      } else if (Date.now() - first > SAME_SIGNAL_MS) process.exit(1)
    })
  }
}
