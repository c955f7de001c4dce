import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultOfClientSecret } from '../../app/client-secret.ts'
import { type Env, readEnv } from '../../app/env.server.ts'
import { practiceStoreUrl } from '../../dev-store/address.ts'
import { readSettings } from '../../dev-store/settings.ts'
import { APP_SECRET, PREVIOUS_SECRET } from '../support/app-secret.ts'

const CLIENT_ID = '8f2a61d0c94be7350a1d6e2f7b83c495'

const backwards = (text: string) => [...text].reverse().join('')

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
  `shpat_${APP_SECRET}`,
  `shprt_${APP_SECRET}`,
  '12345678901234567890123456789012',
  'shpat_00000000000000000000000012345678',
  '00000000000000000000000012345678',
  '11112222333344445555666677778888',
  '00112233445566778899aabbccddeeff',
  'fedcba98765432100123456789abcdef',
  '13579bdf02468ace13579bdf02468ac0',
  CLIENT_ID,
  CLIENT_ID.toUpperCase(),
  `shpss_${CLIENT_ID}`,
  `${CLIENT_ID}00`,
  `${CLIENT_ID.slice(1)}0`,
  backwards(CLIENT_ID),
  '1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d',
  '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',
  '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',
  '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  'deadbeefcafebabefeedfacebadc0ffe',
  'deadbeef12345678cafebabe87654321',
  'c0ffee00f00dbabe5eedfacedecade42',
  '123e4567e89b12d3a456426614174000',
  '550e8400e29b41d4a716446655440000',
  ...['', 'password', 'secret', 'test', '123456', 'test\n'].flatMap((word) =>
    ['md5', 'sha1', 'sha256', 'sha512'].map((algorithm) => createHash(algorithm).update(word).digest('hex')),
  ),
  createHash('sha256').update('secret').digest('hex').slice(0, 32),
]

const whole = {
  NODE_ENV: 'test' as const,
  DATABASE_URL: 'postgresql://user:password@host:5432/stammgast',
  SHOPIFY_API_KEY: CLIENT_ID,
  SHOPIFY_API_SECRET: APP_SECRET,
  SHOPIFY_APP_URL: 'https://loyalty.example.com',
}

const HOSTS = [
  '*',
  '*.example.com',
  'loyalty.*.com',
  'a..b',
  '.example.com',
  '-a.example.com',
  'a-.example.com',
  'a_b.example.com',
  'a b.example.com',
  'loyalty.example.com\n',
  `${'a'.repeat(64)}.example.com`,
  `${'a.'.repeat(127)}com`,
  '0.0.0.0',
  '256.1.1.1',
  '1.2',
  '[::]',
  '[::1',
  '[x]',
  'münchen.example',
  'ex%41mple.com',
  'loyalty.example.com:0',
  'loyalty.example.com:65536',
  'loyalty.example.com:',
  'loyalty.example.com:x',
  'user@loyalty.example.com',
  'user:password@loyalty.example.com',
  ':@loyalty.example.com',
]
/** Addresses that are none of a server's, or not safe to load anything from. */
const ADDRESSES = [
  '',
  ' ',
  'x',
  'undefined',
  '//loyalty.example.com',
  'https:loyalty.example.com',
  'https:/loyalty.example.com',
  'https:\\\\loyalty.example.com',
  'https://',
  'https:///x',
  ...[
    'javascript:alert(1)',
    'data:text/javascript,alert(1)',
    'file:///etc/passwd',
    'blob:https://a.example/1',
  ],
  ...['ftp://a.example', 'ws://a.example', 'about:blank'],
  'http://loyalty.example.com',
  'http://127.0.0.1.example.com',
  'http://192.168.0.1',
  ...HOSTS.map((host) => `https://${host}`),
  'https://loyalty.example.com/?a=1',
  'https://loyalty.example.com?',
  'https://loyalty.example.com/#a',
  'https://loyalty.example.com#',
  'https://loyalty.example.com/;script-src *',
  ' https://loyalty.example.com',
]
const NUMBERS = ['', ' ', 'x', '-1', '1e3', '0x10', '3.5', ' 7 ', '99999999999999999999', 'Infinity', 'NaN']

/** What each variable that the product reads cannot be. */
const ABSURD: Record<keyof Env, string[]> = {
  NODE_ENV: ['', 'prod', 'PRODUCTION', 'undefined'],
  DATABASE_URL: [
    '',
    ' ',
    'x',
    'stammgast',
    'postgresql:',
    'postgresql:/',
    'postgresql://',
    'postgresql:///',
    'postgresql:///stammgast',
    'postgresql://host',
    'postgresql://host/',
    'postgresql://host:5432/',
    'postgresql://user:secret-word@/stammgast',
    'postgresql://user:secret-word@*/stammgast',
    'postgresql://user:secret-word@host:0/stammgast',
    'postgresql://user:secret-word@host:70000/stammgast',
    'postgresql://user:secret-word@host/a/b',
    'postgresql://user:secret-word@host/%00',
    'postgresql://user:secret-word@host/%zz',
    'postgresql://user:secret-word@host/stammgast#x',
    'postgresql://user:secret-word@host name/stammgast',
    'postgresql:///stammgast?host=',
    'mysql://user:secret-word@host/stammgast',
    'http://user:secret-word@host/stammgast',
    'javascript:alert(1)',
  ],
  SHOPIFY_API_KEY: ['', ' ', 'your client id', '$' + '{SHOPIFY_API_KEY}', `"${CLIENT_ID}"`, PREVIOUS_SECRET],
  SHOPIFY_API_SECRET: GUESSED,
  SHOPIFY_API_SECRET_PREVIOUS: GUESSED,
  SHOPIFY_APP_URL: [...ADDRESSES, 'https://loyalty.example.com/app', 'https://loyalty.example.com//'],
  APP_BRIDGE_URL: [...ADDRESSES, 'https://cdn.example/a b.js', "https://cdn.example/'unsafe-inline'.js"],
  HOST: ['', ' ', '*', 'a b', 'http://127.0.0.1', '127.0.0.1:3000', '256.1.1.1', '-x'],
  PORT: [...NUMBERS, '65536'],
  LOG_LEVEL: ['foo', '', 'INFO'],
  INBOX_LOOPS: [...NUMBERS, '0', '9'],
  DATABASE_POOL: [...NUMBERS, '1', '201'],
}

test.each(Object.entries(ABSURD))(
  'D4: %s: what it cannot be is refused by its name and what is allowed, and no secret is repeated',
  (name, values) => {
    for (const value of values) {
      const read = () => readEnv({ ...whole, [name]: value })
      expect(read, JSON.stringify(value)).toThrow(
        new RegExp(`^The environment is not complete:\\n {2}${name}[: ].*(must be|expected one of|and this)`),
      )
      if (/SECRET|KEY/.test(name) && value.length > 8) expect(read).not.toThrow(value)
      expect(read).not.toThrow('secret-word')
    }
  },
)

test('D4: the practice store refuses what its variables cannot be, by their names', () => {
  const sound = { APP_URL: 'http://127.0.0.1:3000', SHOPIFY_API_KEY: 'k', SHOPIFY_API_SECRET: 's' }
  expect(readSettings({ ...sound, PRACTICE_STORE_URL: 'http://127.0.0.1:4000/' } as never).origin).toBe(
    'http://127.0.0.1:4000',
  )
  const origins = [
    'javascript:alert(1)',
    'x',
    'file:///x',
    'https://*',
    'http://u:p@h',
    'http://h/path',
    'http://h?a',
  ]
  const practice: Record<string, string[]> = {
    PRACTICE_STORE_PORT: [...NUMBERS, '0', '65536'],
    PRACTICE_STORE_ORDERS: [...NUMBERS, '100001'],
    PRACTICE_STORE_URL: origins,
    APP_URL: ['', ...origins],
    PRACTICE_STORE_DATA: ['', ' '],
    PRACTICE_STORE_PROJECT: ['', ' '],
    SHOPIFY_API_KEY: [''],
    SHOPIFY_API_SECRET: [''],
  }
  for (const [name, values] of Object.entries(practice))
    for (const value of values)
      expect(() => readSettings({ ...sound, [name]: value } as never), `${name}=${value}`).toThrow(name)
  for (const url of origins) expect(() => practiceStoreUrl(url), url).toThrow('PRACTICE_STORE_URL')
})

/** Read by Node, npm, the build and the tests; or a folder, where any text is one. */
const ELSEWHERE = ['NODE_ENV', 'STAMMGAST_DATA', 'npm_execpath']

test('D4: no variable is read that is not in one of these tables', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  const files = [
    'server.ts',
    'worker.ts',
    ...globSync('{app,scripts/start,scripts/cli,dev-store}/**/*.{ts,tsx}', { cwd: root }),
  ]
  const names = files.flatMap((file) =>
    [
      ...readFileSync(path.join(root, file), 'utf8').matchAll(
        /(?:process\.env|environment)\.([A-Z][A-Z_]+)/g,
      ),
    ].map(([, name]) => name as string),
  )
  expect(names).toContain('PRACTICE_STORE_URL')
  const known = [...Object.keys(ABSURD), ...ELSEWHERE, 'APP_URL']
  expect(
    [...new Set(names)].filter((name) => !known.includes(name) && !name.startsWith('PRACTICE_STORE_')),
  ).toEqual([])
})

test('what it can be is taken', () => {
  const origins = [
    'https://loyalty.example.com',
    'https://loyalty.example.com/',
    'https://loyalty.example.com:8443',
    'https://Loyalty.Example.com',
    'https://xn--mnchen-3ya.example',
    'https://203.0.113.7',
    'https://[2001:db8::1]',
    'http://127.0.0.1:3000',
    'http://localhost:3000',
    'http://[::1]:3000',
  ]
  for (const SHOPIFY_APP_URL of origins)
    expect(readEnv({ ...whole, SHOPIFY_APP_URL }).SHOPIFY_APP_URL).toBe(SHOPIFY_APP_URL)
  for (const APP_BRIDGE_URL of [
    'https://cdn.shopify.com/shopifycloud/app-bridge.js',
    'http://127.0.0.1:4000/a/b.js',
  ])
    expect(readEnv({ ...whole, APP_BRIDGE_URL }).APP_BRIDGE_URL).toBe(APP_BRIDGE_URL)
  for (const HOST of ['0.0.0.0', '::', '::1', '127.0.0.1', 'localhost', 'web.internal'])
    expect(readEnv({ ...whole, HOST }).HOST).toBe(HOST)
  const databases = [
    'postgresql://user:pass%23word@db_1:5432/stammgast',
    'postgresql:///stammgast?host=/var/run/postgresql',
    'postgresql://%2Fvar%2Frun%2Fpostgresql/stammgast',
    'postgresql://user@[::1]/stamm%20gast',
    'postgresql://host/stammgast',
  ]
  for (const DATABASE_URL of databases)
    expect(readEnv({ ...whole, DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL)
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

test.each([
  ['letters as numbers', Buffer.from('my-client-secret').toString('hex')],
  ['letters as numbers', Buffer.from('shopify-secret-1').toString('hex')],
  ['a digest of the client id', createHash('md5').update(CLIENT_ID).digest('hex')],
  ['a digest of the client id', createHash('sha256').update(CLIENT_ID).digest('hex')],
  ['a digest of a password with a capital', createHash('md5').update('Password').digest('hex')],
  ['a digest of a password with a count', createHash('sha256').update('Welcome123').digest('hex')],
  ['the text of FIPS 197', '3243f6a8885a308d313198a2e0370734'],
  ['pi', '31415926535897932384626433832795'],
])('D4: %s is no secret: %s', (_, secret) => {
  expect(faultOfClientSecret(secret, CLIENT_ID)).toContain('what people type')
})

test.each([
  ['words with counts', 'cafe1234babe5678face9012feed3456'],
  ['a word with years', 'abcd2026abcd2025abcd2024abcd2023'],
  ['an address counted up', 'c0a80101c0a80102c0a80103c0a80104'],
  ['an address with other ends', 'c0a80101c0a80117c0a80163c0a801fe'],
  ['addresses of several networks', '0a0000010a000102ac100001ac100102'],
  ['the address of the machine itself', '7f0000017f0000027f0000037f000004'],
  ['decades', '19801990200020102020203020402050'],
  ['years backwards', '20262025202420232022202120202019'],
  ['first days of months', '20260101202602012026030120260401'],
  ['days of months, day first', '01012026020220260303202604042026'],
  ['blocks of two counted by seven', '030a11181f262d343b424950575e656c'],
  ['blocks of two counted down', 'f7e7d7c7b7a797877767574737271707'],
  ['blocks of four counted', '10011002100310041005100610071008'],
  ['blocks of four counted by a hundred', '71347234733474347534763477347834'],
  ['blocks of eight counted', '5f3759df5f3759e05f3759e15f3759e2'],
  ['blocks counted in every digit', '0a1b2c3d1b2c3d4e2c3d4e5f3d4e5f60'],
  ['words in a count of sixteen', '0123cafe4567babe89abfeedcdefbead'],
  ['blocks of counts, counted', 'a1a2a3a4b1b2b3b4c1c2c3c4d1d2d3d4'],
  ['any small letters as numbers', Buffer.from('myloverand4p3t2v').toString('hex')],
  ['a mirrored block', '1f7a93c42b6d50e88e05d6b24c39a7f1'],
  ['mirrored blocks', 'a1b2c3d44d3c2b1aa1b2c3d54d3c2b1b'],
  ['a word with a count before it', '01c0ffee02c0ffee03c0ffee04c0ffee'],
  ['a word with a count behind it', 'badcafe1badcafe2badcafe3badcafe4'],
  ['words with doubled digits', 'dead1111beef2222cafe3333babe4444'],
  ['words with years', 'feed1999face2001cafe2010beef2024'],
  ['words and counts of any length', 'deadbeef123c0ffee456badcafe789fee'.slice(0, 32)],
  ['a word and a long count', 'deadbeef00000001deadbeef00000002'],
  ['two words in turn, counted', 'beef01cafe02beef03cafe04beef05ca'],
])('D4: %s is no secret of Shopify’s: %s', (_, secret) => {
  expect(secret).toHaveLength(32)
  expect(faultOfClientSecret(secret, CLIENT_ID)).not.toBeNull()
})

/** More with SECRETS=200000. */
const SECRETS = Number(process.env.SECRETS ?? 10_000)

test(`D4: of ${SECRETS} secrets as good as random, the same in each run, none is taken for a placeholder`, {
  timeout: 300_000,
}, () => {
  const refused: string[] = []
  for (let i = 0; i < SECRETS / 2; i++) {
    const digits = createHash('sha256').update(`secret ${i}`).digest('hex')
    const secrets = [digits.slice(0, 32), `shpss_${digits.slice(32)}`]
    refused.push(...secrets.filter((secret) => faultOfClientSecret(secret, CLIENT_ID) !== null))
  }
  expect(refused).toEqual([])
})

test('a secret at random is taken, whatever its digits; and every fault is told at once', () => {
  // Without the bias to small numbers and ends of ranges, which are no random secrets.
  const random = fc
    .noBias(fc.uint8Array({ minLength: 16, maxLength: 64 }))
    .map((bytes) => Buffer.from(bytes).toString('hex'))
  fc.assert(fc.property(random, (secret) => readEnv({ ...whole, SHOPIFY_API_SECRET: secret }) !== null))
  const made = Array.from({ length: 2_000 }, () => randomBytes(16).toString('hex'))
  for (const SHOPIFY_API_SECRET of made) readEnv({ ...whole, SHOPIFY_API_SECRET })

  const wrong = { SHOPIFY_API_SECRET: CLIENT_ID, SHOPIFY_API_SECRET_PREVIOUS: 'none', PORT: 'x' }
  const read = () => readEnv({ ...whole, ...wrong })
  for (const name of Object.keys(wrong)) expect(read).toThrow(name)
  expect(read).toThrow('this is the client id, which everybody can read')
})
