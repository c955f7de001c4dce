import { listFormat } from '../text/formatters.ts'
import type { Titles, Words } from './words.ts'

/** What products and collections are called that a document names by their ids. */

/** Everything, or what is chosen of a shop's goods. */
export type GoodsScope =
  | { kind: 'all' }
  | { kind: 'products' | 'variants' | 'collections'; ids: string[] }
  | { kind: 'tags'; tags: string[] }

/** More names than these are a list that nobody reads. */
const MOST_NAMES = 3
/** Of which a member chooses one by its name. */
const MOST_CHOICES = 10

/** "Artikel aus den Kategorien Küche, Bad, Büro und 2 weiteren"; only counted is what nobody has told the name of. */
export function scopeText(scope: GoodsScope, titles: Titles | null, words: Words): string {
  if (scope.kind === 'all') return words.say('campaign:scope.all')
  const type = scope.kind === 'tags' ? 'disjunction' : 'conjunction'
  const names = goodsNames(scope, titles, words, type)
  if (names === null) return words.say(`campaign:unknown.${wordOf(scope)}`, { count: countOf(scope) })
  return words.say(`campaign:scope.${wordOf(scope)}`, { count: countOf(scope), names })
}

type Chosen = Exclude<GoodsScope, { kind: 'all' }>

const countOf = (scope: Chosen) => (scope.kind === 'tags' ? scope.tags : scope.ids).length
/** For who reads it a variant is an item like any other. */
const wordOf = ({ kind }: Chosen) => (kind === 'variants' ? 'products' : kind)

/** "Küche, Bad, Büro und 2 weiteren"; null: nobody has told a name. */
export function goodsNames(
  scope: Chosen,
  titles: Titles | null,
  words: Words,
  type: 'conjunction' | 'disjunction',
): string | null {
  const names = namesOf(scope, titles)
  if (names.length === 0) return null
  const rest = countOf(scope) - names.length
  const more = rest > 0 ? [words.say(`campaign:more.${wordOf(scope)}`, { count: rest })] : []
  return listFormat(words.locale, type).format([...names, ...more])
}

/** Of all titles those that `scopeText` tells of these. */
export function toldTitles(scopes: readonly GoodsScope[], titles: Titles): Titles {
  const told: Titles = {}
  for (const scope of scopes) for (const key of titledKeys(scope, titles)) told[key] = titles[key] as string
  return told
}

function namesOf(scope: Chosen, titles: Titles | null): string[] {
  if (scope.kind === 'tags') return scope.tags.slice(0, MOST_NAMES)
  return titledKeys(scope, titles ?? {})
    .slice(0, MOST_NAMES)
    .map((key) => titles?.[key] ?? '')
}

function titledKeys(scope: GoodsScope, titles: Titles): string[] {
  if (!('ids' in scope)) return []
  return scope.ids
    .map((id) => `${scope.kind}/${id}`)
    .filter((key) => Object.hasOwn(titles, key) && titles[key])
    .slice(0, scope.kind === 'variants' ? MOST_CHOICES : MOST_NAMES)
}
