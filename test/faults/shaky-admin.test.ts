import { expect, test } from 'vitest'
import { cloneTemplate, useDatabase } from '../database.ts'
import { FAULTS } from '../support/shaky-line.ts'
import { shakyAdmin } from './shaky-admin.ts'

/** A small share of `npm run test:faults -- --only admin-api`. RUNS: rounds of shopping. */

const database = useDatabase()
const rounds = Number(process.env.RUNS ?? 8)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

test(`a code exists if and only if its points are held or spent, however badly the Admin API answers (seed ${seed})`, {
  timeout: 300_000,
}, async () => {
  const fresh = await cloneTemplate()
  try {
    // A late answer takes half a minute until it is given up.
    const faults = FAULTS.filter((fault) => fault !== 'answer too late')
    const report = await shakyAdmin({ clean: database.owner(), fresh, rounds, kills: 1, seed, faults })
    console.log({ ...report, audit: report.audit.code })
    expect(report.codes).toEqual([])
    expect(report.points).toEqual([])
    expect(report.metafields).toEqual([])
    expect(report.jobsLeft).toEqual([])
    expect(report.inbox.waiting ?? 0).toBe(0)
    expect(report.audit.code, report.audit.words).toBe(0)
  } finally {
    await fresh.drop()
  }
})
