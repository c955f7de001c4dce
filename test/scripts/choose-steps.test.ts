import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { chooseSteps } from '../../scripts/test/choose-steps.ts'
import { browsersAtOnce, processesAtOnce } from '../../scripts/test/processes.ts'
import { STEPS } from '../../scripts/test/steps.ts'
import { PLACES } from '../../scripts/test/wings.ts'
import { TEST_ROOMS } from '../rooms.ts'

const root = path.resolve(import.meta.dirname, '../..')
const commandOf = (name: string, ...names: string[]) =>
  chooseSteps(names).find((step) => step.name === name)?.command ?? []

test('every test file lies in a folder of exactly one room', () => {
  const folders = Object.values(TEST_ROOMS).flat()
  const found = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).map((file) => file.split('/')[1])
  expect([...new Set(found)].sort()).toEqual([...folders].sort())
})

test('without a name every step runs; a step brings what it needs', () => {
  expect(chooseSteps([])).toEqual(STEPS)
  expect(chooseSteps(['database']).map(({ name }) => name)).toEqual(['schema', 'build', 'database'])
})

test('a wing stands for the tests that import from it, with app/ or without', () => {
  const files = commandOf('database', 'loyalty/rewards')
  expect(files).toContain('test/loyalty/codes/cancel-code.test.ts')
  expect(files).not.toContain('test/ledger/post.test.ts')
  expect(commandOf('database', 'app/loyalty/rewards')).toEqual(files)
  const steps = chooseSteps(['domain/earning']).map(({ name }) => name)
  expect(steps).toContain('domain')
  expect(steps).not.toContain('e2e')
  expect(commandOf('domain', 'domain/earning')).toContain('test/domain/earning/evaluate-order.test.ts')
})

test('a floor stands for all of its wings, and for the tests in its folder', () => {
  const files = commandOf('database', 'loyalty')
  for (const file of globSync('test/loyalty/**/*.test.ts', { cwd: root })) expect(files).toContain(file)
  const ofWing = commandOf('database', 'loyalty/rewards').filter((word) => word.endsWith('.test.ts'))
  expect(files).toEqual(expect.arrayContaining(ofWing))
})

test('what is run whole is not cut down to a wing', () => {
  const whole = STEPS.find(({ name }) => name === 'database')?.command
  expect(commandOf('database', 'loyalty/rewards', 'database')).toEqual(whole)
})

test('an unknown name is refused with the list of what there is', async () => {
  const { code, words } = await new Promise<{ code: unknown; words: string }>((resolve) =>
    execFile(
      process.execPath,
      [path.join(root, 'scripts/test.ts'), '--only', 'loyalty/reward'],
      (error, _, stderr) => resolve({ code: error?.code, words: stderr }),
    ),
  )
  expect(code).toBe(2)
  expect(words).toContain('There is no check, room, floor or wing "loyalty/reward".')
  const named = words.split(/\s+/)
  for (const { name } of STEPS) expect(named).toContain(name)
  for (const place of PLACES)
    expect(named.includes(place) || named.includes(place.slice('app/'.length)), place).toBe(true)
})

test('as many at once as there are cores, or as TEST_PROCESSES says', () => {
  expect(processesAtOnce('')).toBeGreaterThan(0)
  expect(processesAtOnce('3')).toBe(3)
  for (const wrong of ['0', '-1', 'two', '1.5', '1000'])
    expect(() => processesAtOnce(wrong)).toThrow(`TEST_PROCESSES is "${wrong}"`)
})

test('two browsers at once at most, however many cores there are', () => {
  expect(['1', '2', '16'].map((chosen) => browsersAtOnce(chosen))).toEqual([1, 2, 2])
})
