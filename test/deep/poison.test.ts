import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jobsPool } from '../../app/db/db.server.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'
import { openDoor, type RunningDoor } from '../intake/door-harness.ts'
import { testProgram } from '../support/program.ts'
import { makeShop } from '../support/shop.ts'
import { workOff } from '../support/work-off.ts'
import { emptyTables } from './histories.ts'
import { namedShop, poisonBatch, TOPICS } from './poison.ts'

const database = useDatabase()
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const batches = Math.ceil(Number(process.env.RUNS ?? 1_200) / 400)
let door: RunningDoor

beforeAll(async () => {
  door = await openDoor(jobsPool())
})
afterAll(async () => {
  await door.close()
  await closeShopify()
})

test(`mutated payloads and headers are refused at the door or end with a reason (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  for (let i = 0; i < batches; i++) {
    const counts = await poisonBatch(database.owner(), door.port, 400, seed + i)
    expect(counts['answered 200']).toBeGreaterThan(100)
    expect(counts.quarantined).toBeGreaterThan(20)
    await emptyTables(database.owner())
  }
})

/** What must become of Shopify's own example of each topic; the text is part of the reason. */
const ENDINGS: Record<string, ['done'] | ['ignored' | 'quarantined', string]> = {
  'orders/create': ['done'],
  'orders/updated': ['ignored', 'This state of the order is known'],
  'orders/delete': ['ignored', 'The order is not known'],
  'customers/create': ['done'],
  'customers/update': ['done'],
  'customers/enable': ['done'],
  'customers_email_marketing_consent/update': ['ignored', 'The program gives no points for it'],
  'customers/delete': ['ignored', 'Points stay until the customer asks for erasure'],
  'customers/merge': ['ignored', 'The merge is "failed", not completed'],
  'disputes/create': ['done'],
  'disputes/update': ['ignored', 'This standing of the dispute is known'],
  'products/update': ['done'],
  'products/delete': ['done'],
  'collections/update': ['done'],
  'collections/delete': ['done'],
  'shop/update': ['done'],
  'app/uninstalled': ['done'],
  'app/scopes_update': ['ignored', 'Scopes are read when they are needed'],
  'customers/data_request': ['done'],
  'customers/redact': ['done'],
  'shop/redact': ['done'],
}

describe("Shopify's own example of", () => {
  let shop: { shopId: number; domain: string }
  beforeAll(async () => {
    await emptyTables(database.owner())
    // The examples are in dollars.
    shop = await makeShop(database.owner(), { currency: 'USD', program: testProgram() })
  })

  // In this order: what comes later finds the order of the first in the book.
  test.each(TOPICS)('%s is taken by the door and ends as it should', async (topic) => {
    const body = JSON.stringify(namedShop(topic, shop.domain))
    const over = {
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': shop.domain,
      'x-shopify-webhook-id': `example-${topic}`,
      'x-shopify-triggered-at': new Date(Date.now() + 1_000).toISOString(),
    }
    expect((await door.deliver(body, over)).status).toBe(200)
    while ((await workOff(Date.now)) > 0);
    const { rows } = await database
      .owner()
      .query('SELECT status, reason FROM delivery_status WHERE webhook_id = $1', [`example-${topic}`])
    const [status, reason] = ENDINGS[topic] as [string, string?]
    if (topic === 'shop/redact') {
      // Everything of the shop is gone, this delivery included.
      expect(rows).toEqual([])
      const left = await database.owner().query('SELECT 1 FROM shop WHERE shop_id = $1', [shop.shopId])
      expect(left.rowCount).toBe(0)
    } else expect(rows).toEqual([{ status, reason: reason ?? null }])
  })
})
