const SHAPE = /^(?:shp[a-z]{2}_)?([0-9a-f]{32,128})$/i

/** Of 32 digits at random fewer are there once in 27 million secrets. */
const FEWEST_DIGITS = 8

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
  return null
}
