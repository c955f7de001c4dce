/** No 0/O, 1/I/L, and no vowels: nobody misreads it, and it spells nothing. */
const ALPHABET = '23456789BCDFGHJKMNPQRSTVWXZ'
const LENGTH = 10
const SHOWN_LENGTH = 8
const SHOWN_CODE = /^[2-9BCDFGHJKMNPQRSTVWXZ]{8}$/

/**
 * A reward code like "ST-7KQM2-XW9RT": 27^10 possibilities, so that guessing one is hopeless.
 * @param random at least 16 random bytes
 */
export function rewardCode(random: Uint8Array): string {
  const code = letters(random, LENGTH)
  return `ST-${code.slice(0, 5)}-${code.slice(5)}`
}

/**
 * What a member shows to the people who do something for her, "7KQM-2XW9": short enough to be typed at a till, and not
 * of the form of the codes that a cart takes.
 * @param random at least 16 random bytes
 */
export function shownCode(random: Uint8Array): string {
  const code = letters(random, SHOWN_LENGTH)
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** A shown code as somebody has typed or scanned it, in its own form. Null: it is none. */
export function readShownCode(text: string): string | null {
  const typed = text.toUpperCase().replaceAll(/[\s-]/g, '')
  return SHOWN_CODE.test(typed) ? `${typed.slice(0, 4)}-${typed.slice(4)}` : null
}

function letters(random: Uint8Array, length: number): string {
  let text = ''
  for (const byte of random) {
    // 243 = 9 × 27: bytes above would make the first letters likelier than the last.
    if (byte < 243) text += ALPHABET[byte % ALPHABET.length]
    if (text.length === length) return text
  }
  throw new Error('Too few random bytes for a code')
}

/** The letters are those of the alphabet. */
const REWARD_CODE = /^ST-[2-9BCDFGHJKMNPQRSTVWXZ]{5}-[2-9BCDFGHJKMNPQRSTVWXZ]{5}$/

/** Whether we may have made the code, as far as it looks. Shopify compares codes without regard to case. */
export function hasOurForm(code: string): boolean {
  return REWARD_CODE.test(code.toUpperCase())
}

/** What the merchant sees of a code's discount in Shopify. The code in it is our mark. */
export function discountTitle(rewardName: string, code: string): string {
  return `${rewardName} (${code})`
}

/** Whether a discount was made by us, as far as its looks tell: a code of our kind, and the title that we give. */
export function looksLikeOurs({ code, title }: { code: string; title: string }): boolean {
  return REWARD_CODE.test(code) && title.endsWith(discountTitle('', code))
}
