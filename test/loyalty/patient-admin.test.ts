import { expect, test, vi } from 'vitest'
import { patient } from '../../app/shopify/patient.ts'

const throttled = (there: number) =>
  Object.assign(new Error('Throttled'), {
    body: {
      errors: { graphQLErrors: [{ extensions: { code: 'THROTTLED' } }] },
      extensions: {
        cost: { requestedQueryCost: 120, throttleStatus: { currentlyAvailable: there, restoreRate: 100 } },
      },
    },
  })

test('waits until the bucket has what the question costs, and asks again', async () => {
  const ask = vi
    .fn()
    .mockRejectedValueOnce(throttled(100))
    .mockRejectedValueOnce(throttled(90))
    .mockResolvedValue('answer')
  const started = performance.now()
  expect(await patient(ask as never)('query', { variables: { a: 1 } })).toBe('answer')
  expect(performance.now() - started).toBeGreaterThanOrEqual(495)
  expect(ask.mock.calls).toEqual(Array.from({ length: 3 }, () => ['query', { variables: { a: 1 } }]))
})

test('passes every other error on at once', async () => {
  const ask = vi.fn().mockRejectedValue(new Error('Field does not exist'))
  await expect(patient(ask as never)('query')).rejects.toThrow('Field does not exist')
  expect(ask).toHaveBeenCalledTimes(1)
})
