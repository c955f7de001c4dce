import { beforeEach, expect, test, vi } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import { logger } from '../../../app/logger.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { maturePoints } from '../../../app/loyalty/settlement/mature-points.ts'
import { useDatabase } from '../../database.ts'
import { buy } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()
const DAY_MS = 86_400_000
let shopId = 0

beforeEach(async () => {
  shopId = (await makeShop(database.owner(), { program: testProgram() })).shopId
})

const balance = async (customer: string) =>
  (await withShop(shopId, (tx) => readMember(tx, shopId, customer)))?.balance

test('one unsound account matures nothing and holds up nobody: the log and the audit name it', async () => {
  const placedAt = new Date(Date.now() - DAY_MS).toISOString()
  const customers = ['6501', '6502', '6503']
  for (const [n, customer] of customers.entries())
    await buy(shopId, { id: 7501 + n, customer, placedAt, lines: [{ price: '40.00' }] })
  const { rows } = await database.owner().query(
    `UPDATE balance b SET pending = 0 FROM account a
      WHERE a.shop_id = $1 AND a.customer_id = 6502 AND b.shop_id = $1 AND b.account_id = a.account_id
      RETURNING b.account_id::int AS id`,
    [shopId],
  )
  const errors = vi.spyOn(logger, 'error')

  expect(await maturePoints(Date.now() + 30 * DAY_MS)).toBe(2)

  expect(await balance('6501')).toMatchObject({ available: 40, pending: 0 })
  expect(await balance('6502')).toMatchObject({ available: 0, pending: 0 })
  expect(await balance('6503')).toMatchObject({ available: 40, pending: 0 })
  expect(errors.mock.calls).toHaveLength(1)
  expect(errors.mock.calls[0]?.[0]).toMatchObject({ shopId, accountId: rows[0].id })
  expect(JSON.stringify(errors.mock.calls)).not.toContain('6502')
  const found = (await withShop(shopId, auditLedger)).filter(({ violations }) => violations > 0)
  expect(found.flatMap(({ examples }) => examples)).toEqual([
    `account ${rows[0].id}: balance differs from its entries`,
  ])
  // Once it is put right, the next run takes it along.
  await database
    .owner()
    .query('UPDATE balance SET pending = 40 WHERE shop_id = $1 AND account_id = $2', [shopId, rows[0].id])
  expect(await maturePoints(Date.now() + 30 * DAY_MS)).toBe(1)
  expect(await balance('6502')).toMatchObject({ available: 40, pending: 0 })
})
