import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bell, createRinger, keepListening } from '../../app/db/inbox-bell.ts'
import { useDatabase } from '../database.ts'
import { until } from '../support/processes.ts'

/** So long a rest lasts that nothing but a ring ends before the test gives up. */
const FOR_EVER = 600_000

const database = useDatabase()
let ending: AbortController
let listening: Promise<void>
let bell: Bell

beforeEach(() => {
  ending = new AbortController()
  bell = new Bell()
  const terms = { url: database.url(), name: 'stammgast_bell', role: 'stammgast_jobs' as const }
  listening = keepListening(terms, bell, ending.signal)
})
afterEach(async () => {
  ending.abort()
  await listening
})

test('what is stored wakes a worker that rests', async () => {
  await heardTheBeginning()
  const rest = bell.rest(FOR_EVER, ending.signal)
  createRinger(database.owner())()
  await rest
  expect(ending.signal.aborted).toBe(false)
})

test('a lost connection is opened again, and what came meanwhile is looked for', async () => {
  await heardTheBeginning()
  const rest = bell.rest(FOR_EVER, ending.signal)
  await database.owner().query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'stammgast_bell' AND datname = current_database()`,
  )
  await rest
  const next = bell.rest(FOR_EVER, ending.signal)
  createRinger(database.owner())()
  await next
  expect(ending.signal.aborted).toBe(false)
})

test('however often something is stored, a process rings seldom, and once more after the last time', async () => {
  const ear = new pg.Client({ connectionString: database.url() })
  await ear.connect()
  let heard = 0
  ear.on('notification', () => heard++)
  await ear.query('LISTEN stammgast_inbox')
  const stored = createRinger(database.owner())
  for (let i = 0; i < 1_000; i++) stored()
  await until('the second ring is heard', 10_000, async () => heard >= 2)
  await pause(200)
  expect(heard).toBe(2)
  await ear.end()
})

test('a database that does not answer does not disturb the door', async () => {
  const away = { query: () => Promise.reject(new Error('away')) }
  const stored = createRinger(away as never)
  stored()
  stored()
  await pause(100)
})

test('a ring wakes one who rests, and is kept while nobody does', async () => {
  const quiet = new Bell()
  const { signal } = ending
  quiet.ring()
  await quiet.rest(FOR_EVER, signal)
  const woken: string[] = []
  const rests = ['first', 'second'].map((name) => quiet.rest(FOR_EVER, signal).then(() => woken.push(name)))
  quiet.ring()
  await rests[0]
  expect(woken).toEqual(['first'])
  quiet.ring()
  await rests[1]
})

test('a rest ends by itself after its time, and with the work', async () => {
  const quiet = new Bell()
  await quiet.rest(1, ending.signal)
  const rest = quiet.rest(FOR_EVER, ending.signal)
  ending.abort()
  await rest
})

/** Whoever begins to listen is rung once: for what was stored before. */
async function heardTheBeginning(): Promise<void> {
  await bell.rest(FOR_EVER, ending.signal)
}
