import fc from 'fast-check'
import { expect, test } from 'vitest'
import { previewLines } from '../../extensions/points-checkout/src/preview-lines.ts'

const money = (amount: number, currencyCode = 'EUR') => ({ amount, currencyCode })
const line = (id: number, amount: number, currencyCode = 'EUR') => ({
  merchandise: { id: `gid://shopify/ProductVariant/${id}`, product: { id: `gid://shopify/Product/${id}` } },
  cost: { totalAmount: money(amount, currencyCode) },
})
const amounts = (lines: { amount: string }[]) => lines.map((one) => one.amount)

test('a discount on the whole cart is spread over the lines', () => {
  const lines = previewLines([line(1, 30), line(2, 10)], [{ discountedAmount: money(5) }])
  expect(lines).toEqual([
    { productId: 'gid://shopify/Product/1', amount: '26.25' },
    { productId: 'gid://shopify/Product/2', amount: '8.75' },
  ])
})

test('an odd cent is kept', () => {
  expect(
    amounts(previewLines([line(1, 1), line(2, 1), line(3, 1)], [{ discountedAmount: money(1) }])),
  ).toEqual(['0.67', '0.66', '0.67'])
})

test('money has as many decimals as its currency', () => {
  expect(amounts(previewLines([line(1, 1200, 'JPY')], []))).toEqual(['1200'])
  expect(amounts(previewLines([line(1, 1.234, 'KWD')], []))).toEqual(['1.234'])
  expect(amounts(previewLines([], []))).toEqual([])
})

test('the parts sum to the whole and no line goes below zero', () => {
  const cents = fc.integer({ min: 0, max: 100_000 })
  fc.assert(
    fc.property(fc.array(cents, { minLength: 1, maxLength: 8 }), cents, (lineCents, discountCents) => {
      const lines = previewLines(
        lineCents.map((amount, index) => line(index, amount / 100)),
        [{ discountedAmount: money(discountCents / 100) }],
      )
      const parts = lines.map((one) => Math.round(Number(one.amount) * 100))
      const before = lineCents.reduce((sum, one) => sum + one, 0)
      expect(parts.reduce((sum, one) => sum + one, 0)).toBe(Math.max(0, before - discountCents))
      expect(parts.every((part, index) => part >= 0 && part <= (lineCents[index] ?? 0))).toBe(true)
    }),
  )
})
