/** Cart lines as Shopify describes them → the lines that the app previews. Pure. */
import type { PreviewLine, PreviewQuestion } from './app-api.ts'

interface Money {
  amount: number
  currencyCode: string
}
export interface CartLine {
  merchandise: { id: string; product: { id: string } }
  cost: { totalAmount: Money }
}
export interface CartDiscount {
  discountedAmount: Money
}

/** A cart or an order as Shopify's signals tell it. */
export interface Bought {
  lines: { readonly value: readonly CartLine[] }
  discountAllocations: { readonly value: readonly CartDiscount[] }
  cost: {
    totalAmount: { readonly value: { currencyCode: string } }
    totalShippingAmount?: { readonly value?: Money | undefined }
    totalTaxAmount?: { readonly value?: Money | undefined }
  }
}

/** What to ask the app; shipping and tax only where Shopify has worked them out. */
export function previewQuestion(
  { lines, discountAllocations, cost }: Bought,
  locale: string,
): PreviewQuestion {
  const shipping = cost.totalShippingAmount?.value
  const tax = cost.totalTaxAmount?.value
  return {
    currency: cost.totalAmount.value.currencyCode,
    lines: previewLines(lines.value, discountAllocations.value),
    ...(shipping && { shipping: decimal(shipping) }),
    ...(tax && { tax: decimal(tax) }),
    locale,
  }
}

function decimal({ amount, currencyCode }: Money): string {
  return amount.toFixed(minorDigits(currencyCode))
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
