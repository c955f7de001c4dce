import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../app/db/db.server.ts'
import { keyedHash } from '../../app/keyed-hash.server.ts'
import { loader as membership } from '../../app/routes/api.membership.ts'
import { loader as adminPages } from '../../app/routes/app.settings.tsx'
import { loader as panel } from '../../app/routes/proxy.panel.ts'
import { loader as history } from '../../app/routes/proxy.panel_.history.ts'
import { action as redeem } from '../../app/routes/proxy.panel_.redeem.ts'
import { loader as redemption } from '../../app/routes/proxy.panel_.redemption.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'
import { openDoor, type RunningDoor } from '../intake/door-harness.ts'
import { makeShop } from '../support/shop.ts'
import {
  adminToken,
  answerOf,
  BROWSER,
  bearerCall,
  extensionToken,
  macOf,
  SECRET,
  signedQuery,
  signedText,
} from '../support/shopper-requests.ts'

/**
 * Shopify signs everything with the one secret of the app: deliveries, proxied queries, session tokens, the address that
 * opens the app. What was signed for one place is carried to every other one here, in the form that this place takes.
 */
const database = useDatabase()
let shop = ''
let door: RunningDoor
let pool: ReturnType<typeof createPool>

beforeAll(async () => {
  shop = (await makeShop(database.owner())).domain
  pool = createPool(database.url(), 'stammgast_jobs', 2)
  door = await openDoor(pool, [SECRET])
})
afterAll(async () => {
  await door.close()
  await pool.end()
  await closeShopify()
})

/** What is signed, by whom it is taken in the end. */
const tokenText = async (token: Promise<string>) => (await token).split('.').slice(0, 2).join('.')
const SIGNED: Record<string, () => Promise<string> | string> = {
  'a delivery': () => JSON.stringify({ id: 1, name: 'shop=x&timestamp=1.2.3' }),
  'a proxied query': () => signedText(signedQuery({ shop, customer: '6001' })),
  'a proxied query with what a shopper added': () =>
    signedText(
      signedQuery({ shop, customer: '6001', query: { '{"id":1,"x":"': '"}', 'eyJ.eyJ': 'eyJ', a: '{' } }),
    ),
  'a token of the admin': () => tokenText(adminToken(shop)),
  'a token of an extension': () => tokenText(extensionToken({ shop, customer: '6001' })),
  'the address that opens the app': () =>
    [...new URLSearchParams({ embedded: '1', locale: 'de', session: 's', shop, timestamp: seconds() })]
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
}
const seconds = () => String(Math.floor(Date.now() / 1000))

const args = (request: Request) => ({ request, params: {}, context: {} }) as never

/** Shows a signed text at a place, and says with which statuses it was met. */
const SHOWN: Record<string, (text: string) => Promise<number[]>> = {
  'the webhook door': async (text) => [
    (await door.deliver(text, { 'x-shopify-hmac-sha256': macOf(text).toString('base64') })).status,
  ],
  'the proxy’s routes': async (text) => {
    const queries = [new URLSearchParams(text), ...splits(text)]
    const statuses: number[] = []
    for (const query of queries) {
      query.set('signature', macOf(text).toString('hex'))
      for (const route of [panel, history, redeem, redemption]) {
        const request = new Request(`http://app/proxy/panel?${query}`, { headers: { 'user-agent': BROWSER } })
        statuses.push((await answerOf(() => route(args(request)))).status)
      }
    }
    return statuses
  },
  'the extensions’ API': async (text) => [
    (await answerOf(() => membership(args(bearerCall('/api/membership', tokenOf(text)))))).status,
  ],
  'the admin': async (text) => [
    (await answerOf(() => adminPages(args(bearerCall('/app/settings', tokenOf(text)))))).status,
  ],
}
const tokenOf = (text: string) => `${text}.${macOf(text).toString('base64url')}`

/** The text as a query: cut before the names that the proxy's routes know. */
function splits(text: string): URLSearchParams[] {
  const query = new URLSearchParams()
  for (const part of text.split(/(?=(?:shop|timestamp|path_prefix|logged_in_customer_id|locale)=)/)) {
    const [name = '', ...value] = part.split('=')
    query.append(name, value.join('='))
  }
  return [query]
}

/** Where something is at home. */
const HOME: Record<string, string | null> = {
  'a delivery': 'the webhook door',
  'a proxied query': 'the proxy’s routes',
  'a proxied query with what a shopper added': null,
  'a token of the admin': 'the admin',
  'a token of an extension': 'the extensions’ API',
  'the address that opens the app': null,
}
const tries = Object.keys(SIGNED).flatMap((what) => Object.keys(SHOWN).map((place) => [what, place] as const))
const foreign = tries.filter(([what, place]) => HOME[what] !== place)

describe('A1: what is signed for one place is refused at every other', () => {
  test.each(foreign)('%s, shown to %s', async (what, place) => {
    const text = await (SIGNED[what] as () => Promise<string>)()
    for (const status of await (SHOWN[place] as (text: string) => Promise<number[]>)(text))
      expect(status).toSatisfy((code) => code >= 400 && code < 500)
    expect((await database.owner().query('SELECT FROM delivery')).rowCount).toBe(0)
  })

  test.each(Object.entries(HOME).filter(([, place]) => place !== null && place !== 'the admin'))(
    '%s is taken by %s, or the table would prove nothing',
    async (what, place) => {
      const text = await (SIGNED[what] as () => Promise<string>)()
      const statuses = await (SHOWN[place as string] as (text: string) => Promise<number[]>)(text)
      expect(statuses).toContain(200)
      await database.owner().query('TRUNCATE delivery, inbox')
    },
  )
})

test('A1: the door answers 400 to a signed text that is no JSON object, and stores nothing', async () => {
  const texts = await Promise.all(
    ['a proxied query', 'a token of the admin', 'a token of an extension'].map((what) => SIGNED[what]?.()),
  )
  for (const text of [...texts, '[]', '"{}"', ' {}', '\ufeff{}', 'null', '0', ''] as string[]) {
    const answer = await door.deliver(text, { 'x-shopify-hmac-sha256': macOf(text).toString('base64') })
    expect([answer.status, await answer.text()], text).toEqual([400, 'The body is not a JSON object'])
  }
  expect((await database.owner().query('SELECT FROM delivery')).rowCount).toBe(0)
})

test('A1: the secret is handed to the door and to Shopify’s library, and signs nothing of our own', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  const users = globSync(['app/**/*.{ts,tsx}', 'server.ts', 'worker.ts'], { cwd: root }).filter((file) =>
    readFileSync(path.join(root, file), 'utf8').includes('SHOPIFY_API_SECRET'),
  )
  // And a key is made of it that cannot be taken for it.
  const made = 'app/keyed-hash.server.ts'
  expect(users.sort()).toEqual(['app/env.server.ts', made, 'app/shopify.server.ts', 'server.ts'])
  for (const text of ['', '{}', '1 address 192.0.2.1'])
    expect(macOf(text).toString('base64url')).not.toContain(keyedHash(text).slice(0, 6))
})

test('docs/security.md names tests and decisions that there are', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  const text = readFileSync(path.join(root, 'docs/security.md'), 'utf8')
  const named = [...text.matchAll(/`(test\/[\w/.-]+)`|\]\((decisions\/[\w.-]+)\)/g)]
  expect(named.length).toBeGreaterThan(20)
  for (const [, test, decision] of named)
    expect(existsSync(path.join(root, test ?? `docs/${decision}`)), test ?? decision).toBe(true)
})
