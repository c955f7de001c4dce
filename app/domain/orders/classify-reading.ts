import type { OrderFacts } from './order-facts.ts'

/**
 * What is to be done with a state of an order that somebody read. Here alone it is asked how the state came, which is
 * newer, whether the merchant takes the order over, and whether a chargeback was missed; everything behind it is told
 * which state to judge, and as what.
 */

/**
 * How a state of an order came, and what is wanted with it.
 * - delivery: a webhook's payload; two of the same second may differ, and then Shopify has to be asked;
 * - read: just read from the Admin API, newer than any delivery of the same second. `past`: the merchant takes over
 *   orders from before the first program, either with their points or as history that counts towards tiers and is
 *   worth none. What a version has judged stays as it is;
 * - again: what we hold already, to be judged anew (a program was published for the past, a dispute changed). `past`:
 *   what was awarded is taken back, and the order is history from now on.
 */
export type Source =
  | { origin: 'delivery'; past?: undefined }
  | { origin: 'read'; past?: 'award' | 'history' }
  | { origin: 'again'; past?: 'taken-back' }

/** What is told of an order by now. */
export interface Told {
  source: Source
  /** Shopify's own. */
  updatedAt: number
  /** Equal for equal content. */
  digest: number
  /** Where its chargebacks stand, whatever the state says. */
  dispute: OrderFacts['dispute']
}

/** What is known of it. Whether Shopify has it no longer does not matter: what is told of it counts. */
export interface Known {
  updatedAt: number
  digest: number
  /** Null: no version has judged it so far. */
  programVersion: number | null
  facts: Pick<OrderFacts, 'dispute'>
}

/**
 * - usual: under the version that has judged it, or that of its own day;
 * - award: taken over, under the first version where none was in force on its day;
 * - history: the same, and from now on it is worth no points.
 */
export type JudgedAs = 'usual' | 'award' | 'history'

/** Which state is judged, and what becomes of the reading. */
export type Treatment =
  /** Nothing is new: the state is known, or a newer one is, or nobody knows which of two is newer. */
  | { judge: 'nothing'; outcome: 'unchanged' | 'superseded' | 'in-doubt' }
  /** The order is new, or this state of it. */
  | { judge: 'reading'; as: JudgedAs; outcome: 'settled' }
  /**
   * The state that we hold, which may be newer than the one that was read, is judged anew: somebody asks for it, a
   * chargeback has not been counted yet, or the merchant takes the order over. In doubt, Shopify is asked as well.
   */
  | { judge: 'known'; as: JudgedAs; outcome: 'settled' | 'in-doubt' }

type Idle = Extract<Treatment, { judge: 'nothing' }>

const READING = {
  usual: { judge: 'reading', as: 'usual', outcome: 'settled' },
  award: { judge: 'reading', as: 'award', outcome: 'settled' },
  history: { judge: 'reading', as: 'history', outcome: 'settled' },
} satisfies Record<JudgedAs, Treatment>
const KNOWN = {
  usual: { judge: 'known', as: 'usual', outcome: 'settled' },
  award: { judge: 'known', as: 'award', outcome: 'settled' },
  history: { judge: 'known', as: 'history', outcome: 'settled' },
} satisfies Record<JudgedAs, Treatment>
const UNCHANGED: Idle = { judge: 'nothing', outcome: 'unchanged' }
const SUPERSEDED: Idle = { judge: 'nothing', outcome: 'superseded' }
const IN_DOUBT: Idle = { judge: 'nothing', outcome: 'in-doubt' }
const KNOWN_IN_DOUBT: Treatment = { judge: 'known', as: 'usual', outcome: 'in-doubt' }

/** What is to be done with what is told of an order, by what is known of it. The same ones each time: none is made. */
export function classify(told: Told, known: Known | undefined): Treatment {
  const as = judgedAs(told.source, known)
  if (!known) return READING[as]
  if (told.source.origin === 'again') return KNOWN[as]
  const idle = compare(told, known)
  if (idle === null) return READING[as]
  const missed = told.dispute !== known.facts.dispute
  if (idle === IN_DOUBT) return missed ? KNOWN_IN_DOUBT : IN_DOUBT
  return missed || as !== 'usual' ? KNOWN[as] : idle
}

function judgedAs({ past }: Source, known: Known | undefined): JudgedAs {
  if (past === undefined) return 'usual'
  if (past === 'taken-back') return 'history'
  return known === undefined || known.programVersion === null ? past : 'usual'
}

/** Order comes from Shopify's `updated_at` alone; two different states of one second leave a doubt. Null: newer. */
function compare({ source, updatedAt, digest }: Told, known: Known): Idle | null {
  if (updatedAt < known.updatedAt) return SUPERSEDED
  if (updatedAt > known.updatedAt) return null
  if (digest === known.digest) return UNCHANGED
  return source.origin === 'read' ? null : IN_DOUBT
}

/**
 * A state whose points cannot be counted: what the book holds of the order already stays, and a delivery is set aside
 * for the merchant to see. A new order that was read has no such place: it is kept, without a program and points.
 */
export function mustBeLeft({ origin }: Source, known: Pick<Known, 'programVersion'> | undefined): boolean {
  return origin === 'delivery' || (known !== undefined && known.programVersion !== null)
}
