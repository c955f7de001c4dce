import type pg from 'pg'
import { describe, type TestContext, test } from 'vitest'
import { openClient, openPool } from '../../app/db/connections.ts'
import { useDatabase } from '../database.ts'
import { type DatabaseLine, databaseLine } from '../support/line.ts'

/** Connections whose other end is gone without a word; each test has a line of its own, and they wait side by side. */

const database = useDatabase()

type Finished = Pick<TestContext, 'onTestFinished'>

async function openLine({ onTestFinished: after }: Finished): Promise<DatabaseLine> {
  const line = await databaseLine(database.url())
  after(() => line.close())
  return line
}

function poolOn(line: DatabaseLine, { onTestFinished: after }: Finished): pg.Pool {
  const pool = openPool({ url: line.url, name: 'lost', role: 'stammgast_jobs' }, 4)
  after(() => pool.end())
  return pool
}

describe.concurrent('F2:', { timeout: 60_000 }, () => {
  test('F2: a statement whose answer gets lost fails within seconds, its session gives its locks up', async ({
    expect,
    ...context
  }) => {
    const line = await openLine(context)
    const pool = poolOn(line, context)
    const owner = database.owner()
    await owner.query('CREATE TABLE locked (); GRANT ALL ON locked TO stammgast_jobs')
    const client = await pool.connect()
    await client.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE')
    line.vanish()
    const began = performance.now()
    await expect(client.query('SELECT 1')).rejects.toThrow('what was asked on this connection got lost')
    expect(performance.now() - began).toBeLessThan(15_000)
    client.release(true)
    // It would stand in its transaction for a quarter of an hour.
    await owner.query(`SET lock_timeout = '10s'; SELECT FROM locked; RESET lock_timeout`)
  })

  test('F2: a long statement that the server works on is left alone', async ({ expect, ...context }) => {
    const pool = poolOn(await openLine(context), context)
    const { rows } = await pool.query(`SELECT pg_sleep(10), 'slept' AS done`)
    expect(rows[0].done).toBe('slept')
  })

  test('F2: where nobody answers all that is still is broken off, and goes on when somebody does', async ({
    expect,
    ...context
  }) => {
    const line = await openLine(context)
    const pool = poolOn(line, context)
    await pool.query('SELECT 1')
    const asleep = pool.query('SELECT pg_sleep(60)')
    line.swallowNew()
    line.vanish()
    await expect(asleep).rejects.toThrow('the database does not answer')
    await expect(pool.query('SELECT 1')).rejects.toThrow('no answer within 3000 ms')
    line.leadTo(Number(new URL(database.url()).port))
    await expect.poll(() => pool.query('SELECT 1').then(() => 'goes on', String)).toBe('goes on')
  })

  test('F2: a connection that only listens is noticed, too', async ({ expect, ...context }) => {
    const line = await openLine(context)
    const client = await openClient({ url: line.url, name: 'lost_listener' })
    await client.query('LISTEN something')
    const ended = new Promise<string>((resolve) => client.once('end', () => resolve('ended')))
    line.vanish()
    await expect(ended).resolves.toBe('ended')
  })
})
