/** A line that fills up, on a terminal; elsewhere nothing, so that logs stay clean. */
export interface ProgressBar {
  update(value: number): void
  stop(): void
}

/** @param total what `update` counts up to */
export async function progressBar(label: string, total: number): Promise<ProgressBar> {
  if (!process.stderr.isTTY || total <= 0) return { update: () => {}, stop: () => {} }
  const drawing = await import('cli-progress').catch(() => undefined) // not there in a production installation
  if (!drawing) return { update: () => {}, stop: () => {} }
  const bar = new drawing.default.SingleBar(
    {
      format: `  ${label} [{bar}] {percentage} %`,
      hideCursor: true,
      stream: process.stderr,
      clearOnComplete: true,
    },
    drawing.default.Presets.shades_classic,
  )
  bar.start(total, 0)
  return { update: (value) => bar.update(value), stop: () => bar.stop() }
}
