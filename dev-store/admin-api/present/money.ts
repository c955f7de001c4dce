/** Money as the Admin API writes it: "5.0", "12.5", "12.55". */
import { decimal, parseCents } from '../../commerce/money.ts'
import type { Cents } from '../../model.ts'

/** 500 → "5.0": a Decimal has at least one digit behind the point and no more than needed. */
export function decimalAmount(cents: Cents): string {
  return decimal(cents).replace(/0$/, '')
}

export function moneyV2(cents: Cents, currencyCode: string) {
  return { __typename: 'MoneyV2', amount: decimalAmount(cents), currencyCode }
}

export type Bag = ReturnType<typeof moneyBag>

/** Shop money, and the same in the currency that the shopper saw. */
export function moneyBag(
  cents: Cents,
  currency: string,
  presentment: { currency: string; rate: string } | null = null,
) {
  const shown = presentment ? Math.round(cents * Number(presentment.rate)) : cents
  return {
    __typename: 'MoneyBag',
    shopMoney: moneyV2(cents, currency),
    presentmentMoney: moneyV2(shown, presentment?.currency ?? currency),
  }
}

/** "5", "5.0", "5.00" → 500. Throws a RangeError on more than two decimals or no number. */
export function centsOf(amount: string | number): Cents {
  return parseCents(String(amount))
}
