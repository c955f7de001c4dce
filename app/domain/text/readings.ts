import { withServersInAscii } from './normal-form.ts'

/** A body within a note within a body, written by somebody else's program: deeper than that nothing was seen. */
const DEEPEST = 4

/**
 * Everything that a text may say: as it stands, and as JSON, as the address of a page or as HTML says it, each within
 * the other. Which of them it really is cannot be known: a body may be cut, and a note holds what people paste. In a
 * path, "\n" is no new line; so no reading stands in for another.
 */
export function* readingsOf(text: string): Generator<string> {
  const known = new Set<string>()
  let before = [text]
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const fresh = [...new Set(before)].filter((reading) => !known.has(reading))
    for (const reading of fresh) {
      known.add(reading)
      yield reading
      const inAscii = withServersInAscii(reading)
      if (inAscii !== reading) yield inAscii
    }
    before = fresh.flatMap((reading) => [unescaped(reading), ofPages(reading)])
  }
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.)|$)/gs
const WHITE = /[bfnrt]/

/**
 * The text without the escapes of JSON, which it need not be. NUL and half a surrogate pair become what a payload's text
 * becomes (app/shopify/payload.ts).
 */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const said = text.replaceAll(ESCAPE, (_, code?: string, sign = '') =>
    code === undefined ? (WHITE.test(sign) ? ' ' : sign) : String.fromCharCode(Number.parseInt(code, 16)),
  )
  return said.replaceAll('\0', '').toWellFormed()
}

const PERCENT = /(?:%[0-9a-fA-F]{2})+/g
const ENTITY = /&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|commat|period|nbsp|ndash|shy));?/g
const NAMED: Record<string, string> = { amp: '&', commat: '@', period: '.', nbsp: ' ', ndash: '-', shy: '' }

/** "%40" in the address of a page, "&#64;" and "&commat;" in HTML: all of them "@". */
function ofPages(text: string): string {
  const decoded = text.includes('%') ? text.replaceAll(PERCENT, bytesOf) : text
  if (!decoded.includes('&')) return decoded
  return decoded.replaceAll(ENTITY, (entity, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? entity
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0x10_ff_ff ? entity : String.fromCodePoint(code)
  })
}

const utf8 = new TextDecoder()

function bytesOf(percents: string): string {
  return utf8.decode(Uint8Array.from(percents.slice(1).split('%'), (byte) => Number.parseInt(byte, 16)))
}
