import type { PartChange } from '../document/section.ts'
import { type Program, SECTIONS, type SectionKey } from './program.ts'

/**
 * What is different between two program documents, for a merchant who is about to publish. Pure; surfaces put the
 * codes into words.
 */
export interface ProgramChange extends PartChange {
  /** The section of the document. */
  part: SectionKey
}

/** In the order of the document; empty when both say the same. */
export function programChanges(before: Program, after: Program): ProgramChange[] {
  return SECTIONS.flatMap(({ key, changes }) =>
    changes(before[key] as never, after[key] as never).map((change) => ({ part: key, ...change })),
  )
}
