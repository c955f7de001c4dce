import { listFormat } from '../text/formatters.ts'
import type { Words } from './words.ts'

/** What products and collections are called that a document names by their ids. */

/** Titles by "products/123" and "collections/456". What is not known is absent. */
export type Titles = Record<string, string>

/** Everything, or what is chosen of a shop's goods. */
export type GoodsScope =
  | { kind: 'all' }
  | { kind: 'products' | 'collections'; ids: string[] }
  | { kind: 'tags'; tags: string[] }

/** More names than these are a list that nobody reads. */
const MOST_NAMES = 3

/** "Artikel aus den Kategorien Küche, Bad, Büro und 2 weiteren"; only counted is what nobody has told the name of. */
export function scopeText(scope: GoodsScope, titles: Titles | null, words: Words): string {
  if (scope.kind === 'all') return words.say('campaign:scope.all')
  const all = scope.kind === 'tags' ? scope.tags : scope.ids
  const names = namesOf(scope, titles)
  if (names.length === 0) return words.say(`campaign:unknown.${scope.kind}`, { count: all.length })
  const rest = all.length - names.length
  const more = rest > 0 ? [words.say(`campaign:more.${scope.kind}`, { count: rest })] : []
  const type = scope.kind === 'tags' ? 'disjunction' : 'conjunction'
  return words.say(`campaign:scope.${scope.kind}`, {
    count: all.length,
    names: listFormat(words.locale, type).format([...names, ...more]),
  })
}

/** Of all titles those that `scopeText` tells of these. */
export function toldTitles(scopes: readonly GoodsScope[], titles: Titles): Titles {
  const told: Titles = {}
  for (const scope of scopes) for (const key of titledKeys(scope, titles)) told[key] = titles[key] as string
  return told
}

function namesOf(scope: Exclude<GoodsScope, { kind: 'all' }>, titles: Titles | null): string[] {
  if (scope.kind === 'tags') return scope.tags.slice(0, MOST_NAMES)
  return titledKeys(scope, titles ?? {}).map((key) => titles?.[key] ?? '')
}

function titledKeys(scope: GoodsScope, titles: Titles): string[] {
  if (scope.kind !== 'products' && scope.kind !== 'collections') return []
  return scope.ids
    .map((id) => `${scope.kind}/${id}`)
    .filter((key) => Object.hasOwn(titles, key) && titles[key])
    .slice(0, MOST_NAMES)
}
