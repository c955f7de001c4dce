/** So many digits are more than any bound; what is longer is not looked at. */
const MOST_DIGITS = 16

const PLAIN = /^-?\d+$/

/**
 * A whole number that people or other programs wrote in plain digits: `wholeNumber("-40", {min: -100})` is -40. What
 * JavaScript would read besides ("1e3", "0x10", "", " 7 ") is none, and neither is what lies outside of the bounds.
 * @returns null for everything else
 */
export function wholeNumber(
  text: unknown,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number | null {
  if (typeof text !== 'string' || text.length > MOST_DIGITS + 1 || !PLAIN.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) && value >= min && value <= max ? value : null
}
