import { describe, expect, test } from 'vitest'
import { acrossShops, jobsPool, shopPool, withShop } from '../../../app/db/db.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { useDatabase } from '../../database.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()

describe('the connections of each role', () => {
  test.each([
    ['requests', shopPool, '30s', '1min'],
    ['jobs', jobsPool, '30min', '15min'],
  ] as const)('of %s end what would never end', async (_, pool, statement, idle) => {
    const { rows } = await pool().query(
      `SELECT current_setting('statement_timeout') AS statement,
              current_setting('idle_in_transaction_session_timeout') AS idle,
              current_setting('tcp_keepalives_idle') AS alive`,
    )
    expect(rows[0]).toEqual({ statement, idle, alive: '30' })
  })

  test('a statement of a request that is stuck gives its connection back, and the next one works', async () => {
    const { shopId } = await makeShop(database.owner())
    const stuck = withShop(shopId, async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = '50ms'`)
      await tx.query('SELECT pg_sleep(20)')
    })
    await expect(stuck).rejects.toMatchObject({ code: '57014' })
    expect((await withShop(shopId, (tx) => tx.query('SELECT 1 AS one'))).rows).toEqual([{ one: 1 }])
  })

  test('a transaction that stands still loses its connection, not the pool', async () => {
    const idle = acrossShops(async (tx) => {
      await tx.query(`SET LOCAL idle_in_transaction_session_timeout = '50ms'`)
      await new Promise((resolve) => setTimeout(resolve, 400))
      await tx.query('SELECT 1')
    })
    await expect(idle).rejects.toThrow()
    expect((await jobsPool().query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  test('an audit has the time that a long book takes, also with the role of requests', async () => {
    const { shopId } = await makeShop(database.owner())
    const limit = await withShop(shopId, async (tx) => {
      await auditLedger(tx)
      return (await tx.query(`SELECT current_setting('statement_timeout') AS limit`)).rows[0].limit
    })
    expect(limit).toBe('30min')
  })
})
