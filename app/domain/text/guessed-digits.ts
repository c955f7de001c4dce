import { alikeBlocks, commonStart, countedBlocks, LONGEST_BLOCK, MOST_PLACES } from './digit-blocks.ts'

/** What somebody knows who tries what people type; hexadecimal digits in small letters. */
export interface Guesses {
  /** Words that can be written in such digits, those first that people think of first. */
  words: readonly string[]
  /** Published texts, used from their beginning: samples, digests of common words. */
  texts: readonly string[]
}

/**
 * A description is a row of pieces. A digit by itself has two thirds of the cases, the eight other kinds a third
 * together; so a kind costs this many bits, and what it says (where, which, how long) as many as there are choices.
 */
const OF_ITSELF = Math.log2(3 / 2)
const OF_A_KIND = Math.log2(3 * 8)
const DIGIT = 4
const LENGTH = 7
/** Which of the rows of `ORDERS`, and by how much. */
const STEP = 5
const LONGEST_LAG = 4
const COUNT = OF_A_KIND + Math.log2(LONGEST_LAG) + LENGTH
/** Of which of the two texts, and in which direction. */
const COPY = OF_A_KIND + 1 + 1 + LENGTH
/** A year of a hundred, or a row of three to six digits that counts up, down or stands: "2026", "9012", "89ab", "111". */
const YEAR = /^(?:19[5-9]|20[0-4])[0-9]/
const YEARS_COST = OF_A_KIND + 2 + Math.log2(100)
const [SHORTEST_ROW, LONGEST_ROW] = [3, 6]
const SHORT_STEPS = [-1, 0, 1]
const SHORT_ROW =
  OF_A_KIND + DIGIT + Math.log2(SHORT_STEPS.length) + Math.log2(1 + LONGEST_ROW - SHORTEST_ROW)
/** Half of the cases of this kind count in ten digits, a quarter in all of them; the rest is years. */
const SHORT_ORDERS = [
  { order: '0123456789', cost: SHORT_ROW + 1 },
  { order: '0123456789abcdef', cost: SHORT_ROW + 2 },
]
/** Small letters, the ten digits, "-" and "_" as the numbers of ASCII: "6d79…" is "my…". */
const TYPED = /^(?:6[1-9a-f]|7[0-9a]|3[0-9]|2d|5f)+/
const TYPED_SIGN = Math.log2(26 + 10 + 2)
/** Blocks of this or that size go on as the one before; a step has a sign, a base and its places, each with a digit. */
const BLOCKS = OF_A_KIND + Math.log2(LONGEST_BLOCK) + LENGTH
const STEP_OF_BLOCKS = 1 + 1 + Math.log2(MOST_PLACES)
const PLACE = Math.log2(LONGEST_BLOCK) + DIGIT
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
  const textCost = OF_A_KIND + Math.log2(texts.length) + 1 + LENGTH
  const begun = wordsByHead(words)
  const heads = new Map(
    texts.flatMap((text) => [text, backwards(text)]).map((text) => [text.slice(0, SHORTEST_OF_TEXT), text]),
  )
  const piecesAt = (rest: string, said: Ways, own: Ways, take: Take) => {
    take(1, 1, OF_ITSELF + DIGIT)
    for (const { word, cost } of begun.get(rest.slice(0, 2)) ?? [])
      if (rest.startsWith(word)) take(word.length, word.length, cost)
    const text = heads.get(rest.slice(0, SHORTEST_OF_TEXT))
    if (text !== undefined) take(1, commonStart(rest, text), textCost)
    for (let lag = 1; lag <= LONGEST_LAG; lag++) take(1, countsOn(rest, lag), COUNT + lag * (DIGIT + STEP))
    numbersAt(rest, take)
    blocksAt(said[0], rest, take)
    for (let signs = (TYPED.exec(rest)?.[0].length ?? 0) / 2; signs > 0; signs--)
      take(2 * signs, 2 * signs, OF_A_KIND + LENGTH - 1 + signs * TYPED_SIGN)
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

/** The second word is half as likely as the first, the third a third (Zipf); all together are one. */
function wordsByHead(words: readonly string[]): Map<string, { word: string; cost: number }[]> {
  const all = words.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0)
  const begun = new Map<string, { word: string; cost: number }[]>()
  for (const [rank, word] of words.entries()) {
    const head = word.slice(0, 2)
    const cost = OF_A_KIND + Math.log2(all * (rank + 1))
    begun.set(head, [...(begun.get(head) ?? []), { word, cost }])
  }
  return begun
}

function numbersAt(rest: string, take: Take) {
  if (YEAR.test(rest)) take(4, 4, YEARS_COST)
  for (const { order, cost } of SHORT_ORDERS)
    for (const step of SHORT_STEPS)
      for (let end = shortRow(rest, order, step); end >= SHORTEST_ROW; end--) take(end, end, cost)
}

function shortRow(rest: string, order: string, step: number): number {
  const first = order.indexOf(rest.charAt(0))
  let length = first === -1 ? 0 : 1
  while (
    length > 0 &&
    length < LONGEST_ROW &&
    rest[length] === order.at((first + step * length) % order.length)
  )
    length++
  return length
}

function blocksAt(before: string, rest: string, take: Take) {
  for (let size = 2; size <= LONGEST_BLOCK; size++) {
    for (const { length, said } of countedBlocks(before, rest, size))
      take(1, length, BLOCKS + STEP_OF_BLOCKS + said * PLACE)
    for (let end = 1; end <= size / 2; end++)
      for (const { length, said } of alikeBlocks(before, rest, size, end))
        take(length, length, BLOCKS + Math.log2(LONGEST_BLOCK / 2) + said * DIGIT)
  }
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
