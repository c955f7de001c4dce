export const LF = 10
export const CR = 13

/** So much of a file shows how it is written. */
const SAMPLE_BYTES = 2_000

/**
 * A file as text: UTF-8, UTF-16 in both orders with its mark or without (Excel's "Unicode text"), and Windows-1252,
 * which German Excel still writes and which anything else is taken for.
 */
export function textOf(bytes: Uint8Array): string {
  const wide = wideOrder(bytes)
  if (wide !== null) return new TextDecoder(wide).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** UTF-16 of a table is digits and separators for the most part: every second byte is zero. */
function wideOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const length = Math.min(bytes.length, SAMPLE_BYTES)
  const zeros = [0, 0]
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1
  const [even = 0, odd = 0] = zeros
  if (odd > length / 4 && even < odd / 10) return 'utf-16le'
  if (even > length / 4 && odd < even / 10) return 'utf-16be'
  return null
}

/** The longest line in UTF-16 units, with its number from 1, and how many lines there are, empty ones too. */
export function measureLines(text: string): { lines: number; longest: number; at: number } {
  let lines = 1
  let [longest, at, begin] = [0, 1, 0]
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? LF : text.charCodeAt(i)
    if (code !== LF && code !== CR) continue
    if (i - begin > longest) [longest, at] = [i - begin, lines]
    begin = i + 1
    // The second half of a Windows line end is no line of its own.
    if (i < text.length && !(code === CR && text.charCodeAt(i + 1) === LF)) lines++
  }
  return { lines, longest, at }
}
