import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAY_NAME, searchForPerson } from '../../../app/domain/text/names-person.ts'

/** Each writing of hers and each of a stranger's, in every context: the rule is tried, and no single text. */
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const ID = '7200000000042'
const MARA = { customerIds: [ID], email: 'mara@b.example', phone: '+491701234567' }
const JUERGEN = { customerIds: [], email: 'jürgen@b.example', phone: null }
const mara = searchForPerson(MARA)

const ARABIC = (text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0x660 + Number(digit)))
const WIDE = (text: string) =>
  text.replace(/[!-~]/g, (sign) => String.fromCodePoint(sign.charCodeAt(0) + 0xfee0))

const CONTEXTS: Record<string, (said: string) => string> = {
  alone: (said) => said,
  'in a sentence': (said) => `Bitte an ${said}, danke.`,
  'in brackets': (said) => `Kundin (${said})`,
  'in quotes': (said) => `'${said}'`,
  'in a table': (said) => `| Kundin | ${said} | 3 |`,
  'in columns': (said) => `"1";"${said}";"3"`,
  'in JSON': (said) => JSON.stringify({ id: 7, note: said, n: 1 }),
  'in JSON in JSON': (said) => JSON.stringify({ body: JSON.stringify({ note: said }) }),
  'in the address of a page': (said) => `https://x.example/?q=${encodeURIComponent(said)}&x=1`,
  'in HTML by numbers': (said) => `<p>${[...said].map((sign) => `&#${sign.codePointAt(0)};`).join('')}</p>`,
  'beside other numbers': (said) => `12; ${said}; 2026-11-30 12:15`,
  'after Japanese': (said) => `お客様${said}です`,
}

const HERS = [
  'mara(at)b.example',
  'mara[at]b.example',
  'mara{AT}b.example',
  'mara (at) b.example',
  'mara @ b.example',
  'mara@ b.example',
  'mara at b.example',
  'mara (ät) b.example',
  'mara(at)b(dot)example',
  'mara [at] b [punkt] example',
  'mara at b dot example',
  'mara@b(dot)example',
  'mara@b[.]example',
  WIDE('mara@b.example'),
  '0170,1234567',
  '0170:1234567',
  '0170|1234567',
  '0170, 123 45 67',
  '+49|170|1234567',
  '+4901701234567',
  '00490170 1234567',
  '+49 (0170) 1234567',
  '+49.1701234567',
  '0170.1234567',
  ARABIC('0170 1234567'),
  ARABIC('+491701234567'),
  ARABIC(ID),
  WIDE('0170 1234567'),
  WIDE(ID),
  '०१७० १२३४५६७',
  `000${ID}`,
  '7200/0000/00042',
  '7200|0000|00042',
  '7200:0000:00042',
]

const STRANGERS = [
  "o'mara@b.example",
  'o’mara@b.example',
  'ümara@b.example',
  'u\u0308mara@b.example',
  'øm\u0301mara@b.example',
  'жmara@b.example',
  '٣mara@b.example',
  'a.mara@b.example',
  'a+mara@b.example',
  'a-mara@b.example',
  'a_mara@b.example',
  'a%mara@b.example',
  "o'mara(at)b.example",
  'ümara at b.example',
  'tamara @ b.example',
  'mara at b.example dot org',
  'mara@b[.]example[.]org',
  "o'mara@b[.]example",
  'mara(at)xb.example',
  'mara@b.exampleü',
  'mara@b.exampleu\u0308',
  'mara@b.example.рф',
  'mara@b.example.ürg',
  'tom at b.example',
  '49.1701234567',
  '0.1701234567',
  '170.1234567',
  '1,701,234,567',
  '491,701,234,567',
  '01:70:12:34:56:7',
  '4901701234567',
  '0171,1234567',
  '0170,12345678',
  ARABIC('0170 12345678'),
  ARABIC(`${ID}1`),
  `0.${ID}`,
  `1.000${ID}`,
  `0001${ID}`,
  `000${ID}0`,
  '2026/7200/0000/00042',
  '7200/0000/00042/1',
  '7200 / 0000 / 00042',
]

const each = (texts: string[]) =>
  texts.flatMap((text) => Object.keys(CONTEXTS).map((context) => [text, context]))
const within = (text: string, context: string) => CONTEXTS[context]?.(text) ?? ''

test.each(each(HERS))('A11: %j names her %s', (text, context) => {
  const said = within(text, context)
  expect(mara.finds(said), said).toBe(true)
  expect(new RegExp(MAY_NAME).test(said)).toBe(true)
})

test.each(each(STRANGERS))('A11: %j is a stranger’s %s', (text, context) => {
  const said = within(text, context)
  expect(mara.finds(said), said).toBe(false)
})

test.each([
  '{"ts":1701234567}',
  '{"ts": 1701234567,"x":1}',
  '{"at":[1701234560,1701234567]}',
  '{"at":[1701234567,1701234568]}',
  '{"price":49.1701234567}',
  '{"price":-0.1701234567}',
  '{"ts":1701234567',
  JSON.stringify({ body: '{"ts":1701234567}' }),
  encodeURIComponent('{"ts":1701234567}'),
  '{&quot;ts&quot;:1701234567}',
])('A11: %j is a number of JSON’s own, and no telephone', (text) => expect(mara.finds(text)).toBe(false))

test.each([
  '{"phone":1701234567}',
  '{"customer_phone": 1701234567}',
  '{"Telefon":1701234567,"x":1}',
  '{"mobile":491701234567}',
  '{"number":491701234567}',
  '{"number":"1701234567"}',
  `{"id":${ID}}`,
  '{"note":"Tel. 170 1234567"}',
  'Tel. 1701234567',
])('A11: %j is hers', (text) => expect(mara.finds(text)).toBe(true))

test.each([
  'j%FCrgen@b.example',
  'j%fcrgen%40b.example',
  '?a=m%C3%BCnchen&mail=j%FCrgen@b.example',
  '?mail=%22j%FCrgen%22+j%FCrgen%40b.example',
  'j=FCrgen@b.example',
])('A11: %j has Latin-1 by its codes', (text) => expect(searchForPerson(JUERGEN).finds(text)).toBe(true))

test('A11: Latin-1 stands beside UTF-8 in one row of codes', () => {
  const search = searchForPerson({ customerIds: [], email: 'üüü€@b.example', phone: null })
  expect(search.finds('%FC%C3%BC%fc%80@b.example')).toBe(true)
})

test.each([
  'o&#39;mara@b.example',
  'o&apos;mara@b.example',
  '&uuml;mara@b.example',
  'u&#776;mara@b.example',
  '&#1078;mara@b.example',
  'o\\u0027mara@b.example',
  "o\\'mara@b.example",
  '%C3%BCmara@b.example',
  '%FCmara@b.example',
  'mara@b.example%2Eorg',
  'mara@b.example&#46;org',
  'mara@b.example\\u002eorg',
  'mara@b.example&uuml;',
  '&#49;7200000000042',
  '7200000000042&#49;',
  '7200000000042\\u0031',
])('A11: %j is a stranger’s of whom only a part is encoded', (text) => expect(mara.finds(text)).toBe(false))

test.each([
  '&nbsp;mara@b.example',
  '&foo;mara@b.example',
  'mara@b.example&foo;',
  "x='mara@b.example'",
  '😀mara@b.example😀',
  'C:\\mara@b.example',
  'mail=mara@b.example&x=1',
  'a|mara@b.example|b',
  '/mara@b.example/',
])('A11: %j touches her address with what is none of it', (text) => expect(mara.finds(text)).toBe(true))

describe(`seed ${seed}`, () => {
  const pick = <T>(...from: T[]) => fc.constantFrom(...from)
  const word = fc
    .array(pick(...'abcdefghijklmnopqrstuvwxyz'), { minLength: 4, maxLength: 9 })
    .map((letters) => letters.join(''))
  const digits = (count: number) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count })
      .map((all) => all.join(''))
  const person = fc.record({
    local: word,
    server: pick('b.example', 'käse.example', 'a.beispiel.example'),
    national: digits(9).map((rest) => `1${rest}`),
    id: digits(12).map((rest) => `7${rest}`),
  })
  const digitsOf = pick<(text: string) => string>((text) => text, ARABIC, WIDE)
  const at = pick('@', '(at)', '[at]', ' @ ', ' at ', '＠', ' [AT] ')
  const sign = pick('', ' ', '-', '/', '.', '·', ' / ')
  const parting = pick(' ', ',', '|', ':', '/', '-')
  /** Signs beside each other in one number are random; one parts values at most. */
  const telephone = fc.record({
    code: pick('+49', '0049', '0', '+490', '+49 (0)', '00490'),
    signs: fc.array(sign, { minLength: 9, maxLength: 9 }),
    parting,
    digitsOf,
  })
  const context = pick(...Object.keys(CONTEXTS))
  /** Each character by itself or by a code of one encoding. */
  const encoding = pick<(sign: string) => string>(
    (one) => `&#${one.codePointAt(0)};`,
    (one) => `&#x${one.codePointAt(0)?.toString(16)};`,
    (one) =>
      one
        .split('')
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
    (one) =>
      [...new TextEncoder().encode(one)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  )
  const encoded = fc.record({ encode: encoding, which: fc.infiniteStream(fc.boolean()) })
  type Encoded = typeof encoded extends fc.Arbitrary<infer T> ? T : never
  const partly = (text: string, { encode, which }: Encoded) =>
    [...text].map((one) => (which.next().value ? encode(one) : one)).join('')
  const written = (
    national: string,
    way: { code: string; signs: string[]; parting: string; digitsOf: (text: string) => string },
  ) => {
    const rest = [...national.slice(3)].map((digit, i) => `${i === 0 ? '' : way.signs[i]}${digit}`).join('')
    return way.digitsOf(`${way.code}${national.slice(0, 3)}${way.parting}${rest}`)
  }

  test('A11: every writing of hers is found, in any context and encoding', () => {
    fc.assert(
      fc.property(
        person,
        at,
        telephone,
        context,
        encoded,
        digitsOf,
        ({ local, server, national, id }, sign, way, place, code, numerals) => {
          const { finds } = searchForPerson({
            customerIds: [id],
            email: `${local}@${server}`,
            phone: `+49${national}`,
          })
          for (const said of [`${local}${sign}${server}`, written(national, way), numerals(id), `00${id}`]) {
            expect(finds(within(said, place)), within(said, place)).toBe(true)
            const text = ` ${partly(said, code)} `
            expect(finds(text), text).toBe(true)
          }
        },
      ),
      { seed, numRuns: 2_000 },
    )
  })

  test('A11: no writing of a stranger’s is taken, in any context and encoding', () => {
    const longer = pick("o'", 'o’', 'ü', 'u\u0308', 'x', '7', 'a.', 'a+', 'a-', 'a_', 'ж', 'ß', 'q\u0301')
    fc.assert(
      fc.property(
        person,
        person,
        longer,
        pick('x', 'ü', '.org', '-x.org', '.рф'),
        at,
        telephone,
        context,
        encoded,
        ({ local, server, national, id }, other, before, behind, sign, way, place, code) => {
          fc.pre(other.local !== local && other.national !== national && other.id !== id)
          const { finds } = searchForPerson({
            customerIds: [id],
            email: `${local}@${server}`,
            phone: `+49${national}`,
          })
          for (const said of [
            `${other.local}${sign}${server}`,
            `${before}${local}${sign}${server}`,
            `${local}${sign}${server}${behind}`,
            written(other.national, way),
            `${written(national, way)}7`,
            `7${national}`,
            `49.${national}`,
            `7${id}`,
            `${id}7`,
            other.id,
          ]) {
            expect(finds(within(said, place)), within(said, place)).toBe(false)
            const text = ` ${partly(said, code)} `
            expect(finds(text), text).toBe(false)
          }
          expect(finds(`{"ts":${national},"x":1}`)).toBe(false)
        },
      ),
      { seed, numRuns: 2_000 },
    )
  })
})
