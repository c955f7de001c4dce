/** Plainly fictional customers. */
import type { Address, Locale } from '../model.ts'
import type { Random } from './random.ts'

const FIRST_NAMES = [
  ...['Mara', 'Tilo', 'Nele', 'Jonte', 'Frida', 'Ole', 'Ida', 'Bela', 'Thea', 'Kalle', 'Wanda', 'Enno'],
  ...['Lotte', 'Arvid', 'Greta', 'Momme', 'Selma', 'Falk', 'Runa', 'Hauke', 'Elin', 'Jasper', 'Malu', 'Piet'],
  ...[
    'Romy',
    'Veit',
    'Alva',
    'Bosse',
    'Carlotta',
    'Silas',
    'Ylva',
    'Konrad',
    'Tilda',
    'Anton',
    'Svea',
    'Lino',
  ],
]

const LAST_NAMES = [
  ...['Beispiel', 'Muster', 'Exempel', 'Fiktiv', 'Vorlage', 'Platzhalter', 'Erfunden', 'Entwurf', 'Märchen'],
  ...['Fabel', 'Mustermann', 'Probelauf', 'Übungsfall', 'Testweise'],
]

const STREETS = ['Musterweg', 'Beispielgasse', 'Am Platzhalter', 'Fabelstraße', 'Probeallee', 'Vorlagenring']
const TOWNS = ['Lindental', 'Musterstadt', 'Beispielhausen', 'Fiktivburg', 'Oberexempel', 'Probedorf']

export interface Person {
  firstName: string
  lastName: string
  email: string
  locale: Locale
  address: Address
  /** How often this person buys, relative to others. */
  weight: number
  sample: boolean
}

/** The people whom one can sign in as, by name; the last one has never bought anything. */
const SAMPLES: [string, string, Locale, number][] = [
  ['Mara', 'Beispiel', 'de', 3.6],
  ['Tilo', 'Muster', 'de', 2.2],
  ['Nele', 'Exempel', 'de', 1.5],
  ['Jonte', 'Fiktiv', 'de', 1],
  ['Frida', 'Vorlage', 'de', 0.7],
  ['Ole', 'Platzhalter', 'de', 0.45],
  ['Ida', 'Erfunden', 'de', 0.15],
  ['Emily', 'Sample', 'en', 1.8],
  ['Oliver', 'Placeholder', 'en', 0.9],
  ['Sophie', 'Specimen', 'en', 0.15],
  ['Bela', 'Entwurf', 'de', 0.2],
  ['Thea', 'Neuling', 'de', 0],
]

export function people(count: number, random: Random): Person[] {
  const names: [string, string, Locale, number, boolean][] = SAMPLES.map((row) => [...row, true])
  const taken = new Set(names.map(([first, last]) => `${first} ${last}`))
  const free = FIRST_NAMES.flatMap((first) => LAST_NAMES.map((last) => [first, last] as const)).filter(
    ([first, last]) => !taken.has(`${first} ${last}`),
  )
  while (names.length < count) {
    const [drawn] = free.splice(Math.floor(random.next() * free.length), 1)
    if (!drawn) throw new RangeError(`There are not enough names for ${count} customers`)
    // A few buy often, most seldom: a Pareto-like tail as real shops show.
    const weight = 0.35 / (1 - random.next() * 0.985) ** 0.75
    names.push([drawn[0], drawn[1], random.chance(0.12) ? 'en' : 'de', weight, false])
  }
  return names.map(([firstName, lastName, locale, weight, sample]) => ({
    firstName,
    lastName,
    email: email(firstName, lastName),
    locale,
    weight,
    sample,
    address: {
      firstName,
      lastName,
      address1: `${random.pick(STREETS)} ${random.between(1, 98)}`,
      zip: `00${random.between(100, 999)}`,
      city: random.pick(TOWNS),
      countryCode: 'DE',
    },
  }))
}

export function email(firstName: string, lastName: string): string {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replaceAll('ä', 'ae')
      .replaceAll('ö', 'oe')
      .replaceAll('ü', 'ue')
      .replaceAll('ß', 'ss')
      .replaceAll(/[^a-z]/g, '')
  return `${plain(firstName)}.${plain(lastName)}@example.com`
}
