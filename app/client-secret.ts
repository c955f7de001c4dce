/** Other beginnings are of access tokens ("shpat_", "shprt_"), which sign nothing. */
const SHAPE = /^(?:shpss_)?([0-9a-f]{32,128})$/i

/** Of 32 digits at random fewer are there once in 27 million secrets. */
const FEWEST_DIGITS = 8
/**
 * Steps from one digit to the next, counted round: a row typed by hand ("1234…", "0011…", "1111…2222…") knows few. At
 * random fewer than that are there once in a thousand million secrets.
 */
const FEWEST_STEPS = 7

/**
 * Why a text cannot be the client secret that Shopify has made; null when it can. Whoever guesses it forges deliveries
 * and tokens of any shop, and an app that runs with a placeholder looks like one that runs well: so the text must have
 * the form of Shopify's, hexadecimal digits at random. The practice shop makes its own alike, only longer.
 * @param clientId public: it stands in every page of the admin
 * @returns words that do not repeat the text
 */
export function faultOfClientSecret(text: string, clientId: string): string | null {
  const digits = SHAPE.exec(text)?.[1]?.toLowerCase()
  if (digits === undefined)
    return '32 hexadecimal digits, most with "shpss_" before them, without quotes or blanks'
  if (digits === clientId.toLowerCase()) return 'and this is the client id, which everybody can read'
  // A repeated text is found in its double before its end.
  const repeats = (digits + digits).indexOf(digits, 1) < digits.length
  if (repeats || new Set(digits).size < FEWEST_DIGITS) return 'and this repeats too few digits for one'
  if (stepsIn(digits) < FEWEST_STEPS) return 'and this counts from digit to digit like a placeholder'
  return null
}

function stepsIn(digits: string): number {
  const values = [...digits].map((digit) => Number.parseInt(digit, 16))
  return new Set(values.slice(1).map((value, i) => (value - (values[i] ?? 0) + 16) % 16)).size
}
