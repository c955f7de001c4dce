import { normalForm, withServersInAscii } from './normal-form.ts'

/** A body within a note within a body, written by somebody else's program: deeper than that nothing was seen. */
const DEEPEST = 4
/** A mail within a note of a body; each further reading costs as much as all before it. */
const DEEPEST_MAIL = 2

/**
 * Everything that a text may say: as it stands, and as JSON, as the address of a page or HTML says it, with and without
 * its tags, or a mail, each within the other. Which of them it really is cannot be known: a body may be cut, and a note holds what people paste. In a
 * path, "\n" is no new line; so no reading stands in for another. Only that of an address of a page and of HTML are one,
 * unless what is looked for may have a percent sign of its own.
 */
export function* readingsOf(text: string, hasPercent = false): Generator<string> {
  const known = new Set<string>()
  let before = [text]
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const fresh = [...new Set(before)].filter((reading) => !known.has(reading))
    before = []
    for (const reading of fresh) {
      known.add(reading)
      yield* alsoInAscii(reading)
      const said = [
        unescaped(reading),
        ...(hasPercent ? [ofAddress(reading), ofHtml(reading)] : [ofHtml(ofAddress(reading))]),
      ]
      // Its tags are those of what it says, and of that they are taken away.
      const bare = depth === DEEPEST || said.every((one) => one === reading) ? withoutTags(reading) : null
      if (bare !== null) yield* alsoInAscii(bare)
      before.push(...said, ...(depth < DEEPEST_MAIL ? [ofMail(reading)] : []))
    }
  }
}

function* alsoInAscii(reading: string): Generator<string> {
  yield reading
  const inAscii = withServersInAscii(reading)
  if (inAscii !== reading) yield inAscii
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
const ENTITY = /&(?:#[xX]0*([0-9a-fA-F]{1,6})|#0*([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,20}));?/g
/** HTML's names of characters that stand in addresses and telephone numbers or beside them, each before its character. */
const PRINTED =
  'amp& commat@ period. apos\' quot" lt< gt> num# plus+ lowbar_ excl! dollar$ percnt% ast* sol/ equals= quest? Hat^ ' +
  'grave` lcub{ vert| verbar| rcub} lpar( rpar) middot· ndash- mdash- minus- hyphen- dash- szligß aeligæ AEligÆ oslashø ' +
  'OslashØ oeligœ OEligŒ ethð ETHÐ thornþ THORNÞ imathı lstrokł LstrokŁ dstrokđ DstrokĐ hstrokħ HstrokĦ engŋ ENGŊ ' +
  'AMP& LT< GT> QUOT" COPY© REG® copy© reg® laquo« raquo» iexcl¡ iquest¿ cent¢ pound£ curren¤ yen¥ brvbar¦ sect§ uml¨ ' +
  'not¬ macr¯ deg° plusmn± acute´ para¶ cedil¸ times× divide÷'
const NAMED = new Map([
  ...PRINTED.split(' ').map((pair): [string, string] => [pair.slice(0, -1), pair.slice(-1)]),
  ...['nbsp', 'ensp', 'emsp', 'thinsp'].map((space): [string, string] => [space, ' ']),
  ['shy', ''],
])
const names = (list: string, said: string) => list.split(' ').map((name): [string, string] => [name, said])
/** All of HTML's names of characters that nobody sees, that are a space or a dash, which need their semicolon: "&it" begins many a name. */
const WITH_SEMICOLON = new Map([
  ...names(
    'zwnj zwj lrm rlm ZeroWidthSpace NegativeVeryThinSpace NegativeThinSpace NegativeMediumSpace NegativeThickSpace ' +
      'NoBreak ApplyFunction af InvisibleTimes it InvisibleComma ic',
    '',
  ),
  ...names(
    'NonBreakingSpace emsp13 emsp14 numsp puncsp ThinSpace hairsp VeryThinSpace MediumSpace ThickSpace Tab NewLine',
    ' ',
  ),
  ['horbar', '-'],
])
/** "auml" is an "a" with this above it; the normal form joins them. */
const ACCENTED = /^([A-Za-z])(grave|acute|circ|tilde|macr|breve|dot|uml|ring|dblac|caron|cedil|ogon)$/
const SHORTEST_NAME = 2
const ACCENTS: Record<string, string> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  macr: '\u0304',
  breve: '\u0306',
  dot: '\u0307',
  uml: '\u0308',
  ring: '\u030a',
  dblac: '\u030b',
  caron: '\u030c',
  cedil: '\u0327',
  ogon: '\u0328',
}

/** https://html.spec.whatwg.org/multipage/named-characters.html; undefined where it is none of ours. */
function named(name: string): string | undefined {
  const printed = NAMED.get(name)
  if (printed !== undefined) return printed
  const [, letter, accent] = ACCENTED.exec(name) ?? []
  return letter && accent ? (letter + ACCENTS[accent]).normalize('NFC') : undefined
}

/** "&nbspmara": without a semicolon a name ends where it is one, and the rest is text. The longest one counts. */
function namedFirst(name: string): string | undefined {
  for (let end = name.length; end >= SHORTEST_NAME; end--) {
    const said = named(name.slice(0, end))
    if (said !== undefined) return said + name.slice(end)
  }
  return undefined
}

const TAG = /<(?:\/?([A-Za-z][A-Za-z0-9-]*)(?:[\s/](?:"[^"<]*"|'[^'<]*'|[^<>"'])*)?|![^<>]*)>/g
/** Where a line, a paragraph or a cell ends. Any other tag parts nothing: "anna<b></b>@b.example". */
const PARTING =
  /^(?:br|p|div|h[1-6r]|t[dhr]|table|thead|tbody|tfoot|caption|[uod]l|li|d[dt]|blockquote|pre|address|section|article|header|footer|main|aside|nav|form|fieldset|option|figure|figcaption|body|html|title)$/i

/** Longer than any address or number: what lies further from a tag reads as it does with it. */
const NEAR_TAG = 256
/** In the place of what is left out: neither an address nor a number may begin or end there. */
const LEFT_OUT = '9x9'

/**
 * What HTML shows where its tags are taken away. It is a reading of its own: addresses stand within tags, too. Entities
 * are no tags, so nothing has to be read within it.
 */
function withoutTags(text: string): string | null {
  if (!text.includes('<')) return null
  const near: string[] = []
  let end = 0
  for (const { 0: tag, 1: name = '', index } of text.matchAll(TAG)) {
    near.push(end === 0 ? text.slice(0, index).slice(-NEAR_TAG) : shortened(text.slice(end, index)))
    near.push(PARTING.test(name) ? ' ' : '')
    end = index + tag.length
  }
  if (end === 0) return null
  const before = near[0]?.length === NEAR_TAG ? LEFT_OUT : ''
  const rest = text.slice(end)
  return before + near.join('') + (rest.length > NEAR_TAG ? rest.slice(0, NEAR_TAG) + LEFT_OUT : rest)
}

const shortened = (between: string) =>
  between.length <= 2 * NEAR_TAG ? between : between.slice(0, NEAR_TAG) + LEFT_OUT + between.slice(-NEAR_TAG)

/** "%40" in the address of a page is "@". */
function ofAddress(text: string): string {
  return text.includes('%') ? text.replaceAll(PERCENT, bytesOf) : text
}

/** "&#64;" and "&commat;" in HTML are "@". */
function ofHtml(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(ENTITY, (entity, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined)
      return (entity.endsWith(';') ? WITH_SEMICOLON.get(name) : undefined) ?? namedFirst(name) ?? entity
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0x10_ff_ff ? entity : String.fromCodePoint(code)
  })
}

/** No mail writes a letter or a digit so: "?q=49" is none. */
const QUOTED = /(?:=(?!3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])[0-9a-fA-F]{2})+/g
/** The end of a line that is none of the text; in JSON, too, where taking the escapes away would leave a space. */
const SOFT_BREAK = /=[ \t]*(?:\r\n?|\n|\\r\\n|\\[rn])/g

/** "=40" in a mail is "@", and "=" at the end of a line is nothing. https://www.rfc-editor.org/rfc/rfc2045#section-6.7 */
function ofMail(text: string): string {
  return text.includes('=') ? text.replaceAll(SOFT_BREAK, '').replaceAll(QUOTED, bytesOf) : text
}

const utf8 = new TextDecoder()
const latin1 = new TextDecoder('windows-1252')
const OF_UTF8 = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g
const LEFT = /[\x80-\xff]/g

/** Of "%C3%BC" or "=C3=BC"; "%FC" is none of UTF-8's, and older programs mean Latin-1 by it. */
function bytesOf(codes: string): string {
  const bytes = Uint8Array.from(codes.slice(1).split(codes.charAt(0)), (byte) => Number.parseInt(byte, 16))
  const said = utf8.decode(bytes)
  if (!said.includes('\ufffd')) return said
  const units = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const read = (decoder: TextDecoder, part: string) =>
    decoder.decode(Uint8Array.from(part, (unit) => unit.charCodeAt(0)))
  const parts = units.split(OF_UTF8)
  const between = (units.match(OF_UTF8) ?? []).map((part) => read(utf8, part))
  return parts
    .map((part, i) => part.replaceAll(LEFT, (unit) => read(latin1, unit)) + (between[i] ?? ''))
    .join('')
}

const OF_JSON = /\\(?:u([0-9a-fA-F]{4})|(["'\\/bfnrt]))/g

/** What stands beside a found writing, which may be escaped or encoded when the writing is not: "o&#39;mara@b.example". */
export function nearby(text: string): string {
  if (!/[\\%&]/.test(text)) return text
  let said = text
  for (let depth = 0, before = ''; depth < DEEPEST && said !== before; depth++) {
    before = said
    const plain = said.replaceAll(OF_JSON, (_, code?: string, sign = '') =>
      code === undefined ? (WHITE.test(sign) ? ' ' : sign) : String.fromCharCode(Number.parseInt(code, 16)),
    )
    said = ofHtml(ofAddress(plain))
  }
  return said === text ? text : normalForm(said).written
}
