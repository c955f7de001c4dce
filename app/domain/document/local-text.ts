import { z } from 'zod'
import { coded, shownText } from './document-fields.ts'

/** Text in one or both languages; a surface falls back to the other one. */
export const localTextUpTo = (most: number) =>
  z
    .object({
      de: shownText(most).optional(),
      en: shownText(most).optional(),
    })
    .refine(
      (text) => text.de !== undefined || text.en !== undefined,
      coded('text-missing', 'write the text in at least one language'),
    )

export const localText = localTextUpTo(120)
export type LocalText = z.infer<typeof localText>

/** Shows a text in the wanted language, else in the other one. */
export function inLocale(text: LocalText, locale: string): string {
  return (locale.startsWith('de') ? (text.de ?? text.en) : (text.en ?? text.de)) ?? ''
}
