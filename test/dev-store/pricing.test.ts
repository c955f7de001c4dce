import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../dev-store/commerce/discounts.ts'
import { cashRounding, parseCents, partOf, share, split, taxInside } from '../../dev-store/commerce/money.ts'
import { type CartLine, priceCart } from '../../dev-store/commerce/pricing.ts'
import type { DiscountNode, Product, Variant } from '../../dev-store/model.ts'
import { discount } from './support.ts'

function cartLine(index: number, price: number, quantity: number, extra: Partial<Product> = {}): CartLine {
  const variant: Variant = {
    id: 100 + index,
    title: { de: 'Standard', en: 'Default' },
    sku: `S${index}`,
    price,
    grams: 100,
    requiresShipping: true,
    inventoryItemId: index,
  }
  const product: Product = {
    id: index,
    handle: `p${index}`,
    title: { de: `Ding ${index}`, en: `Thing ${index}` },
    description: { de: '', en: '' },
    vendor: 'V',
    productType: 'T',
    tags: [],
    collectionIds: [index % 2],
    variants: [variant],
    taxRate: '0.19',
    giftCard: false,
    picture: 'box',
    pictureTint: '#888888',
    status: 'active',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    ...extra,
  }
  return { product, variant, quantity }
}

function price(
  lines: CartLine[],
  discounts: DiscountNode[],
  codes: string[],
  customerId: number | null = null,
) {
  return priceCart({
    lines,
    codes,
    discounts,
    buyer: { customerId, segmentIds: [] },
    at: '2026-11-21T10:00:00Z',
    shipping: { title: 'Versand', price: 490, freeFrom: 6900 },
  })
}

const someLines = fc
  .array(
    fc.record({ price: fc.integer({ min: 1, max: 20_000 }), quantity: fc.integer({ min: 1, max: 7 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((rows) => rows.map((row, index) => cartLine(index, row.price, row.quantity)))

describe('money', () => {
  it('splits an amount into parts that sum to it exactly and stay within their weights', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50_000), { minLength: 1, maxLength: 12 }), fc.nat(), (weights, seed) => {
        const sum = weights.reduce((all, one) => all + one, 0)
        const total = sum === 0 ? 0 : seed % (sum + 1)
        const parts = split(total, weights)
        expect(parts.reduce((all, one) => all + one, 0)).toBe(total)
        parts.forEach((part, index) => {
          expect(part).toBeGreaterThanOrEqual(0)
          expect(part).toBeLessThanOrEqual(weights[index] as number)
        })
      }),
    )
  })

  it('gives the whole amount for all pieces, however they are taken', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 30 }), fc.nat(30), (total, quantity, first) => {
        const taken = first % quantity
        const before = partOf(total, taken, quantity)
        expect(before + partOf(total - before, quantity - taken, quantity - taken)).toBe(total)
      }),
    )
  })

  it('finds the tax inside German prices', () => {
    expect(taxInside(11_900, '0.19')).toBe(1900)
    expect(taxInside(10_700, '0.07')).toBe(700)
    expect(taxInside(990, '0.07')).toBe(65)
    expect(taxInside(2500, '0')).toBe(0)
  })

  it('takes shares by decimal strings without floating point', () => {
    expect(share(4990, '0.1')).toBe(499)
    expect(share(105, '0.1')).toBe(11)
    expect(share(1005, '0.29')).toBe(291)
  })

  it('reads amounts in both notations and names what it cannot read', () => {
    expect(parseCents('12,50')).toBe(1250)
    expect(parseCents('12.5')).toBe(1250)
    expect(() => parseCents('12.345')).toThrow('12.345')
  })

  it('rounds cash to five cents', () => {
    expect([1001, 1002, 1003, 1004, 1005].map((cents) => cents + cashRounding(cents))).toEqual([
      1000, 1000, 1005, 1005, 1005,
    ])
  })
})

describe('pricing', () => {
  it('spreads an amount over the lines so that the parts sum to what it took off', () => {
    fc.assert(
      fc.property(someLines, fc.integer({ min: 1, max: 30_000 }), (lines, amount) => {
        const node = discount({ code: 'A', value: { kind: 'amount', amount, onEachItem: false } })
        const quote = price(lines, [node], ['a'])
        const gross = quote.lines.reduce((sum, line) => sum + line.gross, 0)
        const parts = quote.lines
          .flatMap((line) => line.allocations)
          .reduce((sum, one) => sum + one.amount, 0)
        expect(parts).toBe(Math.min(amount, gross))
        expect(quote.subtotal).toBe(gross - parts)
        for (const line of quote.lines) expect(line.net).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('keeps net = gross − allocations and total = subtotal + shipping under several discounts', () => {
    fc.assert(
      fc.property(someLines, fc.integer({ min: 1, max: 100 }), fc.nat(3000), (lines, percent, amount) => {
        const nodes = [
          discount({ code: 'PCT', value: { kind: 'percentage', fraction: (percent / 100).toFixed(2) } }),
          discount({
            code: 'COLL',
            value: { kind: 'amount', amount: amount + 1, onEachItem: true },
            items: { all: false, productIds: [], variantIds: [], collectionIds: [1] },
          }),
          discount({ code: 'SHIP', kind: 'free_shipping' }),
        ]
        const quote = price(lines, nodes, ['PCT', 'COLL', 'SHIP'])
        for (const line of quote.lines) {
          const taken = line.allocations.reduce((sum, one) => sum + one.amount, 0)
          expect(line.net).toBe(line.gross - taken)
          expect(line.net).toBeGreaterThanOrEqual(0)
        }
        expect(quote.shipping?.net).toBe(0)
        expect(quote.total).toBe(quote.subtotal)
        expect(quote.tax).toBeLessThanOrEqual(quote.total)
      }),
    )
  })

  it('applies product discounts before order discounts, as Shopify does', () => {
    const lines = [cartLine(1, 10_000, 1)]
    const order = discount({ code: 'O', value: { kind: 'percentage', fraction: '0.5' } })
    const product = discount({
      code: 'P',
      value: { kind: 'amount', amount: 2000, onEachItem: false },
      items: { all: false, productIds: [1], variantIds: [], collectionIds: [] },
    })
    expect(price(lines, [order, product], ['O', 'P']).subtotal).toBe(4000)
  })

  it('never discounts gift cards', () => {
    const card = cartLine(1, 5000, 1, { giftCard: true, taxRate: '0' })
    const quote = price([card, cartLine(2, 1000, 1)], [discount({ code: 'A' })], ['A'])
    expect(quote.lines.map((line) => line.net)).toEqual([5000, 500])
    expect(quote.applications[0]?.targetSelection).toBe('entitled')
    const alone = price([card], [discount({ code: 'A' })], ['A'])
    expect(alone.refused).toMatchObject([{ reason: 'no-entitled-items' }])
  })

  it('ships free from the threshold on the discounted subtotal', () => {
    const lines = [cartLine(1, 7000, 1)]
    expect(price(lines, [], []).shipping?.net).toBe(0)
    expect(price(lines, [discount({ code: 'A' })], ['A']).shipping?.net).toBe(490)
  })

  it('ignores the same code entered twice, in any case', () => {
    const quote = price([cartLine(1, 5000, 1)], [discount({ code: 'Abc' })], ['abc', 'ABC'])
    expect(quote.applications).toHaveLength(1)
    expect(quote.applications[0]?.code).toBe('Abc')
  })

  it('refuses the later of two codes that do not combine on both sides', () => {
    const one = discount({ code: 'ONE', combinesWith: { order: true, product: true, shipping: true } })
    const two = discount({ code: 'TWO', combinesWith: { order: false, product: true, shipping: true } })
    const quote = price([cartLine(1, 5000, 1)], [one, two], ['ONE', 'TWO'])
    expect(quote.applications.map((application) => application.code)).toEqual(['ONE'])
    expect(quote.refused).toMatchObject([{ code: 'TWO', reason: 'not-combinable' }])
  })

  it('says why a code cannot be used', () => {
    const line = {
      productId: 1,
      variantId: 101,
      collectionIds: [1],
      giftCard: false,
      price: 3000,
      quantity: 1,
      remaining: 3000,
    }
    const use = { code: 'X', orderId: 1, customerId: 7, at: '2026-11-01T00:00:00Z' }
    const why = (changes: Partial<DiscountNode>, customerId: number | null = 7) =>
      refusal(
        discount({ code: 'X', ...changes }),
        [line],
        { customerId, segmentIds: [] },
        '2026-11-21T10:00:00Z',
      )
    expect(why({})).toBeNull()
    expect(why({ startsAt: '2026-11-21T10:00:01Z' })).toBe('not-started')
    expect(why({ endsAt: '2026-11-21T10:00:00Z' })).toBe('expired')
    expect(why({ endsAt: '2026-11-21T10:00:01Z' })).toBeNull()
    expect(why({ minimum: { kind: 'subtotal', amount: 3001 } })).toBe('minimum')
    expect(why({ minimum: { kind: 'subtotal', amount: 3000 } })).toBeNull()
    expect(why({ minimum: { kind: 'quantity', quantity: 2 } })).toBe('minimum')
    expect(why({ context: { kind: 'customers', ids: [8] } })).toBe('customer')
    expect(why({ context: { kind: 'customers', ids: [7] } })).toBeNull()
    expect(why({ context: { kind: 'customers', ids: [7] } }, null)).toBe('customer')
    expect(why({ usageLimit: 1, uses: [use] }, 9)).toBe('used-up')
    expect(why({ oncePerCustomer: true, uses: [use] })).toBe('used-by-customer')
    expect(why({ oncePerCustomer: true, uses: [use] }, 9)).toBeNull()
  })
})
