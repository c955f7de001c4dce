import { expect, test } from 'vitest'
import { DomainError, isDomainError } from '../../../app/domain/text/errors.ts'

test('a rule refuses with a code, words and values that a message may name', () => {
  const error = new DomainError('in-debt', 'The account owes 5 points', { debt: 5 })
  expect(error).toMatchObject({ name: 'DomainError', code: 'in-debt', details: { debt: 5 } })
  expect(String(error)).toBe('DomainError: The account owes 5 points')
  expect(new DomainError('in-debt', 'The account owes points').details).toEqual({})
})

test('it is told from other errors, and by its code', () => {
  const error = new DomainError('in-debt', '')
  expect(isDomainError(error)).toBe(true)
  expect(isDomainError(error, 'in-debt')).toBe(true)
  expect(isDomainError(error, 'stale-draft', 'in-debt')).toBe(true)
  expect(isDomainError(error, 'stale-draft')).toBe(false)
  expect(isDomainError(Object.assign(new Error(), { code: 'in-debt' }))).toBe(false)
  expect(isDomainError(Object.assign(new Error(), { code: 'in-debt' }), 'in-debt')).toBe(false)
  expect(isDomainError(null)).toBe(false)
})
