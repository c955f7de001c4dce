import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Campaign } from '../../app/domain/earning/campaigns.ts'
import { previewCart } from '../../app/domain/earning/evaluate-order.ts'
import { compileProgram } from '../../app/domain/program/compiled-program.ts'
import type { Program } from '../../app/domain/program/program.ts'
import { compileWindow } from '../../app/domain/time/time-window.ts'
import { programFacts } from '../../app/loyalty/surfaces/publish-program-facts.ts'
import { wording } from '../../app/wording.ts'
import { renderBlock } from '../../dev-store/liquid/render.ts'
import { member, page, pointName } from './theme-samples.ts'

/**
 * The widget computes in Liquid what the app computes in TypeScript. Two programs, one rule: here they judge the same
 * random products, tiers, moments and campaigns.
 */

const timeZone = 'Europe/Berlin'
const noon = Date.UTC(2026, 10, 21, 11)

const decimal = (max: number, decimals: number) =>
  fc
    .tuple(fc.integer({ min: 1, max }), fc.integer({ min: 0, max: decimals }), fc.nat(9999))
    .map(([whole, digits, tail]) =>
      digits ? `${whole}.${String(tail).padStart(4, '0').slice(0, digits)}` : String(whole),
    )

const someOf = <T>(...all: T[]) => fc.subarray(all, { minLength: 1 })

const scope = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  someOf('7500000000001', '7500000000002', '75').map((ids) => ({ kind: 'products' as const, ids })),
  someOf('301', '302', '30', '999').map((ids) => ({ kind: 'collections' as const, ids })),
  someOf('BIO', 'regional', 'reg', 'Käse').map((tags) => ({ kind: 'tags' as const, tags })),
)

const wallClock = fc.constantFrom(
  null,
  '2026-11-20T00:00',
  '2026-11-21T12:00',
  '2026-11-21T12:01',
  '2026-11-22T00:00',
)
const window = fc
  .tuple(wallClock, wallClock)
  .filter(([start, end]) => !start || !end || start < end)
  .map(([start, end]) => ({ start, end, timeZone }))

const campaign = fc.record({
  multiplier: decimal(4, 2),
  scope,
  tiers: fc.subarray(['silver', 'gold']),
  window,
})

const seconds = (at: number) => (Number.isFinite(at) ? at / 1000 : null)

/** The program's public part, as the app writes it into its metafield. */
function metafieldOf(document: Program) {
  return {
    v: 1,
    ...document.earning,
    pointName,
    stacking: document.stacking,
    campaigns: document.campaigns.map(({ window: when, ...rest }) => {
      const { from, until } = compileWindow(when)
      return { ...rest, startsAt: seconds(from), endsAt: seconds(until) }
    }),
    tiers: document.tiers.levels,
    rewards: [],
  }
}

function documentOf(facts: {
  rate: string
  rounding: Program['earning']['rounding']
  stacking: Program['stacking']
  campaigns: Omit<Campaign, 'id' | 'name'>[]
  multipliers: [string, string]
}): Program {
  return {
    schema: 1,
    name: { de: 'Programm' },
    pointName,
    earning: {
      pointsPerUnit: facts.rate,
      rounding: facts.rounding,
      counts: { taxOnTop: false, shipping: false, duties: false, tips: false, cashRounding: false },
    },
    sources: [],
    returnWindowDays: 14,
    campaigns: facts.campaigns.map((own, index) => ({
      id: `c${index}`,
      name: { de: `Aktion ${index}` },
      ...own,
    })),
    stacking: facts.stacking,
    tiers: {
      basis: 'spend',
      window: { kind: 'lifetime' },
      levels: [
        { id: 'silver', name: { de: 'Silber' }, threshold: '0', multiplier: facts.multipliers[0] },
        { id: 'gold', name: { de: 'Gold' }, threshold: '500', multiplier: facts.multipliers[1] },
      ],
    },
    rewards: [],
    expiry: { kind: 'never' },
  }
}

test('the points on a product page are those that the app would award', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        price: fc.integer({ min: 1, max: 500_000 }),
        rate: decimal(20, 4),
        rounding: fc.constantFrom('floor' as const, 'nearest' as const, 'ceil' as const),
        stacking: fc.constantFrom('highest' as const, 'multiply' as const, 'add' as const),
        campaigns: fc.array(campaign, { maxLength: 4 }),
        multipliers: fc.tuple(decimal(3, 2), decimal(3, 2)),
        tierId: fc.constantFrom(null, 'silver', 'gold', 'gone'),
        now: fc.constantFrom(noon, noon - 1000, noon + 59_000, noon + 60_000),
      }),
      async ({ price, tierId, now, ...facts }) => {
        const document = documentOf(facts)
        const tier = tierId && { id: tierId, name: { de: tierId } }
        const context = page({ price, now, program: metafieldOf(document), membership: { ...member, tier } })
        const html = await renderBlock({ handle: 'product-points', context })
        const { points } = previewCart(compileProgram(document, { currency: 'EUR', timeZone }, 1), {
          lines: [
            {
              productId: '7500000000001',
              collections: ['301', '302'],
              tags: ['bio', 'Regional'],
              amount: price,
            },
          ],
          at: now,
          tierId,
        })
        expect(Number(/data-points="(\d+)"/.exec(html)?.[1] ?? 0)).toBe(points)
      },
    ),
    { numRuns: 250 },
  )
})

/** What the app says in its preview, in the same words: the figure, and why it can be more. */
test('R12: where shipping, tax or duties count the product page says "at least" and why, else the order’s own figure', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        price: fc.integer({ min: 100, max: 500_000 }),
        shipping: fc.boolean(),
        duties: fc.boolean(),
        taxOnTop: fc.boolean(),
        taxesIncluded: fc.boolean(),
        locale: fc.constantFrom('de' as const, 'en' as const),
        extra: fc.integer({ min: 0, max: 90_000 }),
      }),
      async ({ price, shipping, duties, taxOnTop, taxesIncluded, locale, extra }) => {
        const document = documentOf({
          rate: '1',
          rounding: 'floor',
          stacking: 'highest',
          campaigns: [],
          multipliers: ['1', '1'],
        })
        const counts = { ...document.earning.counts, shipping, duties, taxOnTop }
        const program = compileProgram(
          { ...document, earning: { ...document.earning, counts } },
          { currency: 'EUR', timeZone },
          1,
        )
        const facts = programFacts(program, noon, taxesIncluded)
        const context = page({ price, locale, program: facts, membership: member, now: noon })
        const html = await renderBlock({ handle: 'product-points', context })
        const text = html
          .replace(/<[^>]+>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim()
        const shown = Number(/data-points="(\d+)"/.exec(html)?.[1])

        const words = wording(locale, { timeZone, currency: 'EUR' })
        const open = [shipping && 'shipping', taxOnTop && !taxesIncluded && 'tax', duties && 'duties'].filter(
          Boolean,
        )
        const least = locale === 'de' ? 'erhalten mindestens' : 'earn at least'
        expect(text.includes(least)).toBe(open.length > 0)
        const reason = open.map((gap) => words.say(`preview.missing.${gap}`)).join(' ')
        expect(text.endsWith(reason)).toBe(true)

        const line = { productId: '7500000000001', collections: [], tags: [], amount: price }
        const order = previewCart(program, {
          lines: [line],
          shipping: extra,
          taxOnTop: taxesIncluded ? 0 : extra,
          at: noon,
          tierId: 'silver',
        })
        if (open.length === 0) expect(shown).toBe(order.points)
        else expect(shown).toBeLessThanOrEqual(order.points)
        expect(shown).toBe(Math.floor(price / 100))
      },
    ),
    { numRuns: 200 },
  )
})
