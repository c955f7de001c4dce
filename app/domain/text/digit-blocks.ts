/** A block with its digits in base 16 stays an exact number. */
export const LONGEST_BLOCK = 12
/** The step from a block to the next one changes so many places at most: "0101 2026", "0202 2026"; "a1a2a3a4 b1b2b3b4". */
export const MOST_PLACES = 4
const BASES = [16, 10] as const

/** How far a row of digits goes on as its blocks do, and what was needed to say so. */
interface GoesOn {
  length: number
  /** Places of the step, or digits that are said themselves. */
  said: number
}

/** Blocks of so many digits that count up or down by one step: "c0a80101 c0a80102 c0a80103". */
export function countedBlocks(before: string, rest: string, size: number): GoesOn[] {
  const [last, next] = [before.slice(-size), rest.slice(0, size)]
  if (last.length < size || next.length < size) return []
  return BASES.flatMap((base) => {
    const [from, to] = [valueOfBlock(last, base), valueOfBlock(next, base)]
    const step = to - from
    const said = [...Math.abs(step).toString(base)].filter((digit) => digit !== '0').length
    if (Number.isNaN(step) || said === 0 || said > MOST_PLACES) return []
    const row: string[] = []
    const count = Math.ceil(rest.length / size)
    for (let value = to; row.length < count && value >= 0 && value < base ** size; value += step)
      row.push(value.toString(base).padStart(size, '0'))
    return [{ length: commonStart(rest, row.join('')), said }]
  })
}

/** Blocks that are alike but for their ends: "c0a80101 c0a80117 c0a801fe". Each end of so many digits is said itself. */
export function alikeBlocks(before: string, rest: string, size: number, end: number): GoesOn[] {
  const head = before.slice(-size).slice(0, size - end)
  if (before.length < size) return []
  const found: GoesOn[] = []
  for (let at = 0; at + size <= rest.length && rest.startsWith(head, at); at += size)
    found.push({ length: at + size, said: end * (found.length + 1) })
  return found
}

/** NaN of letters where the base is ten. */
const valueOfBlock = (block: string, base: 16 | 10) =>
  base === 10 && /[a-f]/.test(block) ? Number.NaN : Number.parseInt(block, base)

export function commonStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
