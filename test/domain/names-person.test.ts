import { expect, test } from 'vitest'
import { namesPerson } from '../../app/domain/text/names-person.ts'

// As names_person() of the database does; of what the expressions use, JavaScript means the same.
const finds = (person: Parameters<typeof namesPerson>[0], text: string) =>
  (namesPerson(person) ?? '').split('\n').some((way) => {
    const [needle = '', pattern = '(?!)'] = way.split('\t')
    return text.toLowerCase().includes(needle.toLowerCase()) && new RegExp(pattern, 'i').test(text)
  })
const MARA = { customerIds: ['880011', '880022'], email: 'Mara+1@b.example', phone: '+49 (170) 123-4567' }

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
])('A11: %j names the person', (text) => expect(finds(MARA, text)).toBe(true))

test.each([
  'ta.mara+1@b.example',
  'anna-mara+1@b.example',
  'mara+1@b.example.org',
  'mara1@b.example',
  'mara+1@bxexample',
  '1880011',
  '8800110',
  '01701234567890',
  '4567',
  '',
])('A11: %j does not', (text) => expect(finds(MARA, text)).toBe(false))

test('A11: nobody is found by nothing, or by too few digits', () => {
  expect(namesPerson({ customerIds: [], email: null, phone: null })).toBeNull()
  expect(namesPerson({ customerIds: [], email: '', phone: '12-34' })).toBeNull()
})
