import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { tidyUp } from '../../../app/loyalty/upkeep/tidy-up.ts'
import { useDatabase } from '../../database.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()
let shopId = 0
let neighbour = 0

beforeEach(async () => {
  await database.owner().query('TRUNCATE delivery, delivery_outcome, inbox')
  shopId = (await makeShop(database.owner())).shopId
  neighbour = (await makeShop(database.owner())).shopId
})

/** @param padding bytes that do not compress: as many as the body shall take */
async function quarantine(shop: number, count: number, padding = 0): Promise<void> {
  await database.owner().query(
    `WITH d AS (
       INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
       SELECT $1, 'w-' || n, 'orders/create', 'x.myshopify.com', '{' || $3 FROM generate_series(1, $2::int) n ORDER BY n
       RETURNING shop_id, delivery_id),
     waiting AS (INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
       SELECT shop_id, delivery_id, 'quarantined', 'The body is not JSON', 1 FROM d)
     SELECT 1`,
    [shop, count, randomBytes(padding).toString('base64').slice(0, padding)],
  )
  await database.owner().query('TRUNCATE inbox')
}

async function kept(shop: number): Promise<string[]> {
  const { rows } = await database
    .owner()
    .query('SELECT webhook_id FROM delivery WHERE shop_id = $1 ORDER BY delivery_id', [shop])
  return rows.map((row) => row.webhook_id)
}

describe('A4: of what is set aside the newest are kept', () => {
  test('2,000 of a shop, and every one of another', async () => {
    await quarantine(shopId, 2_003)
    await quarantine(neighbour, 5)
    expect(await tidyUp()).toBe(3)
    const left = await kept(shopId)
    expect([left.length, left[0], left.at(-1)]).toEqual([2_000, 'w-4', 'w-2003'])
    expect(await kept(neighbour)).toHaveLength(5)
    const outcomes = await database.owner().query('SELECT FROM delivery_outcome')
    expect(outcomes.rowCount).toBe(2_005)
    expect(await tidyUp()).toBe(0)
  })

  test('32 MB of a shop', async () => {
    await quarantine(shopId, 20, 2 * 2 ** 20 - 1)
    await tidyUp()
    const left = await kept(shopId)
    // Base64 compresses a little.
    expect(left.length).toBeGreaterThanOrEqual(15)
    expect(left.length).toBeLessThan(20)
    expect(left.at(-1)).toBe('w-20')
  })
})
