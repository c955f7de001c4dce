import fc from 'fast-check'
import { expect, test } from 'vitest'
import { customerOfCard, memberCard } from '../../../app/domain/account/member-card.ts'

const customers = fc.bigInt(1n, 999_999_999_999_999_999n).map(String)

test('a card leads to its customer, however it is typed', () => {
  expect(memberCard('6001')).toBe('SG1.6001.40')
  fc.assert(
    fc.property(customers, (id) => {
      expect(customerOfCard(memberCard(id))).toBe(id)
      expect(customerOfCard(` ${memberCard(id).toLowerCase()}\n`)).toBe(id)
    }),
  )
})

test('one wrong digit, and two that changed places, are noticed', () => {
  fc.assert(
    fc.property(customers, fc.nat(), fc.integer({ min: 1, max: 9 }), (id, place, by) => {
      const at = place % id.length
      const wrong = (Number(id[at]) + by) % 10
      const check = memberCard(id).slice(-2)
      expect(customerOfCard(`SG1.${id.slice(0, at)}${wrong}${id.slice(at + 1)}.${check}`)).toBeNull()
      if (at === 0 || id[at] === id[at - 1]) return
      const swapped = `${id.slice(0, at - 1)}${id[at]}${id[at - 1]}${id.slice(at + 1)}`
      expect(customerOfCard(`SG1.${swapped}.${check}`)).toBeNull()
    }),
  )
})

test.each([
  '',
  '4006381333931',
  'ST-7KQM2-XW9RT',
  '7KQM-2XW9',
  'SG1..98',
  'SG1.6001',
  'SG2.6001.72',
  'SG1.06001.40',
])('"%s" is no card', (text) => {
  expect(customerOfCard(text)).toBeNull()
})
