import { expect, test } from 'vitest'
import { processDeliveries } from '../../../app/loyalty/deliveries/process-deliveries.ts'
import { useDatabase } from '../../database.ts'
import { orderPayload } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()

/** A delivery that is to be tried so much later, and whether a look into the inbox takes it. */
async function isTaken(attempts: number, later: string): Promise<boolean> {
  const owner = database.owner()
  const { shopId } = await makeShop(owner, { program: testProgram() })
  const payload = orderPayload({ id: 7800 + attempts, customer: 6601 })
  await owner.query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     VALUES ($1, gen_random_uuid()::text, 'orders/updated', 'x', $2)`,
    [shopId, JSON.stringify(payload)],
  )
  await owner.query('UPDATE inbox SET attempts = $2, not_before = now() + $3::interval WHERE shop_id = $1', [
    shopId,
    attempts,
    later,
  ])
  await processDeliveries(Date.now)
  const { rowCount } = await owner.query('SELECT FROM inbox WHERE shop_id = $1', [shopId])
  return rowCount === 0
}

test("what was stored before the database's clock was set back does not wait until it shows that time again", async () => {
  expect(await isTaken(0, '1 day')).toBe(true)
  expect(await isTaken(3, '1 day')).toBe(true)
})

test('what failed waits for its next try', async () => {
  expect(await isTaken(3, '16 seconds')).toBe(false)
  expect(await isTaken(11, '59 minutes')).toBe(false)
})
