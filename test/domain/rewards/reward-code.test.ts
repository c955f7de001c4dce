import fc from 'fast-check'
import { expect, test } from 'vitest'
import { discountTitle, looksLikeOurs, rewardCode } from '../../../app/domain/rewards/reward-code.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

test('a code has ten signs that nobody misreads', () => {
  expect(rewardCode(bytes(0, 1, 2, 3, 4, 5, 6, 7, 8, 26))).toBe('ST-23456-789BZ')
  const every = Array.from({ length: 24 }, (_, i) =>
    rewardCode(bytes(...Array.from({ length: 10 }, (_, j) => i * 10 + j))),
  ).join('')
  expect(new Set(every.replaceAll('ST-', '').replaceAll('-', ''))).toEqual(
    new Set('23456789BCDFGHJKMNPQRSTVWXZ'),
  )
})

test('each sign is as likely as any other: bytes that would favour some are passed over', () => {
  expect(rewardCode(bytes(243, 0, 244, 0, 255, 242, 0, 0, 0, 0, 0, 0, 27, 99, 99))).toBe('ST-22Z22-22222')
  const counts = new Map<string, number>()
  for (let byte = 0; byte < 243; byte++) {
    const sign = rewardCode(bytes(...Array.from({ length: 10 }, () => byte))).slice(-1)
    counts.set(sign, (counts.get(sign) ?? 0) + 1)
  }
  expect(new Set(counts.values())).toEqual(new Set([9]))
})

test('too little chance makes no code', () => {
  expect(() => rewardCode(bytes(1, 2, 3, 4, 5, 6, 7, 8, 9))).toThrow('Too few random bytes for a code')
  expect(() => rewardCode(bytes(...Array.from({ length: 16 }, () => 250)))).toThrow('Too few random bytes')
})

test('R1: every discount that we make is known by its looks, and no other', () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10, max: 242 })
  fc.assert(
    fc.property(bytes, fc.string(), (random, name) => {
      const code = rewardCode(random)
      const title = discountTitle(name, code)
      expect(looksLikeOurs({ code, title })).toBe(true)
      expect(looksLikeOurs({ code: code.toLowerCase(), title })).toBe(false)
      expect(looksLikeOurs({ code, title: name })).toBe(name.endsWith(` (${code})`))
      expect(looksLikeOurs({ code: `${code}2`, title: discountTitle(name, `${code}2`) })).toBe(false)
    }),
    { ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}) },
  )
  for (const code of ['SOMMER', 'ST-AEIOU-22222', 'ST-22222-2222', 'XT-22222-22222', '', 'ST-22222-22222\n'])
    expect(looksLikeOurs({ code, title: discountTitle('5 € Rabatt', code) })).toBe(false)
})
