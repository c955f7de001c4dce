/** What somebody knows who tries what people type; hexadecimal digits in small letters. */
export interface Guesses {
  /** Words that can be written in such digits. */
  words: readonly string[]
  /** Published texts, used from their beginning: samples, digests of common words. */
  texts: readonly string[]
}

/**
 * A description is a row of pieces. A digit by itself has three quarters of the cases, the four other kinds a quarter
 * together; so a kind costs this many bits, and what it says (where, which, how long) as many as there are choices.
 */
const OF_ITSELF = Math.log2(4 / 3)
const OF_A_KIND = 4
const DIGIT = 4
const LENGTH = 7
/** Which of the rows of `ORDERS`, and by how much. */
const STEP = 5
const LONGEST_LAG = 4
const COUNT = OF_A_KIND + Math.log2(LONGEST_LAG) + LENGTH
/** Of which of the two texts, and in which direction. */
const COPY = OF_A_KIND + 1 + 1 + LENGTH
/** By fewer digits no text is told from others; what is shorter costs as much by itself. */
const SHORTEST_OF_TEXT = 8
const SHORTEST_COPY = 4

/** People count in all digits, in the ten, and in the letters: "…890123…", "…efabc…". */
const ORDERS = ['0123456789abcdef', '0123456789', 'abcdef']

/** How long a piece may be that begins there, and what it costs. */
type Take = (least: number, most: number, cost: number) => void
/** A text forwards and backwards. */
type Ways = readonly [string, string]

/**
 * The bits that the shortest description of digits takes, by one who knows the guesses: what counts on (also every
 * second, third or fourth digit by itself), is said again or backwards, is a word or a text that is known, or part of a
 * text of the place itself. Descriptions are told apart from each other, so of n bits there are at most 2^n: of digits
 * at random, as few as 2^-m have one that is m bits shorter than 4 for each digit (the inequality of Kraft and McMillan).
 */
export function describer({ words, texts }: Guesses): (digits: string, own: string) => number {
  const wordCost = OF_A_KIND + Math.log2(words.length)
  const textCost = OF_A_KIND + Math.log2(texts.length) + 1 + LENGTH
  const begun = new Map<string, string[]>()
  for (const word of words) {
    const head = word.slice(0, 2)
    begun.set(head, [...(begun.get(head) ?? []), word])
  }
  const heads = new Map(
    texts.flatMap((text) => [text, backwards(text)]).map((text) => [text.slice(0, SHORTEST_OF_TEXT), text]),
  )
  const piecesAt = (rest: string, said: Ways, own: Ways, take: Take) => {
    take(1, 1, OF_ITSELF + DIGIT)
    for (const word of begun.get(rest.slice(0, 2)) ?? [])
      if (rest.startsWith(word)) take(word.length, word.length, wordCost)
    const text = heads.get(rest.slice(0, SHORTEST_OF_TEXT))
    if (text !== undefined) take(1, commonStart(rest, text), textCost)
    for (let lag = 1; lag <= LONGEST_LAG; lag++) take(1, countsOn(rest, lag), COUNT + lag * (DIGIT + STEP))
    for (const ways of [said, own]) take(1, longestIn(ways, rest), COPY + Math.log2(1 + ways[0].length))
  }
  return (digits, own) => {
    const owns: Ways = [own, backwards(own)]
    const turned = backwards(digits)
    const bits = [0, ...Array.from(digits, () => Number.POSITIVE_INFINITY)]
    for (let at = 0; at < digits.length; at++) {
      const said: Ways = [digits.slice(0, at), turned.slice(digits.length - at)]
      piecesAt(digits.slice(at), said, owns, (least, most, cost) => {
        for (let end = at + least; end <= at + most; end++)
          bits[end] = Math.min(bits[end] ?? 0, (bits[at] ?? 0) + cost)
      })
    }
    return bits[digits.length] ?? 0
  }
}

const backwards = (text: string) => [...text].reverse().join('')

function commonStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

/** How far each digit follows the one so many places before it, always by the same step of the same order. */
function countsOn(digits: string, lag: number): number {
  let end = digits.length
  // The first row that ends ends all of them.
  for (let row = 0; row < lag; row++)
    end = Math.min(end, Math.max(...ORDERS.map((order) => endOfCount(digits, row, lag, order))))
  return end
}

function endOfCount(digits: string, first: number, lag: number, order: string): number {
  const place = (at: number) => (at < digits.length ? order.indexOf(digits.charAt(at)) : -1)
  const from = place(first)
  if (from === -1) return first
  const step = place(first + lag) - from
  let end = first + lag
  for (let last = from, next = place(end); next !== -1; last = next, end += lag, next = place(end))
    if ((next - last - step) % order.length !== 0) break
  return end
}

/** The longest beginning of it that stands in the text. */
function longestIn([forwards, turned]: Ways, rest: string): number {
  let length = SHORTEST_COPY - 1
  for (let start = rest.slice(0, length + 1); start.length > length; start = rest.slice(0, length + 1)) {
    if (!forwards.includes(start) && !turned.includes(start)) break
    length++
  }
  return length < SHORTEST_COPY ? 0 : length
}
