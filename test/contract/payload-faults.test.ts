import { expect, test } from 'vitest'
import { parseBody } from '../../app/shopify/payload.ts'

test.each([
  ['[1,2]', 'body is a list; it must be an object'],
  ['null', 'body is null; it must be an object'],
  ['"text"', 'body is "text"; it must be an object'],
  ['{broken', 'The body is not JSON'],
])('a body that is no order says what it is: %s', (body, words) => {
  expect(() => parseBody(body)).toThrow(words)
})
