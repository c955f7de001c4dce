import { DatabaseError } from 'pg'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { eachAlone, sweep, takeApart, throwFirst } from '../../app/db/sweep.ts'
import { logger } from '../../app/logger.server.ts'

const NUMBER = { what: 'a number', ids: (n: number) => ({ n }) }
const out = () => Object.assign(new DatabaseError('the database ends', 0, 'error'), { code: '57P01' })
const slow = () => Object.assign(new DatabaseError('statement timeout', 0, 'error'), { code: '57014' })

/** Numbers that are due, and what was done with which. */
function numbers(...there: number[]) {
  const due = new Set(there)
  const done: number[][] = []
  return {
    due,
    done,
    after: async (last: number | undefined) =>
      [...due]
        .sort((a, b) => a - b)
        .filter((n) => n > (last ?? 0))
        .slice(0, 3),
    work:
      (...bad: number[]) =>
      async (some: readonly number[]) => {
        if (some.some((n) => bad.includes(n))) throw new Error(`no ${bad}`)
        done.push([...some])
        for (const n of some) due.delete(n)
      },
  }
}
afterEach(() => vi.restoreAllMocks())

describe('a sweep', () => {
  test('goes through all that is due, slice by slice', async () => {
    const { after, done, work } = numbers(1, 2, 3, 4, 5, 6, 7)
    expect(await sweep({ due: after, size: 3, work: (some) => takeApart(some, work(), NUMBER) })).toEqual([])
    expect(done).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  })

  test('ends though some cannot be done, names them, and does all others', async () => {
    vi.spyOn(logger, 'warn').mockReturnValue()
    const errors = vi.spyOn(logger, 'error').mockReturnValue()
    const { after, due, work } = numbers(1, 2, 3, 4, 5, 6, 7)
    const failed = await sweep({
      due: after,
      size: 3,
      work: (some) => takeApart(some, work(2, 3, 7), NUMBER),
    })
    expect(failed.map(({ one }) => one)).toEqual([2, 3, 7])
    expect([...due]).toEqual([2, 3, 7])
    expect(errors.mock.calls.map(([facts]) => facts)).toMatchObject([{ n: 2 }, { n: 3 }, { n: 7 }])
    expect(errors.mock.calls[0]?.[1]).toBe('a number was left out')
    expect(() => throwFirst(failed)).toThrow('no 2')
    expect(() => throwFirst([])).not.toThrow()
  })

  test('takes what becomes due behind it meanwhile, and leaves what becomes due before it to the next one', async () => {
    const { after, due, done, work } = numbers(10, 20, 30)
    await sweep({
      due: after,
      size: 3,
      work: async (some) => {
        if (some.includes(10)) due.add(5).add(40)
        return takeApart(some, work(), NUMBER)
      },
    })
    expect(done.flat()).toEqual([10, 20, 30, 40])
    expect([...due]).toEqual([5])
  })

  test.each([
    ['away', out],
    ['too slow', slow],
  ])('is no fault of any of them when the database is %s', async (_, error) => {
    let asked = 0
    const fail = async () => {
      asked++
      throw error()
    }
    await expect(takeApart([1, 2, 3], fail, NUMBER)).rejects.toThrow()
    await expect(eachAlone([1, 2, 3], fail, NUMBER)).rejects.toThrow()
    expect(asked).toBe(2)
  })

  test('several loops share the work, and each is taken once', async () => {
    const taken: number[] = []
    const all = Array.from({ length: 50 }, (_, n) => n)
    await eachAlone(
      all,
      async (n) => {
        await new Promise((resolve) => setTimeout(resolve, n % 3))
        taken.push(n)
      },
      { ...NUMBER, loops: 4 },
    )
    expect(taken.toSorted((a, b) => a - b)).toEqual(all)
  })
})
