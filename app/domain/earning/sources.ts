import { z } from 'zod'
import { whole } from '../document/document-fields.ts'
import type { PointName } from '../document/point-name.ts'
import type { Words } from '../document/words.ts'
import { DAY_MS } from '../time/time-window.ts'
import type { EarningSource, Occurred, TermsOf } from './source.ts'
import { newsletter } from './sources/newsletter.ts'
import { signUp } from './sources/sign-up.ts'

/** Every earning source, in the order in which merchants and shoppers are told of them. */
export const EARNING_SOURCES = [signUp, newsletter] as const

type Listed = (typeof EARNING_SOURCES)[number]
export type SourceName = Listed['source']

export const SOURCE_POINTS = { min: 1, max: 1_000_000, decimals: 0 } as const

/** What every source has. */
const common = {
  points: whole(SOURCE_POINTS),
  active: z.boolean(),
}

/** A source as it stands in the program document. */
export type Source = {
  [Name in SourceName]: { source: Name } & TermsOf<Extract<Listed, { source: Name }>['terms']> &
    TermsOf<typeof common>
}[SourceName]

export const source = z.discriminatedUnion(
  'source',
  EARNING_SOURCES.map(({ source: name, terms }) =>
    z.object({ source: z.literal(name), ...terms, ...common }),
  ) as never,
) as unknown as z.ZodType<Source>

type AnySource = EarningSource<SourceName, Record<string, z.ZodType>, z.ZodType>

/**
 * @throws Error for a source that is not in the list: what is stored was read by its schema, so only a program older than
 *   its data meets one
 */
export function sourceOf(name: SourceName): AnySource {
  const found = EARNING_SOURCES.find((one) => one.source === name)
  if (!found) throw new Error(`There is no earning source "${name}"`)
  return found as unknown as AnySource
}

/** What one says that was never on, as its form begins. */
export const blankSource = (name: SourceName): Source =>
  ({ source: name, ...sourceOf(name).blank, points: 100, active: false }) as Source

/** "100 Punkte für die Anmeldung · einmal"; `names` where a draft calls points otherwise. */
export function sourceText(one: Source, words: Words, names?: PointName): string {
  const { conditions } = sourceOf(one.source)
  const what = words.say(`sources:${one.source}.text`, { points: words.points(one.points, names) })
  return [what, ...conditions({ ...one }, words), words.say('sources:once')].join(' · ')
}

/** What is known of one of the accounts that are one person's by now. */
export interface AccountHistory {
  accountId: number
  /** In any order. */
  occasions: readonly Occurred<Record<string, unknown>>[]
  /** The gift that it has had, where its occasions were erased and nothing else tells of it. */
  had?: Due
}

/** What the occasions of a person come to. */
export interface Due {
  /** When the points were earned; epoch ms. */
  at: number
  /** The moment at which they were forfeited again; null: they are not. */
  withdrawnAt: number | null
}

/**
 * Who has been several customers is one person, who has the points once: for what earned them first, whichever of the
 * customers that was told of, and only until one of them withdraws it. A function of what happened, so that no order in
 * which it is told, merges among it, matters. What one of them did that earned nothing is not held against the others.
 * @param termsAt the source by the program in force at a moment; null while it was not on
 */
export function dueOf(
  name: SourceName,
  histories: readonly AccountHistory[],
  termsAt: (at: number) => Source | null,
): (Due & { accountId: number }) | null {
  const all = histories.flatMap(({ occasions }) => occasions)
  const gifts = histories.flatMap(({ accountId, occasions, had }) => {
    const at = had?.at ?? earnedAt(name, occasions, termsAt)
    if (at === null) return []
    return [{ accountId, at, withdrawnAt: had?.withdrawnAt ?? withdrawnAfter(name, all, at) }]
  })
  return gifts.toSorted((a, b) => a.at - b.at || a.accountId - b.accountId)[0] ?? null
}

/** When one customer's occasions earned the points; null: they did not. */
function earnedAt(
  name: SourceName,
  occasions: AccountHistory['occasions'],
  termsAt: (at: number) => Source | null,
): number | null {
  // What happened at one moment stands in an order of its own, whichever came first.
  const inOrder = occasions.toSorted(
    (a, b) => a.at - b.at || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1),
  )
  const earned = sourceOf(name).earns(inOrder as never, (at) => termsAt(at) as never)
  return earned ? (earned as { at: number }).at : null
}

/** The first of the occasions that takes back what was given at `at`; null: none does. */
function withdrawnAfter(name: SourceName, occasions: AccountHistory['occasions'], at: number): number | null {
  const { withdrawn } = sourceOf(name)
  if (!withdrawn) return null
  const until = at + withdrawn.withinDays * DAY_MS
  const times = occasions.filter((one) => withdrawn.by(one as never) && one.at >= at && one.at <= until)
  return times.length === 0 ? null : Math.min(...times.map((one) => one.at))
}
