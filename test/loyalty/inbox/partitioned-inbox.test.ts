import { beforeAll, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import { claimDeliveries } from '../../../app/loyalty/inbox/inbox.ts'
import { useDatabase } from '../../database.ts'

/** The inbox in pieces, as a database that has grown may keep it. */

const database = useDatabase()
const SHOPS = 40
const DELIVERIES = 2_000
const LIMIT = 200

beforeAll(async () => {
  await database.owner().query(`
    ALTER TABLE inbox RENAME TO inbox_in_one;
    CREATE TABLE inbox (LIKE inbox_in_one INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (shop_id, delivery_id))
      PARTITION BY HASH (shop_id);
    GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO stammgast_jobs;
    DO $$ BEGIN FOR i IN 0..7 LOOP
      EXECUTE format('CREATE TABLE inbox_%s PARTITION OF inbox FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
    END LOOP; END $$`)
  await database.owner().query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     SELECT 1 + n % $1, 'delivery-' || n, 'orders/create', 'a.myshopify.com', '{}' FROM generate_series(1, $2::int) AS n`,
    [SHOPS, DELIVERIES],
  )
})

test('F6: of a partitioned inbox a batch is the oldest ones, exactly as many as asked for', async () => {
  const { rows } = await database
    .owner()
    .query(`SELECT delivery_id AS "deliveryId" FROM inbox ORDER BY delivery_id LIMIT $1`, [LIMIT])
  const batch = await acrossShops((tx) => claimDeliveries(tx, LIMIT))
  expect(batch.map(({ deliveryId }) => deliveryId)).toEqual(rows.map((row) => Number(row.deliveryId)))
})

test('F6: two who claim at once share nothing, and what is to wait is left alone', async () => {
  await database
    .owner()
    .query(
      `UPDATE inbox SET attempts = 1, not_before = now() + interval '1 minute' WHERE delivery_id % 2 = 0`,
    )
  const claimed = await acrossShops(async (tx) => {
    const first = await claimDeliveries(tx, LIMIT)
    const second = await acrossShops((other) => claimDeliveries(other, LIMIT))
    return [...first, ...second].map(({ deliveryId }) => deliveryId)
  })
  expect(claimed).toHaveLength(2 * LIMIT)
  expect(new Set(claimed).size).toBe(2 * LIMIT)
  expect(claimed.filter((id) => id % 2 === 0)).toEqual([])
})
