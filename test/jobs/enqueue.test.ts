import { afterEach, expect, test, vi } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { enqueue } from '../../app/queue/enqueue.ts'
import { useDatabase } from '../database.ts'

const database = useDatabase()
afterEach(() => vi.useRealTimers())

test("a job is due by the clock that the worker goes by, though the database's is an hour ahead", async () => {
  const behind = Date.now() - 3_600_000
  vi.useFakeTimers({ toFake: ['Date'], now: behind })
  await acrossShops((tx) => enqueue(tx, 'sync-members', { shopId: 1 }))
  const { rows } = await database
    .owner()
    .query(`SELECT run_at FROM graphile_worker.jobs WHERE key = 'sync-members:1'`)
  expect(rows[0].run_at.getTime()).toBeLessThanOrEqual(behind + 1_000)
})
