import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** A real npm, its shell, and a start that writes down where it runs and that it was stopped. */
const START = `
import { writeFileSync } from 'node:fs'
import { endWithNpm } from ${JSON.stringify(path.resolve('scripts/start/end-with-npm.mjs'))}
process.on('SIGTERM', () => {
  writeFileSync('stopped', '')
  process.exit()
})
endWithNpm(() => process.kill(process.pid, 'SIGTERM'))
setInterval(() => {}, 1_000)
writeFileSync('running', String(process.pid))
`

let folder: string
let started: ChildProcess[]
const file = (name: string) => path.join(folder, name)
const pidOf = (name: string) => Number(readFileSync(file(name), 'utf8'))

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stammgast-npm-'))
  started = []
  const scripts = { start: 'node start.mjs' }
  writeFileSync(file('start.mjs'), START)
  writeFileSync(file('package.json'), JSON.stringify({ name: 'start', type: 'module', scripts }))
})

afterEach(() => {
  for (const { pid } of started) kill(pid)
  if (existsSync(file('running'))) kill(pidOf('running'))
  rmSync(folder, { recursive: true, force: true })
})

function kill(pid: number | undefined): void {
  try {
    if (pid) process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

async function run(program: string, ...args: string[]): Promise<ChildProcess> {
  const { npm_lifecycle_event: _, ...env } = process.env
  const child = spawn(program, args, { cwd: folder, env, stdio: 'ignore' })
  started.push(child)
  await expect.poll(() => existsSync(file('running')), { timeout: 30_000 }).toBe(true)
  return child
}

const isStopped = () => existsSync(file('stopped'))

describe('a start by npm', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('ends with npm: %s', async (signal) => {
    const npm = await run('npm', 'start')
    await pause(700)
    expect(isStopped()).toBe(false)
    npm.kill(signal)
    await expect.poll(isStopped, { timeout: 10_000 }).toBe(true)
  })

  test('outlives whoever started npm in the background', async () => {
    const shell = await run('sh', '-c', 'nohup npm start & echo $! > npm; sleep 1')
    await new Promise((resolve) => shell.once('exit', resolve))
    await pause(1_500)
    expect(isStopped()).toBe(false)
    process.kill(pidOf('npm'), 'SIGTERM')
    await expect.poll(isStopped, { timeout: 10_000 }).toBe(true)
  })

  test('without npm outlives whoever started it', async () => {
    const shell = await run('sh', '-c', 'setsid node start.mjs & sleep 1')
    await new Promise((resolve) => shell.once('exit', resolve))
    await pause(1_500)
    expect(isStopped()).toBe(false)
  })
})
