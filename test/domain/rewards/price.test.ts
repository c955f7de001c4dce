import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { validateProgram } from '../../../app/domain/program/validate-program.ts'
import { asKind, isReward, type Reward, reward as schema } from '../../../app/domain/rewards/kinds.ts'
import { priceOf, takenFor } from '../../../app/domain/rewards/price.ts'
import { isDomainError } from '../../../app/domain/text/errors.ts'
import { document } from '../support.ts'

/** Ten points are half a euro. */
const flexible = (more: Partial<Extract<Reward, { kind: 'flexible-amount' }>> = {}): Reward => {
  const [first] = document().rewards
  if (!first) throw new Error('The first program has no rewards')
  return { ...asKind(first, 'flexible-amount'), cost: 10, amount: '0.50', ...more } as Reward
}
const refusal = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    if (isDomainError(error)) return { code: error.code, ...error.details }
    throw error
  }
  return null
}

describe('a price that the member chooses', () => {
  test('230 points are a code of 11.50', () => {
    const taken = takenFor(flexible({ validDays: 14 }), 230, 'EUR')
    expect(taken).toMatchObject({
      kind: 'amount-off',
      amount: '11.50',
      cost: 230,
      minimumSpend: null,
      validDays: 14,
    })
    expect(schema.safeParse(taken).error).toBeUndefined()
  })

  test.each([
    [{}, { least: 10, most: 20_000_000, step: 10 }],
    [
      { leastPoints: 95, mostPoints: 205 },
      { least: 100, most: 200, step: 10 },
    ],
    [{ leastPoints: 3 }, { least: 10, most: 20_000_000, step: 10 }],
    [
      { cost: 7, amount: '1', mostPoints: 100 },
      { least: 7, most: 98, step: 7 },
    ],
  ])('%o costs %o', (more, price) => {
    expect(priceOf(flexible(more))).toEqual(price)
  })

  test.each([0, -10, 5, 15, 90, 210, 100.5, 1e9, Number.NaN])(
    '%s points are refused and told what is allowed',
    (points) => {
      const reward = flexible({ leastPoints: 100, mostPoints: 200 })
      expect(refusal(() => takenFor(reward, points, 'EUR'))).toEqual({
        code: 'price-not-offered',
        least: 100,
        most: 200,
        step: 10,
      })
    },
  )

  test('its share of the cart is a minimum of what is bought, rounded in favour of the shop', () => {
    const minimum = (cartShare: number, points: number, more = {}) => {
      const taken = takenFor(flexible({ cartShare, ...more }), points, 'EUR')
      return 'minimumSpend' in taken ? taken.minimumSpend : undefined
    }
    expect(minimum(50, 200)).toBe('20.00')
    expect(minimum(30, 200)).toBe('33.34')
    expect(minimum(100, 200)).toBe('10.00')
    expect(minimum(50, 200, { minimumSpend: '35' })).toBe('35.00')
    expect(minimum(50, 2_000, { minimumSpend: '35' })).toBe('200.00')
  })

  test('never gives a hundredth more than its steps, nor more than its share, in any currency', () => {
    const currencies = fc.constantFrom(['EUR', 2] as const, ['JPY', 0] as const, ['KWD', 3] as const)
    fc.assert(
      fc.property(
        currencies,
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.option(fc.integer({ min: 1, max: 100 })),
        ([currency, decimals], cost, minor, steps, cartShare) => {
          const amount = (minor / 10 ** decimals).toFixed(decimals)
          const reward = flexible({ cost, amount, cartShare })
          fc.pre(cost * steps <= priceOf(reward).most)
          const taken = takenFor(reward, cost * steps, currency)
          if (taken.kind !== 'amount-off') throw new Error(taken.kind)
          const toMinor = (text: string) => BigInt(text.replace('.', ''))
          const given = toMinor(taken.amount)
          expect(given).toBe(BigInt(minor) * BigInt(steps))
          if (cartShare === null) {
            expect(taken.minimumSpend).toBeNull()
            return
          }
          const least = toMinor(taken.minimumSpend ?? '')
          expect(given * 100n <= least * BigInt(cartShare)).toBe(true)
          expect(given * 100n > (least - 1n) * BigInt(cartShare)).toBe(true)
        },
      ),
    )
  })

  test.each([1, 30, 50, 99, 100])(
    'the dearest with a share of %s is still a reward that can be read',
    (cartShare) => {
      const reward = flexible({ cartShare })
      const taken = takenFor(reward, priceOf(reward).most, 'EUR')
      expect(schema.safeParse(taken).error).toBeUndefined()
      expect(isReward(taken)).toBe(true)
    },
  )

  test('no price between the bounds is no program', () => {
    const program = document({ rewards: [flexible({ leastPoints: 195, mostPoints: 199 })] })
    expect(validateProgram(program, { currency: 'EUR' })).toMatchObject({
      issues: [{ path: 'rewards.0.mostPoints', code: 'too-small', values: { minimum: 200, value: 199 } }],
    })
  })
})

test('a fixed price is the cost and nothing else', () => {
  const [first] = document().rewards
  if (!first) throw new Error('The first program has no rewards')
  expect(priceOf(first)).toEqual({ least: 500, most: 500, step: 500 })
  expect(takenFor(first, 500, 'EUR')).toBe(first)
  expect(refusal(() => takenFor(first, 1_000, 'EUR'))).toEqual({ code: 'price-changed', cost: 500 })
})
