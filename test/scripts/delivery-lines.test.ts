import { expect, test } from 'vitest'
import { readDeliveryLine } from '../../scripts/cli/delivery-lines.ts'

test('numbers are sent with the digits they were written with', () => {
  const line =
    '{"topic":"orders/create","payload":{"id":820982911946154508,"n":[1.50,-0,1e3,2.0],"s":"10.00"},"headers":{"X-Shopify-Webhook-Id":7}}'
  expect(readDeliveryLine(line)).toEqual({
    topic: 'orders/create',
    body: '{"id":820982911946154508,"n":[1.50,-0,1e3,2.0],"s":"10.00"}',
    headers: { 'x-shopify-webhook-id': '7' },
  })
})

test('a payload that is a text is sent as it is', () => {
  expect(readDeliveryLine('{"topic":"a/b","payload":"not { json"}')).toMatchObject({ body: 'not { json' })
})

test('what is wrong with a line is said', () => {
  expect(readDeliveryLine('{"topic"')).toBe('is not JSON')
  expect(readDeliveryLine('[1]')).toBe('is not an object')
  expect(readDeliveryLine('{"payload":{}}')).toBe('has no topic')
  expect(readDeliveryLine('{"topic":"a/b"}')).toBe('has no payload')
  expect(readDeliveryLine('{"topic":"a/b","payload":{},"headers":"x"}')).toBe(
    'has headers that are no object',
  )
  expect(readDeliveryLine('{"topic":"a\\nb","payload":{}}')).toBe('has a "topic" that no header can carry')
  expect(readDeliveryLine('{"topic":"a/b","payload":{},"headers":{"X Y":1}}')).toBe(
    'has a "x y" that no header can carry',
  )
})
