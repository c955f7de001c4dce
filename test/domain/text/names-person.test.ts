import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAY_NAME, type Person, searchForPerson } from '../../../app/domain/text/names-person.ts'
import { normalForm } from '../../../app/domain/text/normal-form.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const MARA = { customerIds: ['880011', '880022'], email: 'Mara+1@b.example', phone: '+49 (170) 123-4567' }
const finds = (person: Person, text: string) => searchForPerson(person).finds(text)

test.each([
  'wie mara+1@B.EXAMPLE.',
  '{"email":"mara+1@b.example"}',
  'an:mara+1@b.example',
  '- -mara+1@b.example',
  'gid://shopify/Customer/880011',
  'Nr. 880022, bitte',
  '+491701234567',
  '0049 170 1234567',
  '0170/1234567',
  '(0)170 123 45 67',
  'Tel 170.123.4567',
  '_mara+1@b.example_',
  '**mara+1@b.example**',
  '...mara+1@b.example',
  'mara+1@b.example.Danke',
  'mara+1@b.example.2026',
  'mara+1@b.example-Konto',
  'mara+1%40b.example',
  'https://x.example/?mail=mara%2B1%40b.example&x=1',
  'mara+1&#64;b.example',
  'mara+1&commat;b.example',
  'ＭＡＲＡ+1＠b.example',
  'メールmara+1@b.exampleさん',
  'ma\u200bra+1@b.exa\u00admple',
  '0170–123–4567',
  '0170\u00a0123\u202f4567',
  '\u202a+49 170 1234567\u202c',
  '0170 / 123 4567',
  '0170  -  1234567',
  '(0170) - 1234567',
  '0170 --- 1234567',
  '0170\n\n   123\t\t-\t4567',
  '%38%38%30%30%31%31',
])('A11: %j names the person', (text) => expect(finds(MARA, text)).toBe(true))

test.each([
  'ta.mara+1@b.example',
  'anna-mara+1@b.example',
  'anna_mara+1@b.example',
  'mara+1@b.example.org',
  'mara+1@b.example.ORG',
  'mara+1@b.example-konto.org',
  'mara1@b.example',
  'mara+1@bxexample',
  'mara%2B1%40b.example.org',
  '1880011',
  '8800110',
  '01701234567890',
  '0170 / - / - / 1234567',
  '4567',
  '',
])('A11: %j does not', (text) => expect(finds(MARA, text)).toBe(false))

test.each([
  'wie o&apos;brien@m&uuml;ller.example',
  'O&#39;BRIEN@M&Uuml;LLER.EXAMPLE',
  'o&apos;brien@mu&#776;ller.example',
  "o'brien=40m=C3=BCller.example",
  "=?utf-8?Q?o'brien=40m=C3=BCller.example?=",
  '{"mail":"o\\u0027brien=40m=c3=bcller.example"}',
  'tel=+49+170+1234567&x=1',
  'tel=%2B49+170+1234567',
  '0170&thinsp;1234567',
  "&lto'brien@müller.example&gt",
  "&nbspo'brien@müller.example",
  "&ampnbspo'brien@m&uumlller.example",
  "&raquoo'brien@müller.example",
  "&LTo'brien@müller.example&GT",
  '&lto&aposbrien&commatm&uumlller.example;',
  'o&#0000000039;brien&#x000000040;m&#00252;ller.example',
  '&nbsp0170&nbsp1234567',
  "o'brien=\n@müller.example",
  "o'bri=\r\nen=40m=C3=\r\n=BCller.exam=  \r\nple",
  JSON.stringify({ mail: "o'bri=\r\nen=40m=C3=\n=BCller.example" }),
  'o%27brien%3D%0A%40m%C3%BCller.example',
])('A11: %j names her as HTML, a form or a mail writes it', (text) => {
  const person = { customerIds: [], email: "o'brien@müller.example", phone: '+49 170 1234567' }
  expect(finds(person, text)).toBe(true)
  expect(new RegExp(MAY_NAME).test(text)).toBe(true)
})

test.each(['łódź@b.example', 'straße@b.example', 'æøå@b.example', 'čşğ@b.example'])(
  'A11: %j in HTML',
  (email) => {
    const html: Record<string, string> = {
      ł: '&lstrok;',
      ó: '&oacute;',
      ź: '&zacute;',
      ß: '&szlig;',
      æ: '&aelig;',
      ø: '&oslash;',
      å: '&aring;',
      č: '&ccaron;',
      ş: '&scedil;',
      ğ: '&gbreve;',
    }
    const text = [...email].map((sign) => html[sign] ?? sign).join('')
    expect(text).not.toBe(email)
    expect(finds({ customerIds: [], email, phone: null }, text)).toBe(true)
  },
)

const ANNA = { customerIds: ['7200000000042'], email: 'anna@example.com', phone: '+49 170 1234567' }

test.each([
  '7200 0000 00042',
  'Kundin 7.200.000.000.042, bitte',
  '7,200,000,000,042',
  "7'200'000'000'042",
  '7’200’000’000’042',
  '7200\u00a00000\u00a000042',
  '7\u202f200\u2009000\u202f000\u2009042',
  '7&nbsp;200&thinsp;000&#8239;000&hairsp;042',
  '7200-0000-00042',
  '72000000000<wbr>42',
  '0170 / / 1234567',
  '0170 /  / 1234567',
  '0170<br>1234567',
  '0170<br />\n1234567',
  '0170&nbsp;/&nbsp;1234567',
  '0170&nbsp;&nbsp;1234567',
  '<td>0170</td><td>1234567</td>',
  'anna&zwnj;@example.com',
  'anna&zwj;@exam&ZeroWidthSpace;ple.com',
  'an&NoBreak;na@example&shy;.com',
  'anna&NegativeVeryThinSpace;@example.com',
  'an&lrm;na@example.com&rlm;',
  'anna<wbr>@example.com',
  'anna<wbr/>@example<WBR />.com',
  'anna&#8203;@example&#x200B;.com',
  'anna<b></b>@example.com',
  'anna<span class="x" title="1 &gt; 0">@</span>example.com',
  'anna<!-- x -->@example.com',
  '<p>anna<wbr>@example.com</p><p>Danke</p>',
  '<a href="mailto:anna&#64;example.com">Anna</a>',
  '<anna&#64;example.com>',
  '&lt;b&gt;anna&lt;/b&gt;@example.com',
  JSON.stringify({ html: 'anna<wbr>@example.com' }).replaceAll('<', '\\u003c'),
])('A11: %j names her as well', (text) => {
  expect(finds(ANNA, text)).toBe(true)
  expect(new RegExp(MAY_NAME).test(text)).toBe(true)
})

test.each([
  '17200 0000 00042',
  '7.200.000.000.042.1',
  '1 7200 0000 00042',
  "17'200'000'000'042",
  '7200 0000 00042 1',
  '7200, 0000, 00042',
  '7200 / 0000 / 00042',
  'tanna<b></b>@example.com',
  'anna<b></b>@example.com<b></b>.org',
  'anna&item;@example.com',
  'anna<@example.com>',
])('A11: %j does not name her', (text) => expect(finds(ANNA, text)).toBe(false))

test('A11: in a code the address may follow a word, and is not the end of another one', () => {
  const { findsInCode } = searchForPerson(MARA)
  const codes = [
    'WELCOME-MARA+1@B.EXAMPLE',
    'X_mara+1@b.example-10',
    'REFER880011',
    'TAMARA+1@B.EXAMPLE',
    'A-B',
  ]
  expect(codes.map(findsInCode)).toEqual([true, true, true, false, false])
})

test('A11: nobody is found by nothing, or by too few digits', () => {
  const text = 'a @ 12-34 0 undefined null'
  expect(finds({ customerIds: [], email: null, phone: null }, text)).toBe(false)
  expect(finds({ customerIds: [], email: '', phone: '12-34' }, text)).toBe(false)
})

test.each([
  ['Größe@Käse.example', 'GRÖSSE@KÄSE.EXAMPLE'],
  ['jürgen@beispiel.example', 'JÜRGEN@BEISPIEL.EXAMPLE'],
  ['jürgen@beispiel.example', 'ju\u0308rgen@beispiel.example'],
  ['ju\u0308rgen@beispiel.example', 'jürgen@beispiel.example'],
  ['a@münchen.example', 'a@xn--mnchen-3ya.example'],
  ['a@münchen.example', 'A@MU\u0308NCHEN.example'],
  ['a@xn--mnchen-3ya.example', 'a@münchen.example'],
  ['a@xn--mnchen-3ya.example', 'a%40m%C3%BCnchen.example'],
  ['ΟΔΥΣΣΕΥΣ@x.example', 'οδυσσευς@x.example'],
  ['Σ@x.example', 'ς@x.example'],
  ['İ@x.example', 'i\u0307@x.example'],
  ['x%41y@b.example', 'x%41y@b.example'],
  ['x%41y@b.example', 'x%2541y%40b.example'],
  ['x%41y@b.example', '"\\u0078\\u002541y@b.example"'],
])('A11: %j is found as %j', (email, text) =>
  expect(finds({ customerIds: [], email, phone: null }, `wie ${text}, bitte`)).toBe(true),
)

describe('A11: a text that was kept cut', () => {
  const cut = (text: string) => searchForPerson(MARA).findsCut(text, text.length)

  test.each([
    'wie mara+1@b.exa',
    'wie mara+',
    '{"e":"mara+1@b',
    'Nr. 88001',
    'Tel. +49 170 12',
    'Tel. 0170-123',
  ])('%j names the person at its end', (text) => {
    expect(cut(text)).toBe(true)
    expect(searchForPerson(MARA).findsCut(text, text.length + 1)).toBe(false)
    expect(cut(`${text} `)).toBe(/[0-9]$/.test(text))
  })

  test.each(['wie mara', 'tamara+1@b.exa', 'Nr. 8801', 'Tel. 0171 123', 'mara+1@b.example.or'])(
    '%j does not',
    (text) => expect(cut(text)).toBe(false),
  )
})

test('A11: in the name of a file an address may be followed by anything', () => {
  const { findsInFileName } = searchForPerson(MARA)
  for (const name of ['mara+1@b.example.csv', 'alt mara+1@b.example.neu.CSV', 'MARA+1@b.example-2.csv'])
    expect(findsInFileName(name), name).toBe(true)
  expect(findsInFileName('tamara+1@b.example.csv')).toBe(false)
})

test('A11: what the database leaves out beforehand has nothing in it that anybody is found by', () => {
  const mayName = new RegExp(MAY_NAME, 'u')
  const missed: string[] = []
  for (let code = 1; code <= 0x10_ff_ff; code++) {
    const character = String.fromCodePoint(code)
    if (/[@0-9\\%&]/.test(normalForm(character).compared) && !mayName.test(character)) missed.push(character)
  }
  expect(missed).toEqual([])
})

/** Ways of writing the same thing, of a text that stands for itself. */
const perUnit = (text: string, way: (unit: string) => string) => text.split('').map(way).join('')
const utf8 = new TextEncoder()
const WRITINGS: Record<string, (text: string) => string> = {
  'in capitals': (text) => text.toUpperCase(),
  'in small letters': (text) => text.toLowerCase(),
  composed: (text) => text.normalize('NFC'),
  decomposed: (text) => text.normalize('NFD'),
  'full width': (text) =>
    perUnit(text, (unit) => (/[!-~]/.test(unit) ? String.fromCharCode(unit.charCodeAt(0) + 0xfee0) : unit)),
  'with characters that nobody sees': (text) => [...text].join('\u200b'),
}
/** Each line of a mail ends softly where it would be too long; here it is too long very soon. */
function mail(text: string): string {
  const said = [...utf8.encode(text)].map((byte) =>
    byte > 0x7e || byte < 0x20 || byte === 0x3d
      ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  )
  return said.map((sign, i) => (i % 5 === 4 ? `${sign}=\r\n` : sign)).join('')
}
/** Ways of packing a text into another one. */
const PACKINGS: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in JSON': (text) => JSON.stringify({ note: text }),
  'in JSON in JSON': (text) => JSON.stringify({ body: JSON.stringify({ note: text }) }),
  'in JSON by code': (text) =>
    `{"note":"${perUnit(text, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"}`,
  'in the address of a page': (text) => `https://x.example/?q=${encodeURIComponent(text)}`,
  'by bytes': (text) =>
    [...utf8.encode(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'in the address of a page in JSON': (text) =>
    JSON.stringify({ url: `https://x.example/?q=${encodeURIComponent(text)}` }).replaceAll('/', '\\/'),
  'in HTML': (text) => [...text].map((sign) => `&#${sign.codePointAt(0)};`).join(''),
  'in HTML, hexadecimal': (text) =>
    [...text].map((sign) => `&#x${sign.codePointAt(0)?.toString(16)};`).join(''),
  'in a mail': mail,
  'in a mail in JSON': (text) => JSON.stringify({ body: mail(text) }),
}
/** What stands right before and behind it, and is no part of it. */
const BESIDE: [string, string][] = [
  [' ', ' '],
  ['_', '_'],
  ['*', '*'],
  ['<', '>'],
  ['„', '“'],
  [': ', '.Danke'],
  ['', '-Konto'],
  ['…', '…'],
  ['\n', '\n'],
  ['(', '),'],
  ['&lt', '&gt'],
  ['&nbsp', '&nbsp'],
]
const local = fc
  .array(fc.constantFrom(..."abcxyz0189äéñß.+-_%&'"), { maxLength: 12 })
  .map((units) => `x${units.join('')}y`)
const server = fc.constantFrom('beispiel.example', 'b.example', 'käse.example', 'a.b.münchen.example')
const address = fc.tuple(local, server).map((parts) => parts.join('@'))
const digits = (least: number, most: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
    .map((each) => `7${each.join('')}`)
const between = fc.constantFrom(
  ...['', ' ', '-', '–', '—', '\u00a0', '\u202f', '\u2011', '/', '.', ' / ', '\t', '  -  ', ') - ', '   '],
)
const phone = fc.tuple(
  digits(7, 9),
  fc.infiniteStream(between),
  fc.constantFrom('+49', '0049', '0', '', '(0)'),
)

describe(`seed ${seed}`, () => {
  const random = fc.string({ unit: 'grapheme', maxLength: 60 })
  const around = fc.record({
    before: random,
    after: random,
    beside: fc.constantFrom(...BESIDE),
    packing: fc.constantFrom(...Object.entries(PACKINGS)),
  })
  type Around = typeof around extends fc.Arbitrary<infer T> ? T : never
  const within = (said: string, { before, after, beside: [left, right], packing }: Around) =>
    packing[1](`${before} ${left}${said}${right} ${after}`)

  test('A11: an address is found in any text, however it is written and packed', () => {
    fc.assert(
      fc.property(address, around, fc.constantFrom(...Object.entries(WRITINGS)), (email, text, [, write]) => {
        const search = searchForPerson({ customerIds: [], email, phone: null })
        expect(search.finds(within(write(email), text))).toBe(true)
      }),
      { seed, numRuns: 5_000 },
    )
  })

  test('A11: a number in groups names its owner, and never somebody whose number it only contains', () => {
    const groups = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 20, maxLength: 20 }),
      sign: fc.constantFrom(' ', '.', ',', "'", '’', '\u00a0', '\u2009', '\u202f', '-', '·'),
    })
    const grouped = (id: string, { sizes, sign }: { sizes: number[]; sign: string }) => {
      const parts: string[] = []
      let rest = id
      for (const size of sizes) {
        if (rest !== '') parts.push(rest.slice(0, size))
        rest = rest.slice(size)
      }
      return parts.join(sign)
    }
    const beside = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 3 })
    fc.assert(
      fc.property(digits(6, 13), beside, beside, groups, (id, before, after, way) => {
        const { finds } = searchForPerson({ customerIds: [id], email: null, phone: null })
        const other = before + id + after
        expect(finds(`Kunde ${grouped(other, way)}, bitte`)).toBe(other === id)
      }),
      { seed, numRuns: 5_000 },
    )
  })

  test('A11: so are a number of hers and her telephone', () => {
    fc.assert(
      fc.property(phone, around, digits(6, 13), ([number, marks, code], text, id) => {
        const search = searchForPerson({ customerIds: [id], email: null, phone: `+49${number}` })
        const written = [...number].join('|').replaceAll('|', () => marks.next().value as string)
        expect(search.finds(within(`${code}${written}`, text))).toBe(true)
        expect(search.finds(within(id, text))).toBe(true)
      }),
      { seed, numRuns: 5_000 },
    )
  })
})
