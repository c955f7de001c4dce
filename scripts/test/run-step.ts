import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Step } from './steps.ts'

const root = path.resolve(import.meta.dirname, '../..')
const reports = path.join(root, '.cache/test')

export interface StepResult {
  step: Step
  outcome: 'passed' | 'failed' | 'skipped'
  ms: number
  /** What it printed. */
  words: string
  tests: TestCounts
}

export interface TestCounts {
  passed: number
  failed: number
  skipped: number
}

const NONE: TestCounts = { passed: 0, failed: 0, skipped: 0 }

export async function runStep(step: Step): Promise<StepResult> {
  const report = path.join(reports, `${step.name}.json`)
  mkdirSync(reports, { recursive: true })
  rmSync(report, { force: true })
  const extra = step.vitest
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--silent=passed-only']
    : []
  const started = performance.now()
  const { code, words } = await run([...step.command, ...extra])
  const tests = step.vitest ? readReport(report, code) : { ...NONE, failed: code === 0 ? 0 : 1 }
  const outcome = code === 0 && tests.failed === 0 ? 'passed' : 'failed'
  return { step, outcome, ms: performance.now() - started, words, tests }
}

export function skipped(step: Step): StepResult {
  return { step, outcome: 'skipped', ms: 0, words: '', tests: NONE }
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

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** A file that could not be loaded, or a run that broke, counts as one failed test: it must not look like none. */
function readReport(file: string, code: number): TestCounts {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport
    const broken = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    )
    const failed = report.numFailedTests + broken.length
    return {
      passed: report.numPassedTests,
      failed: code !== 0 && failed === 0 ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch {
    return { ...NONE, failed: code === 0 ? 0 : 1 }
  }
}
