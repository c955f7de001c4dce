import { currencyExponent } from '../money/money.ts'
import type { ProgramIssue } from './program-issue.ts'

/** An issue when the amount has more decimals than the currency (JPY has none). Null amounts and no currency: none. */
export function tooManyDecimals(
  path: string,
  amount: string | null,
  currency: string | null,
): ProgramIssue[] {
  if (currency === null) return []
  const decimals = currencyExponent(currency)
  const fraction = amount?.split('.')[1] ?? ''
  if (!/[1-9]/.test(fraction.slice(decimals))) return []
  return [
    {
      path,
      code: 'too-many-decimals',
      message: `"${amount}" has more than the ${decimals} decimals of ${currency}`,
      values: { value: amount, decimals, currency },
    },
  ]
}
