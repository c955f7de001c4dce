import { expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'

const whole = {
  NODE_ENV: 'test' as const,
  DATABASE_URL: 'postgresql://user:password@host:5432/stammgast',
  SHOPIFY_API_KEY: 'key',
  SHOPIFY_API_SECRET: 'a-secret-of-the-test',
  SHOPIFY_APP_URL: 'https://loyalty.example.com',
}

test.each([
  ['SHOPIFY_API_SECRET', ['', ' ', 'x', 'none', 'a secret with blanks', 'geheimnis-mit-ü']],
  ['SHOPIFY_API_SECRET_PREVIOUS', ['', ' ', 'none', 'undefined', 'null']],
  [
    'SHOPIFY_APP_URL',
    [
      'javascript:alert(1)',
      'https://user:pass@loyalty.example.com',
      'https://loyalty.example.com/app',
      'https://loyalty.example.com/?a=1',
      'loyalty.example.com',
      'ftp://loyalty.example.com',
    ],
  ],
  ['LOG_LEVEL', ['foo', '']],
  ['PORT', ['x', '-1', '70000']],
])('%s: what it cannot be is refused by its name, and no secret is repeated', (name, values) => {
  for (const value of values) {
    const read = () => readEnv({ ...whole, [name]: value })
    expect(read, JSON.stringify(value)).toThrow(name)
    if (name.includes('SECRET') && value.length > 3) expect(read).not.toThrow(value)
  }
})

test('what it can be is taken', () => {
  for (const SHOPIFY_APP_URL of ['https://loyalty.example.com/', 'http://127.0.0.1:3000'])
    expect(readEnv({ ...whole, SHOPIFY_APP_URL }).SHOPIFY_APP_URL).toBe(SHOPIFY_APP_URL)
  const SHOPIFY_API_SECRET_PREVIOUS = 'shpss_0123456789abcdef0123456789abcdef'
  expect(readEnv({ ...whole, SHOPIFY_API_SECRET_PREVIOUS })).toMatchObject({ SHOPIFY_API_SECRET_PREVIOUS })
})
