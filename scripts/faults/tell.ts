import { inSeconds, type RecoveryTimes } from '../../test/faults/recovery.ts'

/** What the parts say of what they found. */

export const told = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ')

export function tellDifferences(differences: string[]): void {
  console.log(`  differences from a clean run: ${differences.length}`)
  for (const difference of differences) console.log(`    ${difference}`)
}

export function tellRecovery({ progress, drained }: RecoveryTimes): void {
  console.log(
    `  deliveries went on after: ${inSeconds(progress)}; all had ended after: ${inSeconds(drained)}`,
  )
}

export function tellAudit({ code, words }: { code: number; words: string }): void {
  console.log(`  audit: ${code === 0 ? words.trim().split('\n').at(-1) : words}`)
}

/** Taken, refused for now, or no answer: nothing that would keep Shopify from telling it again. */
export const onlyRefusals = (answers: Record<string, number>) =>
  Object.keys(answers).every((status) => status === '200' || status === '0' || status.startsWith('5'))
