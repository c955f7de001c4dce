import { afterAll, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { standbyDies } from './dead-standby.ts'
import { failOver } from './fail-over.ts'
import { type OpenScene, openFollowedDatabase } from './followed-scene.ts'
import { vanish } from './vanished.ts'

/** A small share of `npm run test:faults`: one database with a synchronous standby, to which everything happens once. */

const database = useDatabase()
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const BACK_WITHIN_MS = 15_000
let scene: OpenScene

beforeAll(async () => {
  scene = await openFollowedDatabase({ clean: database.owner(), seed, rounds: 3, perRound: 40 })
})
afterAll(() => scene?.close())

test(`F3: nothing is acknowledged while the synchronous standby is dead, and readiness says so (seed ${seed})`, {
  timeout: 180_000,
}, async () => {
  const { readiness, sessions } = await standbyDies(scene)
  expect(readiness).toBe('503 the database does not confirm a commit')
  expect(sessions).toBeLessThan(40)
})

test(`F2: connections that vanish without a word are broken off (seed ${seed})`, {
  timeout: 180_000,
}, async () => {
  await vanish(scene, false)
  expect(scene.worker.words()).toContain('database connection broken off')
})

test(`F1: the standby takes the primary's place; nothing has ended, is lost or doubled (seed ${seed})`, {
  timeout: 180_000,
}, async () => {
  await failOver(scene, false)
  const report = await scene.report()
  expect(report.lost).toBe(0)
  expect(report.differences).toEqual([])
  expect(report.audit.code, report.audit.words).toBe(0)
  expect(report.inbox.quarantined ?? 0).toBe(0)
  expect(report.ended, report.words).toEqual([])
  expect(report.recovery.progress.longest).toBeLessThan(BACK_WITHIN_MS)
})
