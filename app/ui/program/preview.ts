import { type OrderWorth, previewCart } from '../../domain/earning/evaluate-order.ts'
import { currencyExponent, toMinor } from '../../domain/money/money.ts'
import { compileProgram } from '../../domain/program/compiled-program.ts'
import type { Program } from '../../domain/program/program.ts'
import { validateProgram } from '../../domain/program/validate-program.ts'

export interface PreviewOrder {
  /** Decimal text in the shop's currency. */
  amount: string
  productId: string | null
  collections: string[]
  tags: string[]
  tierId: string | null
  /** Epoch ms. */
  at: number
}

/** What an order of one line would earn by a document that is being written; null while something in it is wrong. */
export function previewWorth(
  document: Program,
  shop: { currency: string; timeZone: string },
  order: PreviewOrder,
): OrderWorth | null {
  if (!/^\d{1,9}(\.\d+)?$/.test(order.amount)) return null
  const checked = validateProgram(document, shop)
  if (!checked.ok) return null
  try {
    const { productId, collections, tags, tierId, at } = order
    const line = { productId, collections, tags, amount: toMinor(order.amount, shop.currency) }
    return previewCart(compileProgram(checked.program, shop, 0), { lines: [line], at, tierId })
  } catch {
    // An amount with more decimals than the currency has.
    return null
  }
}

/** "49.90", or an amount of that size where a unit of money is worth little. */
export function exampleAmount(currency: string): string {
  return currencyExponent(currency) === 0 ? '4990' : '49.90'
}

/** What an order of goods that no campaign is about earns without a tier; null while something is wrong. */
export function plainWorth(
  document: Program,
  shop: { currency: string; timeZone: string },
  amount: string,
  at: number,
): number | null {
  const plain = { ...document, campaigns: [] }
  const nothing = { productId: null, collections: [], tags: [], tierId: null }
  return previewWorth(plain, shop, { amount, at, ...nothing })?.points ?? null
}
