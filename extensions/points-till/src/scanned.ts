/** What a scanner or a keyboard gives, told apart by form. The app checks the rest. */

/** "SG1.6001.40": a member's card. */
export const isCard = (text: string): boolean => /^SG1\.\d{1,18}\.\d{2}$/i.test(text.trim())

/** "7KQM-2XW9": what a member shows to have something done. Vowels are in none, so names pass by. */
export const isShownCode = (text: string): boolean =>
  /^[2-9BCDFGHJKMNPQRSTVWXZ]{4}-?[2-9BCDFGHJKMNPQRSTVWXZ]{4}$/i.test(text.trim())
