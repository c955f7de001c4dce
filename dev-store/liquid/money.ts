/** Shopify's money formats. Amounts in Liquid are hundredths, whatever the currency. */

const FORMATS: Record<string, string> = {
  EUR: '{{amount_with_comma_separator}} €',
  CHF: 'CHF {{amount}}',
  GBP: '£{{amount}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the dollar sign is the currency's
  USD: '${{amount}}',
}

/** The "HTML without currency" setting that a new shop of the currency starts with. */
export const moneyFormat = (currency: string): string => FORMATS[currency] ?? `{{amount}} ${currency}`

function amountIn(hundredths: number, style: string): string {
  const [thousands, decimal] = style.endsWith('with_comma_separator') ? ['.', ','] : [',', '.']
  const whole = style.includes('no_decimals')
  const fixed = (whole ? Math.round(hundredths / 100) : hundredths / 100).toFixed(whole ? 0 : 2)
  const [units = '0', fraction] = fixed.split('.')
  const grouped = units.replace(/\B(?=(\d{3})+$)/g, thousands)
  return fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`
}

/** `formatMoney(4990, '{{amount}} €')` is "49.90 €". */
export function formatMoney(hundredths: number, format: string): string {
  return format.replace(/{{\s*(\w+)\s*}}/, (_, style: string) => amountIn(hundredths, style))
}

/** "5 €" instead of "5,00 €"; "4,50 €" stays. */
export function formatMoneyWithoutTrailingZeros(hundredths: number, format: string): string {
  return formatMoney(hundredths, format).replace(/[.,]00(?!\d)/, '')
}
