import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import type { Campaign } from '../../../app/domain/earning/campaigns.ts'
import { compileProgram } from '../../../app/domain/program/compiled-program.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import { i18nOf } from '../../../app/i18n/i18n.server.ts'
import { LANGUAGES } from '../../../app/i18n/languages.ts'
import { keepTitles } from '../../../app/loyalty/program/campaign-titles.ts'
import { reconcileOrders } from '../../../app/loyalty/reconciliation/reconcile-orders.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { programWording, waysToEarn } from '../../../app/loyalty/surfaces/describe-program.ts'
import { publishProgramFacts } from '../../../app/loyalty/surfaces/publish-program-facts.ts'
import { readPanel } from '../../../app/loyalty/surfaces/read-panel.ts'
import { campaignText } from '../../../app/ui/program/describe.ts'
import { createFormat } from '../../../app/ui/use-format.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

/** What a campaign covers is told to the owner and to shoppers in the same words. */
const database = useDatabase()
const pages = useAdminPages()
const ZONE = 'Europe/Berlin'
const NOW = Date.parse('2026-12-01T12:00:00Z')
const LEVELS = ['bronze', 'silver', 'gold'].map((id, n) => ({
  id,
  name: { de: `${id} (de)`, en: `${id} (en)` },
  threshold: String(n * 100),
  multiplier: '1',
}))

type Titles = Record<string, string>

function told(campaign: Campaign, titles: Titles, language: 'de' | 'en') {
  const document: Program = testProgram({
    tiers: { basis: 'spend', window: { kind: 'lifetime' }, levels: LEVELS },
    campaigns: [campaign],
  })
  const program = compileProgram(document, { currency: 'EUR', timeZone: ZONE }, 1)
  const words = programWording(language, { currency: 'EUR', timeZone: ZONE }, program)
  const format = createFormat(language, 'EUR', ZONE, document.pointName)
  const t = i18nOf(language).getFixedT(language, 'program')
  return {
    shopper: waysToEarn(program, words, NOW, titles).map(({ text }) => text),
    owner: campaignText(t as never, campaign, { document, titles, format }),
  }
}

const id = fc.integer({ min: 1, max: 9 }).map(String)
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 8 })
const title = fc.constantFrom('Küche', 'Bad & Büro', 'Tee „Abend“', 'Öl, kalt gepresst')
const scope: fc.Arbitrary<Campaign['scope']> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  ids.map((list) => ({ kind: 'products' as const, ids: list })),
  ids.map((list) => ({ kind: 'collections' as const, ids: list })),
  fc
    .uniqueArray(fc.constantFrom('bio', 'neu', 'vegan', 'laktosefrei', 'regional'), { minLength: 1 })
    .map((tags) => ({
      kind: 'tags' as const,
      tags,
    })),
)
const campaign: fc.Arbitrary<Campaign> = fc.record({
  id: fc.constant('double'),
  name: fc.constant({ de: 'Doppelt', en: 'Double' }),
  multiplier: fc.constantFrom('2', '1.5', '3'),
  scope,
  tiers: fc.subarray(['bronze', 'silver', 'gold']),
  window: fc.record({
    start: fc.constantFrom(null, '2026-06-01T00:00', '2026-06-01T09:30'),
    end: fc.constantFrom(null, '2026-12-25T00:00', '2026-12-24T18:00'),
    timeZone: fc.constant(ZONE),
  }),
})
const titles = fc.dictionary(
  fc.tuple(fc.constantFrom('products', 'collections'), id).map(([kind, digits]) => `${kind}/${digits}`),
  title,
)

describe('what a campaign covers', () => {
  test('W4: owner and shopper read the same of any campaign, in both languages', () => {
    fc.assert(
      fc.property(campaign, titles, (one, known) => {
        for (const language of LANGUAGES) {
          const { shopper, owner } = told(one, known, language)
          expect(shopper).toContain(`${one.name[language]}: ${owner}`)
          expect(owner).not.toMatch(/\{\{|undefined|#\d/)
          const named =
            'ids' in one.scope ? one.scope.ids.map((each) => known[`${one.scope.kind}/${each}`]) : []
          for (const name of named.filter(Boolean).slice(0, 3)) expect(owner).toContain(name)
        }
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    [3, 'Artikel aus den Kategorien Küche, Bad und Büro', 'items from Küche, Bad, and Büro'],
    [
      5,
      'Artikel aus den Kategorien Küche, Bad, Büro und 2 weiteren',
      'items from Küche, Bad, Büro, and 2 more',
    ],
  ])('W4: a list of %i is shortened where nobody would read it', (length, de, en) => {
    const names = ['Küche', 'Bad', 'Büro', 'Garten', 'Tee'].slice(0, length)
    const known = Object.fromEntries(names.map((name, n) => [`collections/${n + 1}`, name]))
    const list = names.map((_, n) => String(n + 1))
    const window = { start: null, end: '2026-12-24T18:00', timeZone: ZONE }
    const one: Campaign = {
      id: 'double',
      name: { de: 'Doppelt', en: 'Double' },
      multiplier: '2',
      scope: { kind: 'collections', ids: list },
      tiers: ['gold'],
      window,
    }
    expect(told(one, known, 'de').owner).toBe(
      `2-fache Punkte auf ${de}, bis 24. Dezember 2026 um 18:00 (nur gold (de))`,
    )
    expect(told({ ...one, tiers: [], window: { ...window, end: null } }, known, 'en').owner).toBe(
      `2× points on ${en}`,
    )
  })

  test('W4: what is not known is counted, not made up', () => {
    const one = (list: string[], known: Titles) =>
      told(
        {
          id: 'double',
          name: { de: 'Doppelt', en: 'Double' },
          multiplier: '2',
          scope: { kind: 'products', ids: list },
          tiers: [],
          window: { start: null, end: null, timeZone: ZONE },
        },
        known,
        'de',
      ).owner
    expect(one(['1', '2'], {})).toBe('2-fache Punkte auf bestimmte Artikel')
    expect(one(['1', '2', '3'], { 'products/2': 'Olivenöl' })).toBe(
      '2-fache Punkte auf Olivenöl und 2 weitere Artikel',
    )
  })
})

describe('in the shop', () => {
  let shop: Shop
  beforeAll(async () => {
    await pages.open('/app') // the token is exchanged, the shop is made
    shop = (await shopByDomain(pages.domain)) as Shop
  })
  const ways = async () => {
    const shopper = { shop, customerId: null, locale: 'de' as const, now: Date.now() }
    return (await readPanel(shopper)).ways.map(({ text }) => text)
  }

  test('W4: shoppers read the name that Shopify has told when the program was published', async () => {
    const answer = await pages.harness.graphql('{ collections(first: 1) { nodes { id title } } }')
    const [{ id: gid, title: name }] = answer.data.collections.nodes
    const campaigns: Campaign[] = [
      {
        id: 'double',
        name: { de: 'Doppelt', en: 'Double' },
        multiplier: '2',
        scope: { kind: 'collections', ids: [gid.split('/').pop()] },
        tiers: [],
        window: { start: null, end: null, timeZone: ZONE },
      },
    ]
    await publish(database.owner(), shop.shopId, 1, testProgram({ campaigns }), '2020-01-01T00:00:00Z')
    expect(await ways()).toContain('Doppelt: 2-fache Punkte auf Artikel einer bestimmten Kategorie')
    const told = `Doppelt: 2-fache Punkte auf Artikel aus der Kategorie ${name}`
    await publishProgramFacts(shop.shopId, Date.now)
    expect(await ways()).toContain(told)
    // A shop that was live before titles were kept, or whose category was renamed, reads them the night after.
    const keep = (titles: string | null) =>
      database.owner().query('UPDATE shop SET campaign_titles = $2 WHERE shop_id = $1', [shop.shopId, titles])
    await keep(null)
    await reconcileOrders(shop.shopId, Date.now, { kind: 'nightly', days: 1 })
    expect(await ways()).toContain(told)
    await keep(JSON.stringify({ [`collections/${gid.split('/').pop()}`]: 'Früher' }))
    await withShop(shop.shopId, (tx) => keepTitles(tx, shop.shopId, testProgram({ campaigns }), {}))
    expect(await ways(), 'without an answer').toContain(
      'Doppelt: 2-fache Punkte auf Artikel aus der Kategorie Früher',
    )
  })
})
