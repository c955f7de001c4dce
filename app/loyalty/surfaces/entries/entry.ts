import type { Reward } from '../../../domain/rewards/kinds.ts'
import type { PostingKind } from '../../../ledger/post.ts'
import type { Wording } from '../../../wording.ts'
import type { AskedCredit, ToldCredit } from '../../members/told-credits.ts'
import type { Redemption, ReturnReason } from '../../rewards/redemption-record.ts'
import type { ProgramNames } from '../order-words.ts'

export type Audience = 'shopper' | 'merchant'

/** The columns of the merchant's figures: what was given and spent, and apart from it what of that went back. */
export type Figure = 'earned' | 'takenBack' | 'redeemed' | 'returned'

/** What a merchant can do about a line; "undone": it was done. */
export type Undo = 'take-back' | 'give-back' | 'undone'

/** What every line of a history says, whatever kind of event it tells. Points are whole numbers. */
export interface Line {
  postingId: number
  /** When it happened, and when the book wrote it: what is brought along, or taken back, happened long before. */
  at: Date
  bookedAt: Date
  part: string
  sourceId: string
  /** What it did to the points a member can count on (available + pending − debt); 0 when they only changed place. */
  points: number
  /** How many changed place, whatever the sign. */
  moved: number
  /** Pending while the order's points still wait for the end of the return window. */
  status: 'pending' | 'available'
  /** Booked before a merge, on the account of the customer who was merged into this one. */
  earlier: boolean
  /** Its account after this event; `available` less debt, so it can be below zero. */
  after: { available: number; pending: number }
  /** Points that repaid debt, and points that were owed by it. */
  repaid: number
  owed: number
  /** The order it is about. */
  order: { id: string; name: string } | null
  actor: string
  reason: string | null
  programVersion: number | null
}

/** A posting with what the reader found beside it: an entry takes from it what lines of its kind say. */
export interface Found {
  part: string
  version: number
  sourceId: string
  why: unknown
  /** Points that became pending, or were no longer (negative). */
  pending: number
  /** Of the version before. */
  whyBefore: unknown
  /** Of the order that it is about: how its points stand now. */
  stillPending: boolean | null
  maturesAt: Date | null
  disputed: boolean
  /** Another posting takes it back. */
  undone: boolean
  redemption: FoundRedemption | null
  /** Of what came from a file: its name. */
  fileName: string | null
  /** What it asked for in `credit`. */
  credit: ToldCredit | null
  names: ProgramNames | null
}

export interface FoundRedemption {
  id: string
  /** Null: it became something else. */
  code: string | null
  /** Of what people do: what the member shows them. */
  shownCode: string | null
  /** Of tickets of a draw: their numbers. */
  tickets: number[] | null
  reward: Reward
  status: Redemption['status']
  createdAt: string
  endsAt: string
  returnReason: ReturnReason | null
  orderName: string | null
}

/** Where the ids stand by which the reader finds what a posting is about: its source, or its explanation. */
export interface About {
  order?: 'source' | 'why'
  redemption?: 'source'
  /** Points of a file have its number in their source. */
  file?: 'source'
  /** Each version of it goes on from the one before. */
  versions?: true
}

/**
 * One kind of posting, as histories and figures know it. Pure.
 * @template Facts what its lines say beyond what all lines do
 */
export interface Entry<Facts extends object = object> {
  about: About
  /** Steps of the book that change nothing for the member, which no history of hers tells: all, or these parts. */
  bookkeeping?: true | readonly string[]
  credit?(found: Pick<Found, 'sourceId' | 'why'>): AskedCredit | null
  facts(found: Found): Facts
  title(line: Line & Facts, words: Wording): string
  /** Why it is so many points, step by step. */
  details(line: Line & Facts, words: Wording, audience: Audience): string[]
  /**
   * What merchants alone read after all else: who asked for it, and by which file or version.
   * @param viewer who reads it, as an actor
   */
  forMerchants?(line: Line & Facts, words: Wording, viewer?: string): string[]
  /** What the home page says of it in one line; without this, its title. */
  latest?(line: Line & Facts, words: Wording): string
  /** It says only what came of points that another line has told already: then none move by it. */
  told?(line: Line & Facts): boolean
  /** An account with all its points and debts becomes part of another. */
  joins?: true
  /** What its points can count as in the figures. */
  counts: readonly Figure[]
  /** How it is taken back: by a posting whose source is its number behind `prefix`. */
  undo?: { by: PostingKind; prefix: string; of(line: Line & Facts): Undo | null }
}

/** A title of `surfaces.json`; an event that has none there is still a posting. */
export function titled(
  key: string,
  { order, sourceId, moved }: Line,
  words: Wording,
  values: Record<string, string> = {},
): string {
  const known = words.has(`title.${key}`) ? key : 'other'
  return words.say(`title.${known}`, {
    order: order?.name ?? sourceId,
    points: words.points(moved),
    ...values,
  })
}
