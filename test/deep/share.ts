/** What one process of a deep run has to do. */
export interface DeepShare {
  /** Histories, rounds or payloads, by the kind of run. */
  count: number
  seed: number
}

/** Adds to the counts that the run prints. */
export type Progress = (counts: Record<string, number>) => void
