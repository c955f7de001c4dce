import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'
import { APP_SECRET, PREVIOUS_SECRET } from '../support/app-secret.ts'

const CLIENT_ID = '8f2a61d0c94be7350a1d6e2f7b83c495'

/** What stands where a secret should, and everybody can guess. */
const GUESSED = [
  '',
  ' ',
  'x',
  'none',
  'null',
  'undefined',
  'undefinedundefined',
  'a secret with blanks',
  'geheimnis-mit-ü',
  'your-client-secret',
  '<client secret>',
  '$' + '{SHOPIFY_API_SECRET}',
  '$SHOPIFY_API_SECRET',
  'changeme123',
  'example-secret-of-the-app',
  'xxxxxxxxxxxxxxxx',
  'x'.repeat(32),
  '0000000000',
  '0'.repeat(32),
  'shpss_',
  `shpss_${'x'.repeat(32)}`,
  `shpss_${'0'.repeat(32)}`,
  '0123456789abcdef0123456789abcdef',
  'deadbeef'.repeat(4),
  'd41d8cd98f00b204'.repeat(2),
  '01010101011010101010101101010101',
  `"${APP_SECRET}"`,
  `'${APP_SECRET}'`,
  `${APP_SECRET}\n`,
  ` ${APP_SECRET}`,
  APP_SECRET.slice(1),
  'shpat_',
  CLIENT_ID,
  CLIENT_ID.toUpperCase(),
  `shpss_${CLIENT_ID}`,
]

const whole = {
  NODE_ENV: 'test' as const,
  DATABASE_URL: 'postgresql://user:password@host:5432/stammgast',
  SHOPIFY_API_KEY: CLIENT_ID,
  SHOPIFY_API_SECRET: APP_SECRET,
  SHOPIFY_APP_URL: 'https://loyalty.example.com',
}

test.each([
  ['SHOPIFY_API_SECRET', GUESSED],
  ['SHOPIFY_API_SECRET_PREVIOUS', GUESSED],
  [
    'SHOPIFY_API_KEY',
    ['', ' ', 'your client id', '$' + '{SHOPIFY_API_KEY}', `"${CLIENT_ID}"`, PREVIOUS_SECRET],
  ],
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
    if (/SECRET|KEY/.test(name) && value.length > 8) expect(read).not.toThrow(value)
  }
})

test('what it can be is taken', () => {
  for (const SHOPIFY_APP_URL of ['https://loyalty.example.com/', 'http://127.0.0.1:3000'])
    expect(readEnv({ ...whole, SHOPIFY_APP_URL }).SHOPIFY_APP_URL).toBe(SHOPIFY_APP_URL)
  for (const secret of [
    APP_SECRET,
    PREVIOUS_SECRET,
    PREVIOUS_SECRET.toUpperCase(),
    `${APP_SECRET}${randomUUID().replaceAll('-', '')}`,
  ]) {
    const both = { SHOPIFY_API_SECRET: secret, SHOPIFY_API_SECRET_PREVIOUS: secret }
    expect(readEnv({ ...whole, ...both })).toMatchObject(both)
  }
})

test('a secret at random is taken, whatever its digits; and every fault is told at once', () => {
  const digits = fc
    .uint8Array({ minLength: 16, maxLength: 64 })
    .map((bytes) => Buffer.from(bytes).toString('hex'))
  const random = digits.filter(
    (text) => new Set(text).size >= 8 && !(text + text).slice(1, -1).includes(text),
  )
  fc.assert(fc.property(random, (secret) => readEnv({ ...whole, SHOPIFY_API_SECRET: secret }) !== null))
  const made = Array.from({ length: 2_000 }, () => randomBytes(16).toString('hex'))
  for (const SHOPIFY_API_SECRET of made) readEnv({ ...whole, SHOPIFY_API_SECRET })

  const wrong = { SHOPIFY_API_SECRET: CLIENT_ID, SHOPIFY_API_SECRET_PREVIOUS: 'none', PORT: 'x' }
  const read = () => readEnv({ ...whole, ...wrong })
  for (const name of Object.keys(wrong)) expect(read).toThrow(name)
  expect(read).toThrow('this is the client id, which everybody can read')
})
