import type { PostingKind } from '../../ledger/post.ts'
import { adjustment } from './entries/adjustment.ts'
import { award } from './entries/award.ts'
import { claim } from './entries/claim.ts'
import { dispute } from './entries/dispute.ts'
import { type Entry, type Line, titled } from './entries/entry.ts'
import { expiry } from './entries/expiry.ts'
import { imported } from './entries/import.ts'
import { maturity } from './entries/maturity.ts'
import { merge } from './entries/merge.ts'
import { order } from './entries/order.ts'
import { redemption } from './entries/redemption.ts'
import { reinstatement } from './entries/reinstatement.ts'

/** Every kind of posting, as histories and figures know it. */
const ENTRIES = {
  order,
  maturity,
  redemption,
  dispute,
  adjustment,
  expiry,
  reinstatement,
  merge,
  claim,
  import: imported,
  award,
} satisfies Record<PostingKind, Entry>

/** A line of a history of one kind. */
type LineOf<Kind extends PostingKind> = { kind: Kind } & Line & ReturnType<(typeof ENTRIES)[Kind]['facts']>

/** One business event on a member's account, told from the book. */
export type HistoryLine = { [Kind in PostingKind]: LineOf<Kind> }[PostingKind]

/** A program that is older than its data meets kinds that it does not know: they are told as postings, no more. */
const UNKNOWN: Entry = {
  about: {},
  counts: [],
  facts: () => ({}),
  title: (line, words) => titled('other', line, words),
  details: () => [],
}

export const entryOf = (kind: PostingKind): Entry =>
  (ENTRIES as Partial<Record<PostingKind, Entry>>)[kind] ?? UNKNOWN

const LISTED = Object.entries(ENTRIES) as [PostingKind, Entry][]

/** SQL: the kinds of which something is true, 'order', 'maturity'. */
export const kindsWhere = (is: (entry: Entry) => boolean): string =>
  LISTED.flatMap(([kind, entry]) => (is(entry) ? [`'${kind}'`] : [])).join(', ')

/**
 * SQL: whether the posting `p` is of a kind of which something is true.
 * @param condition of one kind; null: never
 */
export const someKind = (condition: (entry: Entry) => string | null): string =>
  ofEach(condition, (kind, one) => `(p.kind = '${kind}' AND ${one})`).join(' OR ')

/**
 * SQL: what the kind of the posting `p` says; null where it says nothing.
 * @param value of one kind; null: none
 */
export const eachKind = (value: (entry: Entry) => string | null): string =>
  `CASE p.kind ${ofEach(value, (kind, one) => `WHEN '${kind}' THEN ${one}`).join(' ')} END`

const ofEach = (
  value: (entry: Entry) => string | null,
  say: (kind: PostingKind, value: string) => string,
): string[] =>
  LISTED.flatMap(([kind, entry]) => {
    const one = value(entry)
    return one === null ? [] : [say(kind, one)]
  })
