import { beforeAll, describe, expect, test } from 'vitest'
import { readShop } from '../../../app/db/db.server.ts'
import { LANGUAGES } from '../../../app/i18n/languages.ts'
import type { PostingKind } from '../../../app/ledger/post.ts'
import { findMember } from '../../../app/loyalty/members/read-member.ts'
import { readActivity, tellActivity } from '../../../app/loyalty/numbers/read-activity.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import type { Figure } from '../../../app/loyalty/surfaces/entries/entry.ts'
import { entryOf, type HistoryLine } from '../../../app/loyalty/surfaces/entries.ts'
import { explainEntry } from '../../../app/loyalty/surfaces/explain-entry.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { wording } from '../../../app/wording.ts'
import { useDatabase } from '../../database.ts'
import { bookEveryPosting, MARA, NELE } from '../../support/every-posting.ts'
import { FOUND, type LineOf, lineOf } from '../../support/history-line.ts'

/** What every kind of posting must bring along; one that lacks it fails here. */

/** The parts of each kind; the type does not fit where a kind is missing. An expiry's part is its warning's number. */
const PARTS: Record<PostingKind, string[]> = {
  order: ['worth'],
  maturity: ['worth'],
  redemption: ['reserve', 'release', 'capture', 'return'],
  dispute: ['freeze', 'release'],
  adjustment: ['points'],
  expiry: ['1'],
  reinstatement: ['points'],
  merge: ['in', 'out'],
  claim: ['in', 'out'],
  import: ['points'],
  award: ['given', 'taken-back'],
}
const KINDS = Object.keys(PARTS) as PostingKind[]
/** Without it a line has nothing to tell. */
const TOLD: { [Kind in PostingKind]?: Partial<LineOf<Kind>> } = {
  award: { award: { source: 'newsletter', because: null, of: 50, held: 0, freed: false } },
}

const database = useDatabase()
let shop: Shop
beforeAll(async () => {
  shop = await bookEveryPosting(database.owner())
})

const wordsOf = (language: 'de' | 'en') => wording(language, { timeZone: 'Europe/Berlin', currency: 'EUR' })
const HOLES = /\{\{|undefined|null|NaN|(title|detail|latest|sources)[.:]/

/** With the steps that no member is told of. */
const history = (customerId: string) =>
  readShop(shop.shopId, async (tx) => {
    const found = await findMember(tx, shop.shopId, customerId)
    const query = { shopId: shop.shopId, accountId: found?.accountId ?? 0, limit: 100, bookkeeping: true }
    return (await readHistory(tx, query)).lines
  })

test.each(KINDS)('%s has an entry of its own', (kind) => {
  expect(entryOf(kind)).not.toBe(entryOf('moon-walk' as PostingKind))
})

describe.each(KINDS)('%s', (kind) => {
  test.each(LANGUAGES)('has its title in %s, in a history and on the home page', (language) => {
    const words = wordsOf(language)
    for (const part of PARTS[kind])
      for (const points of [50, -50]) {
        const more = { part, points, moved: 50, ...TOLD[kind] }
        const line = lineOf(kind, more as Partial<LineOf<typeof kind>>) as HistoryLine
        const { title } = explainEntry(line, words)
        const [latest] = tellActivity([{ ...line, customerId: null }], words)
        for (const text of [title, latest?.text]) {
          expect(text).not.toBe(words.say('title.other'))
          expect(text).not.toMatch(HOLES)
          expect(text?.length).toBeGreaterThan(3)
        }
      }
  })

  test('counts in the figures as its entry says, and stands in the book with each of its parts', async () => {
    const { rows } = await database.owner().query<{ part: string; figure: Figure | null }>(
      `SELECT DISTINCT p.part, CASE WHEN 'issued' = e.source::text THEN 'earned'
              WHEN 'issued' = e.destination::text THEN 'takenBack' WHEN 'redeemed' = e.destination::text THEN 'redeemed'
              WHEN 'redeemed' = e.source::text THEN 'returned' END AS figure
         FROM posting p JOIN entry e ON e.shop_id = p.shop_id AND e.posting_id = p.posting_id
        WHERE p.shop_id = $1 AND p.kind = $2`,
      [shop.shopId, kind],
    )
    const columns = new Set(rows.flatMap(({ figure }) => figure ?? []))
    expect([...columns].sort()).toEqual([...entryOf(kind).counts].sort())
    if (kind !== 'expiry') expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(PARTS[kind]))
  })
})

test('a line says what all lines say and what its kind does, no more', async () => {
  const lines = [...(await history(MARA)), ...(await history(NELE))]
  const common = Object.keys(lineOf('maturity'))
  for (const line of lines) {
    const own = Object.keys(entryOf(line.kind).facts(FOUND))
    expect(Object.keys(line).sort(), line.kind).toEqual([...new Set([...common, ...own])].sort())
  }
  expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(KINDS))
})

test.each(LANGUAGES)('histories and home page tell the whole book without a hole (%s)', async (language) => {
  const words = wordsOf(language)
  const told = [...(await history(MARA)), ...(await history(NELE))].flatMap((line) => {
    const { title, detail } = explainEntry(line, words, 'merchant', 'staff:1')
    return [title, ...detail]
  })
  const latest = await readShop(shop.shopId, (tx) => readActivity(tx, shop.shopId, 100))
  for (const text of [...told, ...tellActivity(latest, words).map(({ text }) => text)])
    expect(text).not.toMatch(HOLES)
  // The steps of the book that change nothing for a member are nothing that happened lately.
  expect(latest.filter(({ kind, part }) => kind === 'maturity' || part === 'capture')).toEqual([])
  expect(latest.length).toBeGreaterThan(20)
})

test('what can be taken back, and what was', async () => {
  const lines = await history(MARA)
  const states = lines.flatMap((line) => {
    const undo = entryOf(line.kind).undo?.of(line)
    return undo ? [`${line.kind} ${undo}`] : []
  })
  expect(new Set(states)).toEqual(
    new Set(['adjustment take-back', 'adjustment undone', 'expiry give-back', 'expiry undone']),
  )
})

test('a kind that nobody knows is a posting, and tells no more', () => {
  const line = { ...lineOf('maturity'), kind: 'moon-walk' } as unknown as HistoryLine
  expect(explainEntry(line, wordsOf('de'), 'merchant')).toEqual({ title: 'Buchung', detail: [] })
})
