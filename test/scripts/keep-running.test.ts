import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepRunning } from '../../scripts/start/keep-running.ts'
import { startProgram } from '../../scripts/start/processes.ts'

/** Real programs, which write a line each time they start. */

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast-keep-'))
  file = path.join(folder, 'starts')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

const program = (then: string) => () =>
  startProgram({
    name: 'worker',
    args: ['-e', `require('fs').appendFileSync(${JSON.stringify(file)}, 'start\\n'); ${then}`],
    env: {},
  })
const starts = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1

test('F1: a program that cannot start ends all with its words', async () => {
  const kept = keepRunning(program('process.exit(3)'))
  await expect(kept.failed).rejects.toThrow('The worker ended (exit 3).')
  expect(await starts()).toBe(1)
})

test('F1: one that had stood is started again, and again, until it is stopped', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const patience = { stoodAfterMs: 0, firstPauseMs: 10, longestPauseMs: 20 }
  const kept = keepRunning(program('process.exit(1)'), patience)
  await expect.poll(starts).toBeGreaterThan(3)
  await kept.stop()
  const before = await starts()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await starts()).toBe(before)
  expect(said.mock.calls[0]?.[0]).toBe('The worker ended (exit 1).\nIt is started again in 0.01 s.')
})
