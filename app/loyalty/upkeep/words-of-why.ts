import type { PostingKind } from '../../ledger/post.ts'

/** So long are the words of others that are kept of an order: names of what is in it, and its own. */
export const LONGEST_TITLE = 200
export const LONGEST_NAME = 60

/**
 * Where the `why` of a posting holds words of others, by kind, and where they were cut: what a redaction looks through
 * and the database may mask (words_of_why, masked_why, quotes_words). All other texts in it are ours, numbers of
 * Shopify's, or the merchant's words for everybody. A test compares the list with what the book says.
 */
export const WORDS_OF_WHY: Readonly<Record<PostingKind, Readonly<Record<string, number>>>> = {
  // Of the first form a line is an object, else a list.
  order: { 'lines.*.2': LONGEST_TITLE, 'lines.*.title': LONGEST_TITLE },
  dispute: { order: LONGEST_NAME },
  maturity: { order: LONGEST_NAME },
  claim: { 'orders.*': LONGEST_NAME },
  redemption: {},
  adjustment: {},
  expiry: {},
  reinstatement: {},
  merge: {},
  import: {},
  award: {},
}

/** The kinds that quote at all, and where each cuts. */
export const QUOTING = Object.entries(WORDS_OF_WHY).flatMap(([kind, words]) => {
  const cuts = Object.values(words)
  return cuts.length === 0 ? [] : [{ kind, most: Math.min(...cuts) }]
})
