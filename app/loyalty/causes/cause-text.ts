import type { Wording } from '../../wording.ts'

/** "Zusammen bisher 450,00 €."; null: nothing was given yet. */
export function togetherText(given: string | undefined, words: Wording): string | null {
  if (given === undefined || Number(given) === 0) return null
  return words.say('rewards:donation.together', { amount: words.money(given) })
}
