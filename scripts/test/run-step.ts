import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { NONE, type Report, readReport } from './report.ts'
import type { Step } from './steps.ts'

const root = path.resolve(import.meta.dirname, '../..')
const reports = path.join(root, '.cache/test')

export interface StepResult extends Report {
  step: Step
  outcome: 'passed' | 'failed' | 'skipped'
  ms: number
  /** What it printed. */
  words: string
}

export async function runStep(step: Step): Promise<StepResult> {
  const file = path.join(reports, `${step.name}.json`)
  mkdirSync(reports, { recursive: true })
  rmSync(file, { force: true })
  const extra = step.vitest
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, '--silent=passed-only']
    : []
  const started = performance.now()
  const { code, words } = await run([...step.command, ...extra])
  const report = step.vitest
    ? readReport(file, code, root)
    : { tests: { ...NONE, failed: code === 0 ? 0 : 1 }, timed: [] }
  const outcome = code === 0 && report.tests.failed === 0 ? 'passed' : 'failed'
  return { step, outcome, ms: performance.now() - started, words, ...report }
}

export function skipped(step: Step): StepResult {
  return { step, outcome: 'skipped', ms: 0, words: '', tests: NONE, timed: [] }
}

function run([program = '', ...args]: string[]): Promise<{ code: number; words: string }> {
  const isNode = program === 'node'
  const command = isNode ? process.execPath : path.join(root, 'node_modules/.bin', program)
  const env = {
    ...process.env,
    LOG_LEVEL: 'silent',
    FORCE_COLOR: colour(),
    // Hundreds of processes start, most with the same modules: each is compiled once.
    NODE_COMPILE_CACHE: path.join(root, '.cache/node'),
  }
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const words: Buffer[] = []
    child.stdout.on('data', (chunk) => words.push(chunk))
    child.stderr.on('data', (chunk) => words.push(chunk))
    child.once('error', (error) => words.push(Buffer.from(String(error))))
    child.once('close', (code) => resolve({ code: code ?? 1, words: Buffer.concat(words).toString().trim() }))
  })
}

const colour = () => (process.stdout.isTTY ? '1' : '0')
