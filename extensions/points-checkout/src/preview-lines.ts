/** Cart lines as Shopify describes them → the lines that the app previews. Pure. */
import type { PreviewLine } from './app-api.ts'

interface Money {
  amount: number
  currencyCode: string
}
export interface CartLine {
  merchandise: { product: { id: string } }
  cost: { totalAmount: Money }
}
export interface CartDiscount {
  discountedAmount: Money
}

/**
 * A line's `cost.totalAmount` is after the line's own discounts but before discounts on the whole cart (a
 * reward of 5 EUR off is one of those), which earn no points. They are spread over the lines in proportion;
 * the parts sum to the whole, and no line goes below zero.
 */
export function previewLines(
  lines: readonly CartLine[],
  cartDiscounts: readonly CartDiscount[],
): PreviewLine[] {
  const digits = minorDigits(lines[0]?.cost.totalAmount.currencyCode)
  const minor = (money: Money) => Math.round(money.amount * 10 ** digits)
  const amounts = lines.map((line) => minor(line.cost.totalAmount))
  let restAmount = amounts.reduce((sum, amount) => sum + amount, 0)
  let restDiscount = Math.min(
    restAmount,
    cartDiscounts.reduce((sum, discount) => sum + minor(discount.discountedAmount), 0),
  )
  return lines.map((line, index) => {
    const amount = amounts[index] ?? 0
    const share = restAmount === 0 ? 0 : Math.round((restDiscount * amount) / restAmount)
    restAmount -= amount
    restDiscount -= share
    return {
      productId: line.merchandise.product.id,
      amount: ((amount - share) / 10 ** digits).toFixed(digits),
    }
  })
}

/** JPY 0, EUR 2, KWD 3. */
function minorDigits(currency = 'EUR'): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}
