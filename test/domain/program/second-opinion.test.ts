import { describe, expect, it } from 'vitest'
import { evaluateOrder } from '../../../app/domain/earning/evaluate-order.ts'
import { compileProgram } from '../../../app/domain/program/compiled-program.ts'
import { rivalByLine, rivalByOrder } from '../../../bench/json-rules-rival.ts'
import { sampleOrders, sampleProgram } from '../../../bench/rules-sample.ts'

/** A rule engine that somebody else wrote, on the same campaigns: products, collections, tags, tiers, windows. */
describe('json-rules-engine', () => {
  const program = sampleProgram()
  const compiled = compileProgram(program, { currency: 'EUR', timeZone: 'Europe/Berlin' }, 1)
  // Placed from a week before to a week after the moment at which campaigns start and end.
  const orders = sampleOrders(2_000)
  const own = orders.map((order) => evaluateOrder(compiled, order.facts, order).points)

  it.each([
    ['asked for each line', rivalByLine(program)],
    ['asked for each order', rivalByOrder(program)],
  ])(
    '%s, comes to the same points',
    async (_, rival) => {
      const points: number[] = []
      for (const order of orders) points.push(await rival.points(rival.prepare(order)))
      expect(points).toEqual(own)
    },
    60_000,
  )

  it('is asked with orders that every campaign touches', () => {
    const touched = new Set(
      orders.flatMap((order) =>
        evaluateOrder(compiled, order.facts, order).why.lines.flatMap((line) => [
          ...(line.campaigns ?? []).map(({ id }) => id),
          ...(line.outdone ?? []),
        ]),
      ),
    )
    expect(touched).toEqual(new Set(program.campaigns.map(({ id }) => id)))
  })
})
