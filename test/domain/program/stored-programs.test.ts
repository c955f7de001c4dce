import { expect, test } from 'vitest'
import { evaluateOrder } from '../../../app/domain/earning/evaluate-order.ts'
import type { OrderFacts } from '../../../app/domain/orders/order-facts.ts'
import { compileProgram } from '../../../app/domain/program/compiled-program.ts'
import { type Program, readStored, SECTIONS } from '../../../app/domain/program/program.ts'
import { validateProgram } from '../../../app/domain/program/validate-program.ts'
import stored from '../../fixtures/programs-of-the-first-version.json' with { type: 'json' }

/**
 * Documents that the first version published, with what it made of orders. Whatever is added to the document since,
 * they load, can be published again, and give the same points for ever.
 */
test.each(stored)('$about: gives the same points as when it was published', (one) => {
  const program = compileProgram(one.document as unknown as Program, one, 1)
  for (const { order, tierId, points, qualifying, exact } of one.worth) {
    const worth = evaluateOrder(program, one.orders[order] as OrderFacts, { tierId })
    expect({ points: worth.points, qualifying: worth.qualifying, exact: worth.why.exact }).toEqual({
      points,
      qualifying,
      exact,
    })
  }
})

test.each(stored)('$about: can be published again as it stands', (one) => {
  const read = readStored(one.document)
  expect(validateProgram(read, one)).toEqual({ ok: true, program: read })
})

test.each(stored)('$about: says of every section what is meant', (one) => {
  const read = readStored(one.document)
  for (const { key, schema } of SECTIONS) expect(schema.safeParse(read[key]).error).toBeUndefined()
  // What it said itself it still says.
  expect(read).toMatchObject(one.document)
})
