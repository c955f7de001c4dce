import { beforeEach, expect, test } from 'vitest'
import { heedClockSetBack } from '../../app/jobs/clock-set-back.ts'
import { useDatabase } from '../database.ts'

const database = useDatabase()
const NOW = Date.parse('2026-06-01T12:00:30Z')
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

beforeEach(() =>
  database.owner().query('TRUNCATE graphile_worker._private_jobs, graphile_worker._private_known_crontabs'),
)

test('what ran at a time to come runs at once', async () => {
  await ran('mature-points', NOW + DAY)
  await ran('audit-all', NOW - DAY)
  await heedClockSetBack(database.owner(), NOW)
  expect(await lastRuns()).toEqual({ 'mature-points': NOW - 120 * MINUTE, 'audit-all': NOW - DAY })
})

test('so does what was first known at a time to come and never ran', async () => {
  await ran('mature-points', null, NOW + DAY)
  const due = await waits('queued while it was ahead', NOW + DAY)
  await heedClockSetBack(database.owner(), NOW)
  expect(await lastRuns()).toEqual({ 'mature-points': NOW - 120 * MINUTE })
  expect(await dueAt()).toEqual({ [due]: NOW })
})

test('jobs that were due by the clock that was ahead are due now; later ones wait', async () => {
  await ran('mature-points', NOW + DAY)
  const due = await waits('queued while it was ahead', NOW + DAY)
  const later = await waits('its next try', NOW + DAY + 10 * MINUTE)
  await heedClockSetBack(database.owner(), NOW)
  expect(await dueAt()).toEqual({ [due]: NOW, [later]: NOW + DAY + 10 * MINUTE })
})

test('a leap that was noticed counts though nothing ran meanwhile', async () => {
  const due = await waits('queued while it was ahead', NOW + 5 * MINUTE)
  await heedClockSetBack(database.owner(), NOW, NOW + 6 * MINUTE)
  expect(await dueAt()).toEqual({ [due]: NOW })
})

test('a clock that goes on, or differs by seconds from that of another worker, changes nothing', async () => {
  await ran('mature-points', NOW + 30_000)
  const later = await waits('its next try', NOW + 20_000)
  await heedClockSetBack(database.owner(), NOW)
  expect(await lastRuns()).toEqual({ 'mature-points': NOW + 30_000 })
  expect(await dueAt()).toEqual({ [later]: NOW + 20_000 })
})

async function ran(identifier: string, at: number | null, since = NOW - 100 * DAY): Promise<void> {
  await database.owner().query(
    `INSERT INTO graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
     VALUES ($1, $2, $3)`,
    [identifier, new Date(since), at === null ? null : new Date(at)],
  )
}

async function waits(key: string, until: number): Promise<string> {
  await database
    .owner()
    .query(`SELECT graphile_worker.add_job('tidy-up', '{}', job_key => $1, run_at => $2)`, [
      key,
      new Date(until),
    ])
  return key
}

async function lastRuns(): Promise<Record<string, number>> {
  const { rows } = await database
    .owner()
    .query('SELECT identifier, last_execution FROM graphile_worker._private_known_crontabs')
  return Object.fromEntries(
    rows.map(({ identifier, last_execution }) => [identifier, last_execution.getTime()]),
  )
}

async function dueAt(): Promise<Record<string, number>> {
  const { rows } = await database.owner().query('SELECT key, run_at FROM graphile_worker._private_jobs')
  return Object.fromEntries(rows.map(({ key, run_at }) => [key, run_at.getTime()]))
}
