import { expect, test } from 'vitest'
import { rewardCode } from '../../app/domain/reward-code.ts'

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
