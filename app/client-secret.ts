import { createHash, getFips } from 'node:crypto'
import { describer } from './domain/text/guessed-digits.ts'

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
 * 32 digits at random are 128 bits. Whoever knows what people type says a placeholder in far fewer; of secrets at
 * random 2^-32 at most can be said in so few, one in four thousand millions.
 */
const FEWEST_BITS = 96

/**
 * Words of hexadecimal digits, some with 0 for "o", 1 for "l" or "i", 5 for "s" and 7 for "t"; those first that stand in
 * more placeholders.
 */
const WORDS =
  'dead beef cafe babe deadbeef c0ffee face feed f00d c0de cafebabe fade bad bead abcd abcdef badc0ffe baadf00d deadc0de ' +
  'feedface cafed00d facade decade fee fed ace add dad fab d00d deaf deed dada decaf defec8ed facefeed ' +
  'c0ffee00 accede efface beaded faced added cede fee0 abba bad0 ba5e 5afe 5eed 7e57 5ec2e7 bed bee cab dab fad f00 ' +
  'ba2 b00 101 bee5 1ead 1eaf 5a1e'

/** Of standards and their explanations: UUIDs without dashes, key and text of FIPS 197; and the numbers that people know. */
const SAMPLES =
  '123e4567e89b12d3a456426614174000 123e4567e89b12d3a456426655440000 550e8400e29b41d4a716446655440000 ' +
  'f81d4fae7dec11d0a76500a0c91e6bf6 f47ac10b58cc4372a5670e02b2c3d479 6ba7b8109dad11d180b400c04fd430c8 ' +
  '9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d 3f2504e04f8911d39a0c0305e82c3301 7d4448409dc011d1b2455ffdce74fad2 ' +
  '919108f752d143209bacf847db4148a8 017f22e279b07cc398c4dc0c0c07398f c232ab00941411ecb3c89f6bdeced846 ' +
  '1ec9414c232a6b00b3c89f6bdeced846 2ed6657de927568b95e12665a8aea6a2 5df418813aed351588a72f4a814cf09e ' +
  '2b7e151628aed2a6abf7158809cf4f3c 3243f6a8885a308d313198a2e0370734 36b8f84ddf4e49afb662bcde71a8764f ' +
  '3141592653589793238462643383279502884197 2718281828459045235360287471352662497757 1618033988749894848204586834365638117720'

/** What people make a digest of, or write as the numbers of its letters. */
const COMMON =
  'password passwort secret geheim test testing 123456 12345678 123456789 1234567890 12345 1234 123 qwerty qwertz admin ' +
  'root user demo dev development production default example changeme letmein welcome hello world foo bar foobar ' +
  'shopify stammgast shpss client_secret client-secret api_secret api-secret key token app a b x 0 1 null none ' +
  'undefined true my client app-secret helloworld iloveyou abc abc123 000000 111111 football monkey dragon master'

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
  if (bitsToSay(digits, clientId.toLowerCase()) < FEWEST_BITS)
    return 'and this is put together from what people type: words, samples, digests of words, counts, years or the client id'
  return null
}

type Describer = ReturnType<typeof describer>
let known: Describer | undefined
const bitsToSay: Describer = (digits, clientId) => {
  known ??= describer({
    words: [...WORDS.split(' '), ...lettersAsNumbers()],
    texts: [...SAMPLES.split(' '), ...digests()],
  })
  return known(digits, [clientId, ...digestsOf(clientId)].join(''))
}

/** "client" is 636c69656e74, "-" is 2d. */
const lettersAsNumbers = (): string[] =>
  [...COMMON.split(' '), '-', '_', ' ', '.', '\n'].map((word) => Buffer.from(word).toString('hex'))

/** Of the words as they are and as `echo` says them, with a capital, and with what a form for passwords asks for. */
function digests(): string[] {
  const words = [...COMMON.split(' '), 'hello world']
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
  const said = words.flatMap((word) =>
    [word, capital(word)].flatMap((one) => [one, `${one}1`, `${one}123`, `${one}!`]),
  )
  return ['', ...new Set(said)].flatMap((one) => [one, `${one}\n`].flatMap(digestsOf))
}

/** MD5 is not to be had where a machine keeps to FIPS. */
function digestsOf(text: string): string[] {
  const algorithms = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512', ...(getFips() === 1 ? [] : ['md5'])]
  return algorithms.map((algorithm) => createHash(algorithm).update(text).digest('hex'))
}

function stepsIn(digits: string): number {
  const values = [...digits].map((digit) => Number.parseInt(digit, 16))
  return new Set(values.slice(1).map((value, i) => (value - (values[i] ?? 0) + 16) % 16)).size
}
