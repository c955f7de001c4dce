import { afterAll, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { type DatabaseLine, databaseLine } from '../support/line.ts'
import type { Stop } from '../support/line-stop.ts'
import { type AppProcess, startWorker, until } from '../support/processes.ts'
import { makeShop } from '../support/shop.ts'

/** A real worker whose connection goes at the moments when the queue's library has nothing in its hands to hold on to. */

const database = useDatabase()
let line: DatabaseLine
let worker: AppProcess

beforeAll(async () => {
  line = await databaseLine(database.url())
  worker = await startWorker(line.url)
})
afterAll(async () => {
  await worker?.kill()
  await line.close()
})

/** A job that succeeds without Shopify, and one that cannot without a session and is tried again. */
const [SUCCEEDS, FAILS] = ['settle-again', 'sync-members']
const MOMENTS: { job: string; stop: Stop }[] = [
  { job: SUCCEEDS, stop: { sent: [/complete_job/], keep: 'message' } },
  { job: FAILS, stop: { sent: [/fail_job/], keep: 'message' } },
  { job: SUCCEEDS, stop: { sent: [/get_job/], keep: 'answer', saying: /shopId/ } },
]

test('F1: a worker lives on when the database goes as it ends, fails or takes a job, and each gets its end', {
  timeout: 180_000,
}, async () => {
  for (const { job, stop } of MOMENTS) {
    const { shopId } = await makeShop(database.owner())
    const stopped = line.stopAt(stop)
    await database.owner().query('SELECT graphile_worker.add_job($1, $2::json)', [job, { shopId }])
    await stopped.reached(20_000)
    line.letPass()
    await line.cut()
    await line.mend()
  }
  // What an old queue held is looked at twice, five seconds apart, before anybody may take it.
  await until('every job has got its end', 60_000, async () => {
    const left = await readJobs()
    return left.every(({ name, locked_by, attempts }) => name === FAILS && !locked_by && attempts > 1)
  })
  expect(worker.alive(), worker.words()).toBe(true)
})

async function readJobs(): Promise<{ name: string; locked_by: string | null; attempts: number }[]> {
  const { rows } = await database.owner().query(
    `SELECT t.identifier AS name, j.locked_by, j.attempts
         FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
        WHERE j.payload->>'shopId' IS NOT NULL`,
  )
  return rows
}
