import type { ProgramIssue } from './program-issue.ts'

/** An issue for each tier that items of a section are for and that the document does not have. */
export function unknownTiers(items: { tiers: string[] }[], known: ReadonlySet<string>): ProgramIssue[] {
  return items.flatMap(({ tiers }, i) =>
    tiers
      .filter((tier) => !known.has(tier))
      .map(
        (tier): ProgramIssue => ({
          path: `${i}.tiers`,
          code: 'tier-unknown',
          message: `there is no tier "${tier}"`,
          values: { tier },
        }),
      ),
  )
}
