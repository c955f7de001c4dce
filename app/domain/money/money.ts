import { decimalToScaled, scaledToDecimal } from './decimal.ts'
import { powerOfTen } from './factor.ts'

/**
 * Money is a whole number of the currency's minor unit. Exponents that are not 2, from ISO 4217.
 */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
}

/** Decimals of the currency's minor unit: EUR 2, JPY 0, KWD 3. */
export function currencyExponent(currency: string): number {
  return EXPONENTS[currency] ?? 2
}

/**
 * `toMinor("49.90", "EUR")` is 4990; `toMinor("500.0", "JPY")` is 500.
 * @throws DomainError invalid-amount
 */
export function toMinor(amount: string, currency: string): number {
  return decimalToScaled(amount, currencyExponent(currency))
}

/** `fromMinor(4990, "EUR")` is "49.90". */
export function fromMinor(minor: number, currency: string): string {
  const exponent = currencyExponent(currency)
  return scaledToDecimal(minor, exponent, exponent)
}

/** More decimals than any currency has. */
const MOST_DECIMALS = 4

/** What `amount` has of the smallest units of all, and how many of them the currency's minor unit holds. */
function inSmallest(amount: string, currency: string): { smallest: number; aMinor: number } {
  const aMinor = powerOfTen(MOST_DECIMALS - currencyExponent(currency))
  return { smallest: decimalToScaled(amount, MOST_DECIMALS), aMinor }
}

/** False for "5.50" in JPY: nobody could pay it. @throws DomainError invalid-amount */
export function isPayable(amount: string, currency: string): boolean {
  const { smallest, aMinor } = inSmallest(amount, currency)
  return smallest % aMinor === 0
}

/** `toMinor`, rounded up where the currency lacks the decimals. @throws DomainError invalid-amount */
export function nextMinor(amount: string, currency: string): number {
  const { smallest, aMinor } = inSmallest(amount, currency)
  return Math.ceil(smallest / aMinor)
}
