import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPool } from '../../app/db/db.server.ts'
import { useDatabase } from '../database.ts'
import { PREVIOUS_SECRET } from '../support/app-secret.ts'
import { cable, headersFor, openDoor, openRequest, type RunningDoor, sign } from './door-harness.ts'

const database = useDatabase()
const ORDER = '{"id":820982911946154508,"name":"#1001"}'
let pool: pg.Pool
let door: RunningDoor
let shopId: number

beforeAll(async () => {
  pool = createPool(database.url(), 'stammgast_jobs', 4)
  door = await openDoor(pool)
  const { rows } = await database.owner().query(
    `INSERT INTO shop (domain, name, currency, time_zone, taxes_included, locale)
     VALUES ('kontor-lindental.myshopify.com', 'Kontor Lindental', 'EUR', 'Europe/Berlin', true, 'de') RETURNING shop_id`,
  )
  shopId = Number(rows[0].shop_id)
})
afterAll(async () => {
  await door.close()
  await pool.end()
})
beforeEach(() => database.owner().query('TRUNCATE delivery, inbox'))

async function stored(): Promise<Record<string, unknown>[]> {
  const { rows } = await database.owner().query('SELECT * FROM delivery_status ORDER BY delivery_id')
  return rows
}

describe('a signed delivery', () => {
  test('is stored whole for its shop, waiting, and answered with 200', async () => {
    const body = '{"note":"Grüße, 42 € \\u0000 escaped","n":820982911946154508}'
    const response = await door.deliver(body, {
      'x-shopify-webhook-id': 'w-1',
      'x-shopify-topic': 'orders/updated',
    })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(await stored()).toMatchObject([
      {
        shop_id: String(shopId),
        webhook_id: 'w-1',
        topic: 'orders/updated',
        shop_domain: 'kontor-lindental.myshopify.com',
        api_version: '2026-10',
        triggered_at: new Date('2026-11-20T10:11:12.123Z'),
        body,
        status: 'waiting',
        attempts: 0,
      },
    ])
  })

  test('of a shop without the app is kept under 0', async () => {
    expect((await door.deliver(ORDER, { 'x-shopify-shop-domain': 'elsewhere.myshopify.com' })).status).toBe(
      200,
    )
    expect((await stored()).map((row) => row.shop_id)).toEqual(['0'])
  })

  test('of any topic is taken, the compliance topics too', async () => {
    const topics = [
      'customers/data_request',
      'customers/redact',
      'shop/redact',
      'app/uninstalled',
      'something/new',
    ]
    for (const topic of topics)
      expect((await door.deliver('{}', { 'x-shopify-topic': topic })).status).toBe(200)
    expect((await stored()).map((row) => row.topic)).toEqual(topics)
  })

  test('under the previous secret is taken while the secret is being rotated', async () => {
    const response = await door.deliver(ORDER, { 'x-shopify-hmac-sha256': sign(ORDER, PREVIOUS_SECRET) })
    expect(response.status).toBe(200)
  })

  test('that comes again is answered with 200 and stored once', async () => {
    for (let i = 0; i < 3; i++)
      expect((await door.deliver(ORDER, { 'x-shopify-webhook-id': 'again' })).status).toBe(200)
    const atOnce = Array.from({ length: 40 }, () =>
      door.deliver(ORDER, { 'x-shopify-webhook-id': 'at-once' }),
    )
    for (const response of await Promise.all(atOnce)) expect(response.status).toBe(200)
    expect((await stored()).map((row) => row.webhook_id)).toEqual(['again', 'at-once'])
  })

  test('whose body trickles in is stored whole', async () => {
    const request = openRequest(door.port, headersFor(ORDER))
    const answer = new Promise((resolve) =>
      request.once('response', (response) => resolve(response.statusCode)),
    )
    for (const piece of [ORDER.slice(0, 5), ORDER.slice(5, 20), ORDER.slice(20)]) {
      request.write(piece)
      await pause(30)
    }
    request.end()
    expect(await answer).toBe(200)
    expect((await stored())[0]?.body).toBe(ORDER)
  })

  test('with unreadable informative headers is stored without them', async () => {
    const response = await door.deliver(ORDER, {
      'x-shopify-triggered-at': 'yesterday',
      'x-shopify-api-version': 'x'.repeat(50),
    })
    expect(response.status).toBe(200)
    expect(await stored()).toMatchObject([{ triggered_at: null, api_version: null }])
  })
})

describe('nothing is stored, and the answer is', () => {
  async function expectRefused(
    status: number,
    body: string | Buffer,
    over: Record<string, string | undefined>,
  ) {
    expect((await door.deliver(body, over)).status, JSON.stringify(over)).toBe(status)
    expect(await stored()).toEqual([])
  }

  test('401 without a signature, with one bit of it changed, or with another secret', async () => {
    const good = sign(ORDER)
    const flipped = String.fromCharCode(good.charCodeAt(7) ^ 1) // one bit of one character
    await expectRefused(401, ORDER, { 'x-shopify-hmac-sha256': undefined })
    await expectRefused(401, ORDER, { 'x-shopify-hmac-sha256': good.slice(0, 7) + flipped + good.slice(8) })
    await expectRefused(401, ORDER, { 'x-shopify-hmac-sha256': sign(ORDER, 'stranger') })
  })

  test('401 with one byte of the body changed', async () => {
    await expectRefused(401, ORDER.replace('#1001', '#1002'), { 'x-shopify-hmac-sha256': sign(ORDER) })
  })

  test('400 when topic, shop or webhook id is missing', async () => {
    for (const name of ['x-shopify-topic', 'x-shopify-shop-domain', 'x-shopify-webhook-id'])
      await expectRefused(400, ORDER, { [name]: undefined })
  })

  test('400 when they are malformed or too long', async () => {
    await expectRefused(400, ORDER, { 'x-shopify-topic': 'orders' })
    await expectRefused(400, ORDER, { 'x-shopify-topic': `orders/${'x'.repeat(61)}` })
    await expectRefused(400, ORDER, { 'x-shopify-shop-domain': 'shop.example.com' })
    await expectRefused(400, ORDER, { 'x-shopify-shop-domain': `${'a'.repeat(101)}.myshopify.com` })
    await expectRefused(400, ORDER, { 'x-shopify-webhook-id': 'x'.repeat(129) })
    await expectRefused(400, ORDER, { 'x-shopify-webhook-id': 'with a space' })
  })

  test('400 when the body is not UTF-8 or has a NUL', async () => {
    await expectRefused(400, Buffer.from([0x7b, 0xff, 0x7d]), {})
    await expectRefused(400, Buffer.from('{"a":"\0"}'), {})
  })

  test('413 when the body is larger than 2 MB, told or untold; 2 MB exactly is taken', async () => {
    await expectRefused(413, Buffer.alloc(2 * 2 ** 20 + 1, 32), {})
    const untold = await fetch(`http://127.0.0.1:${door.port}/webhooks`, {
      method: 'POST',
      body: new Blob([Buffer.alloc(3 * 2 ** 20, 32)]).stream(),
      duplex: 'half',
      headers: headersFor(''),
    } as RequestInit)
    expect(untold.status).toBe(413)
    const largest = Buffer.alloc(2 * 2 ** 20, 32)
    largest.write('{}')
    expect((await door.deliver(largest)).status).toBe(200)
  })

  test('405 for another method', async () => {
    const response = await fetch(`http://127.0.0.1:${door.port}/webhooks`)
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('none when the sender hangs up midway', async () => {
    const request = openRequest(door.port, { ...headersFor(ORDER), 'content-length': String(ORDER.length) })
    request.on('error', () => {})
    request.write(ORDER.slice(0, 10))
    await pause(30)
    request.destroy()
    await pause(50)
    expect(await stored()).toEqual([])
    expect((await door.deliver(ORDER)).status).toBe(200)
  })
})

test('many at once are all answered, all stored, each once', async () => {
  const ids = Array.from({ length: 600 }, (_, at) => `many-${String(at % 500).padStart(4, '0')}`)
  const responses = await Promise.all(ids.map((id) => door.deliver(ORDER, { 'x-shopify-webhook-id': id })))
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
  const rows = await stored()
  expect(rows.map((row) => row.webhook_id).sort()).toEqual([...new Set(ids)].sort())
})

test('of one connection, arrival order is the order of the inbox', async () => {
  for (let at = 0; at < 20; at++) await door.deliver(ORDER, { 'x-shopify-webhook-id': `ordered-${at}` })
  expect((await stored()).map((row) => row.webhook_id)).toEqual(
    Array.from({ length: 20 }, (_, at) => `ordered-${at}`),
  )
})

describe('when the database is away', () => {
  test('the answer is 503, and 200 again when it is back; nothing answered with 200 is missing', async () => {
    const line = await cable(database.url())
    const cutPool = createPool(line.url, 'stammgast_jobs', 4)
    const cutDoor = await openDoor(cutPool)
    const accepted: string[] = []
    const deliver = async () => {
      const id = randomUUID()
      const { status } = await cutDoor.deliver(ORDER, { 'x-shopify-webhook-id': id })
      if (status === 200) accepted.push(id)
      return status
    }
    expect(await deliver()).toBe(200)
    const under = Array.from({ length: 50 }, deliver)
    await line.cut()
    for (const status of await Promise.all(under)) expect([200, 503]).toContain(status)
    expect(await deliver()).toBe(503)
    await line.mend()
    expect(await deliver()).toBe(200)
    const found = (await stored()).map((row) => row.webhook_id)
    for (const id of accepted) expect(found).toContain(id)
    await cutDoor.close()
    await line.close()
    await cutPool.end()
  })

  test('a database that hangs is answered with 503 within the 5 s that Shopify waits', async () => {
    const line = await cable(database.url())
    const heldPool = createPool(line.url, 'stammgast_jobs', 4)
    const heldDoor = await openDoor(heldPool)
    expect((await heldDoor.deliver(ORDER)).status).toBe(200)
    line.hold(true)
    const started = performance.now()
    expect((await heldDoor.deliver(ORDER)).status).toBe(503)
    expect(performance.now() - started).toBeLessThan(5_000)
    await heldDoor.close()
    await line.close()
    await heldPool.end()
  })
})
