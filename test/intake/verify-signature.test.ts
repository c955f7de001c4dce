import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSigned } from '../../app/intake/verify-signature.ts'

const body = Buffer.from('{"id":820982911946154508,"note":"Grüße"}')
const signature = createHmac('sha256', 'secret').update(body).digest('base64')

test('the right signature is taken, under the current and under the previous secret', () => {
  expect(isSigned(body, signature, ['secret'])).toBe(true)
  expect(isSigned(body, signature, ['newer', 'secret'])).toBe(true)
  expect(isSigned(body, signature, ['newer', 'newest'])).toBe(false)
  expect(isSigned(body, signature, [])).toBe(false)
})

test('a signature with any one bit changed is refused', () => {
  const bytes = Buffer.from(signature, 'latin1')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
    expect(isSigned(body, changed.toString('latin1'), ['secret']), `bit ${bit}`).toBe(false)
  }
})

test('a body with any one byte changed is refused', () => {
  for (let at = 0; at < body.length; at++) {
    const changed = Buffer.from(body)
    changed[at] = (changed[at] as number) ^ 1
    expect(isSigned(changed, signature, ['secret']), `byte ${at}`).toBe(false)
  }
})

test('a missing, empty, shortened or lengthened signature is refused', () => {
  for (const wrong of [undefined, '', signature.slice(0, -1), `${signature}=`, ` ${signature}`, 'AAAA'])
    expect(isSigned(body, wrong, ['secret'])).toBe(false)
})
