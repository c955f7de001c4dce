import { expect, test } from 'vitest'
import { cloneTemplate, useDatabase } from '../database.ts'
import { killStorm } from './kill-storm.ts'

/** A small share of `npm run test:faults`, which also stops PostgreSQL. RUNS: how many kills. */

const database = useDatabase()
const kills = Number(process.env.RUNS ?? 4)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

test(`server and worker are killed while deliveries come in; nothing is lost or doubled (seed ${seed})`, {
  timeout: 30_000 + kills * 10_000,
}, async () => {
  const stormy = await cloneTemplate()
  try {
    const report = await killStorm({ clean: database.owner(), databaseUrl: stormy.url, kills, seed })
    expect(report.lost).toBe(0)
    expect(report.differences).toEqual([])
    expect(report.audit.code, report.audit.words).toBe(0)
    expect(report.inbox.quarantined ?? 0).toBe(0)
    expect(report.recovery.drained.longest).toBeLessThan(60_000)
  } finally {
    await stormy.drop()
  }
})
