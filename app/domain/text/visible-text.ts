/**
 * What shows nothing, though it is no white space: control and format characters (zero-width space, marks of direction),
 * what a font leaves out (fillers, selectors of a variant), and the empty braille pattern.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** The text without what shows nothing; ends of lines and tabulators become spaces. */
export function withoutUnseen(text: string): string {
  return text.replaceAll(UNSEEN, (unseen) => (/\s/.test(unseen) ? ' ' : ''))
}

/**
 * What a reader sees of a text: "\u200E=1" is "=1", and zero-width characters alone are "". For judging a text, not for
 * keeping it: an emoji that is joined of several falls apart.
 */
export function visiblePart(text: string): string {
  return withoutUnseen(text).trim()
}
