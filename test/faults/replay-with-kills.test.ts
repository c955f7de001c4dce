import { expect, test } from 'vitest'
import { cloneTemplate, useDatabase } from '../database.ts'
import { replayWithKills } from './replay-with-kills.ts'

const database = useDatabase()
const count = Number(process.env.RUNS ?? 1_500)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

test(`deliveries replayed twice over and in any order, with the worker killed twice, end as a clean run does (seed ${seed})`, {
  timeout: 300_000,
}, async () => {
  const garbled = await cloneTemplate()
  try {
    const report = await replayWithKills(database.owner(), garbled, { count, seed })
    console.log({ ...report, audit: report.audit.code, replay: report.replay.code })
    expect(report.replay, report.replay.words).toMatchObject({ code: 0 })
    expect(report.kills).toBe(2)
    expect(Math.min(...report.waitingAtKill), 'the worker had something in hand').toBeGreaterThan(0)
    expect(report.inbox.quarantined ?? 0).toBe(0)
    expect((report.inbox.done ?? 0) + (report.inbox.ignored ?? 0)).toBe(count)
    expect(report.audit.words).toContain('0 violations')
    expect(report.audit.code).toBe(0)
    expect(report.ledger.orders).toBeGreaterThan(count / 10)
    expect(report.differences).toEqual([])
  } finally {
    await garbled.drop()
  }
})
