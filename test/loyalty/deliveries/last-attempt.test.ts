import type pg from 'pg'
import { expect, test, vi } from 'vitest'
import { jobsPool } from '../../../app/db/db.server.ts'
import { processDeliveries } from '../../../app/loyalty/deliveries/process-deliveries.ts'
import { MOST_ATTEMPTS } from '../../../app/loyalty/inbox/inbox.ts'
import { useDatabase } from '../../database.ts'
import { orderPayload } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()

/** A delivery that was tried eleven times in vain. */
async function lastTry(shopId: number, order: number): Promise<number> {
  const { rows } = await database.owner().query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     VALUES ($1, gen_random_uuid()::text, 'orders/updated', 'x', $2) RETURNING delivery_id::int AS id`,
    [shopId, JSON.stringify(orderPayload({ id: order, customer: 6601 }))],
  )
  await database
    .owner()
    .query('UPDATE inbox SET attempts = $2 WHERE delivery_id = $1', [rows[0].id, MOST_ATTEMPTS - 1])
  return rows[0].id
}
const statusOf = async (id: number) =>
  (await database.owner().query('SELECT status FROM delivery_status WHERE delivery_id = $1', [id])).rows[0]
    .status
/** Every settlement fails; `meanwhile` happens between the fault and the note of it. */
async function failing(meanwhile: () => Promise<unknown>) {
  const owner = database.owner()
  await owner.query(`CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$`)
  await owner.query('CREATE TRIGGER fail BEFORE INSERT ON order_state EXECUTE FUNCTION fail()')
  // The batch fails, then the delivery alone; the third transaction notes it.
  let transactions = 0
  const pool = jobsPool()
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
  const spy = vi.spyOn(pool, 'connect').mockImplementation(async () => {
    if (++transactions === 3) await meanwhile()
    return connect()
  })
  await processDeliveries(Date.now)
  spy.mockRestore()
  await owner.query('DROP TRIGGER fail ON order_state')
  expect(transactions).toBe(3)
}

test('the twelfth fault sets a delivery aside', async () => {
  const { shopId } = await makeShop(database.owner(), { program: testProgram() })
  const id = await lastTry(shopId, 7701)
  await failing(async () => {})
  expect(await statusOf(id)).toBe('quarantined')
})

test('unless another worker has finished it between the fault and the note', async () => {
  const { shopId } = await makeShop(database.owner(), { program: testProgram() })
  const id = await lastTry(shopId, 7702)
  await failing(() => database.owner().query('DELETE FROM inbox WHERE delivery_id = $1', [id]))
  expect(await statusOf(id)).toBe('done')
})
