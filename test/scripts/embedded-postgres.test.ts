import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { removeCluster, startEmbeddedPostgres } from '../../scripts/embedded-postgres.ts'

const dataDir = path.join(tmpdir(), `stammgast postgres ${randomUUID()}`)
const options = { dataDir, password: 'p@ss: wörd/?#' }
afterAll(() => removeCluster(dataDir))

async function ask<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

test('a second start finds what the first one left', async () => {
  const first = await startEmbeddedPostgres(options)
  await ask(first.url('postgres'), 'CREATE TABLE kept AS SELECT 42 AS n')
  await first.stop()
  await expect(ask(first.url('postgres'), 'SELECT 1')).rejects.toThrow('ECONNREFUSED')

  const second = await startEmbeddedPostgres(options)
  expect(await ask(second.url('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 42 }])
  await second.stop()
})

test('a server that a killed run left behind makes way, with its data flushed', async () => {
  const left = await startEmbeddedPostgres(options)
  await ask(left.url('postgres'), 'CREATE TABLE late AS SELECT 7 AS n')
  const next = await startEmbeddedPostgres(options)
  expect(await left.died).toContain('database system is shut down')
  expect(await ask(next.url('postgres'), 'SELECT n FROM late')).toEqual([{ n: 7 }])
  await next.stop()
})

test('it listens on this machine only and wants the password', async () => {
  const server = await startEmbeddedPostgres(options)
  const places = await ask<{ a: string }>(
    server.url('postgres'),
    "SELECT current_setting('listen_addresses') AS a",
  )
  expect(places).toEqual([{ a: '127.0.0.1' }])
  const url = new URL(server.url('postgres'))
  url.password = 'guess'
  await expect(ask(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed')
  await server.stop()
})

test('a cluster is removed whole', async () => {
  await removeCluster(dataDir)
  expect(existsSync(dataDir)).toBe(false)
})
