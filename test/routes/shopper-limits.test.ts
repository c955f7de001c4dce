import { afterAll, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { connectShop } from '../support/connected-shop.ts'
import { openPracticeShop, type PracticeShop } from '../support/practice-shop.ts'
import { type AppProcess, startServer } from '../support/processes.ts'
import { testProgram } from '../support/program.ts'
import { seeded } from '../support/random.ts'
import { type ShakyLine, shakyLine } from '../support/shaky-line.ts'
import { BROWSER, extensionToken, signedQuery } from '../support/shopper-requests.ts'

/** Two real web processes with a practice store behind them, whose Admin API counts its questions. */
const database = useDatabase()
const BEGAN = Math.floor(Date.now() / 1000)
let practice: PracticeShop
let line: ShakyLine
let servers: (AppProcess & { port: number })[] = []
let shopId = 0

beforeAll(async () => {
  practice = await openPracticeShop('http://127.0.0.1:9')
  line = await shakyLine(practice.url, seeded(1))
  shopId = await connectShop(practice, database.owner(), testProgram())
  const around = { storeUrl: line.url }
  servers = [
    await startServer(database.url(), undefined, around),
    await startServer(database.url(), undefined, around),
  ]
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await line.close()
  await practice.close()
})

interface From {
  server?: number
  /** As what ends TLS before the process tells it. */
  address?: string
  customer?: string
  /** Makes another token. */
  jti?: string
  /** Writes the same token in other letters, which are as good. */
  rewrite?: (token: string) => string
}

async function ask(
  path: string,
  { server = 0, address = '192.0.2.1', customer, jti = '1', rewrite = (token) => token }: From,
  json?: object,
) {
  const times = { iat: BEGAN, nbf: BEGAN - 5, exp: BEGAN + 300 }
  const token = await extensionToken({
    shop: practice.domain,
    customer: customer ?? null,
    claims: { jti, ...times },
  })
  return fetch(`http://127.0.0.1:${servers[server]?.port}${path}`, {
    method: json ? 'POST' : 'GET',
    headers: {
      'User-Agent': BROWSER,
      Origin: 'https://extensions.shopifycdn.com',
      Authorization: `Bearer ${rewrite(token)}`,
      'X-Forwarded-For': `203.0.113.250, ${address}`,
      ...(json && { 'Content-Type': 'application/json' }),
    },
    ...(json && { body: JSON.stringify(json) }),
  })
}
const preview = async (from: From, ids: number[], locale = 'en') => {
  const lines = ids.map((id) => ({ productId: `gid://shopify/Product/${id}`, amount: '10.00' }))
  const answer = await ask('/api/preview', from, { currency: 'EUR', locale, lines })
  expect(answer.status).toBe(200)
  return answer.json()
}
const questions = () => line.counts.get('answered') ?? 0
const stored = async () =>
  (
    await database
      .owner()
      .query('SELECT product_id::text AS id FROM product_label WHERE shop_id = $1', [shopId])
  ).rows
const unknown = (count: number, from = 990_000_000) => Array.from({ length: count }, (_, n) => from + n)
const forget = () => database.owner().query('TRUNCATE request_count, product_label')

test('A5: 500 unknown products store nothing, and Shopify is asked once, for fifty of them', async () => {
  const from = { address: '192.0.2.10' }
  const answer = await preview(from, unknown(500))
  expect(questions()).toBe(1)
  expect(await stored()).toEqual([])
  expect(answer).toMatchObject({
    points: 500,
    missing: ['items'],
    text: 'You earn at least 500 points with this order. Some items are not included yet: there are too many to look up at once just now.',
  })
  await preview({ ...from, jti: '2', server: 1 }, unknown(500))
  expect(questions()).toBe(2)
  expect((await preview({ ...from, jti: '3' }, unknown(500), 'de')).text).toBe(
    'Mit dieser Bestellung sammeln Sie mindestens 0 Punkte. Einige Artikel sind noch nicht eingerechnet: Es sind gerade zu viele auf einmal nachzusehen.',
  )
  expect([questions(), await stored()]).toEqual([2, []])
})

test('A5: what Shopify knows is stored, looked up once, and told to everybody', async () => {
  await forget()
  const before = questions()
  const known = practice.context.store.products.all().find(({ giftCard }) => !giftCard)?.id as number
  const from = { address: '192.0.2.11' }
  expect(await preview(from, [known, 990_000_000])).toMatchObject({ points: 20, missing: [] })
  expect(await stored()).toEqual([{ id: String(known) }])
  for (let n = 0; n < 3; n++) await preview(from, unknown(500))
  const asked = questions()
  expect(asked - before).toBe(3)
  // The same shopper has looked up all she may; what others have looked up costs nothing.
  expect(await preview({ ...from, jti: '3' }, [known])).toMatchObject({ points: 10, missing: [] })
  expect(questions()).toBe(asked)
})

test('A5: all strangers together spend a stated part of what the shop has', async () => {
  await forget()
  const before = questions()
  let counted = 0
  for (let n = 0; n < 200; n++) {
    const from = { address: `198.51.100.${n}`, jti: `many-${n}`, server: n % 2 }
    counted += (await preview(from, unknown(1, 991_000_000 + n))).points / 10
  }
  // 60 calls, and what two processes count before they tell each other; less what they remember of the tests before.
  expect(questions() - before).toBe(counted)
  expect(counted).toBeGreaterThanOrEqual(60 - 20)
  expect(counted).toBeLessThanOrEqual(60 + 2 * 10)
  expect(await stored()).toEqual([])
})

test('A5: the 121st request of a minute is refused with Retry-After, whichever process is asked', async () => {
  const statuses = async (from: From, count: number) => {
    const all: Response[] = []
    for (let n = 0; n < count; n++) all.push(await ask('/api/membership', { ...from, server: n % 2 }))
    return all
  }
  const served = await statuses({ customer: '6101' }, 120)
  expect(served.map(({ status }) => status).filter((status) => status !== 200)).toEqual([])
  const refused = await statuses({ customer: '6101' }, 4)
  for (const answer of refused) {
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect((await answer.json()).error.code).toBe('too-many-requests')
  }
  // Nobody else is refused: not from the same address, nor with the same token from elsewhere.
  expect((await ask('/api/membership', { customer: '6102' })).status).toBe(200)
  expect((await ask('/api/membership', {})).status).toBe(200)
})

/** The last letter of a signature of 32 bytes has two bits that nobody reads. */
function otherLetters(token: string, bits: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1) as string) + bits]
}

test('A5: whoever has no name is counted by token, and by address however many tokens there are', async () => {
  const address = '2001:db8:7:1::1'
  let refused = 0
  for (let n = 0; n < 125; n++) {
    const from = { address, jti: 'same', rewrite: (token: string) => otherLetters(token, n % 4) }
    if ((await ask('/api/membership', from)).status === 429) refused++
  }
  expect(refused).toBe(5)
  const later: number[] = []
  for (let n = 0; n < 490; n++)
    later.push((await ask('/api/membership', { address: `2001:db8:7:1::${n}`, jti: `t${n}` })).status)
  expect(later.indexOf(429)).toBe(480)
  expect((await ask('/api/membership', { address: '2001:db8:7:2::1', jti: 'other' })).status).toBe(200)
})

test('A5: up to thirty a minute nothing is written, and what is written names nobody', async () => {
  await forget()
  const rows = async () => (await database.owner().query('SELECT key, points FROM request_count')).rows
  const from = { customer: '6201', address: '192.0.2.77' }
  for (let n = 0; n < 30; n++) await ask('/api/membership', from)
  expect(await rows()).toEqual([])
  await ask('/api/membership', from)
  expect(await rows()).toEqual([{ key: expect.stringMatching(/^requests:[\w-]{22}$/), points: 31 }])
})

test('A5: a shopper of the storefront is counted, and a guest there is not: her address is Shopify’s', async () => {
  const panel = async (customer: string | null) => {
    const query = signedQuery({ shop: practice.domain, customer })
    const options = { headers: { 'User-Agent': BROWSER } }
    return (await fetch(`http://127.0.0.1:${servers[0]?.port}/proxy/panel?${query}`, options)).status
  }
  const statuses = async (customer: string | null) => {
    const all: number[] = []
    for (let n = 0; n < 122; n++) all.push(await panel(customer))
    return all.indexOf(429)
  }
  expect(await statuses('6301')).toBe(120)
  expect(await statuses(null)).toBe(-1)
})

test('A5: counting that fails refuses nobody who may ask, and a process still counts for itself', async () => {
  await database.owner().query('REVOKE ALL ON request_count FROM stammgast_shop')
  try {
    const all: number[] = []
    for (let n = 0; n < 125; n++) all.push((await ask('/api/membership', { customer: '6401' })).status)
    expect(all.indexOf(429)).toBe(120)
    expect(all.slice(0, 120).every((status) => status === 200)).toBe(true)
  } finally {
    await database.owner().query('GRANT SELECT, INSERT, UPDATE ON request_count TO stammgast_shop')
  }
  expect(servers[0]?.words()).toContain('requests are counted in this process only')
  expect(servers.map((server) => server.words()).join()).not.toContain('192.0.2.')
})
