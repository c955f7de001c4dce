import { expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { diskFull } from './disk-full.ts'

/** A small share of `npm run test:faults -- --only disk-full`, by a limit that every system has. RUNS: how often. */

const database = useDatabase()
const rounds = Number(process.env.RUNS ?? 1)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

test(`a full disk: what cannot be stored is refused, and nothing that was taken is lost or doubled (seed ${seed})`, {
  timeout: 120_000 + rounds * 60_000,
}, async () => {
  const report = await diskFull({ clean: database.owner(), seed, rounds, perRound: 240, disk: 'limit' })
  console.log({ ...report, audit: report.audit.code })
  expect(Object.keys(report.complaints)).toEqual(['File too large'])
  expect(report.lost).toBe(0)
  expect(Object.keys(report.answers).filter((status) => !/^(0|200|5\d\d)$/.test(status))).toEqual([])
  expect(report.differences).toEqual([])
  expect(report.inbox.quarantined ?? 0).toBe(0)
  expect(report.audit.code, report.audit.words).toBe(0)
  expect(report.recovery.drained.longest).toBeLessThan(60_000)
})
