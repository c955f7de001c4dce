import { parseArgs } from 'node:util'
import { chooseable, chooseSteps, NothingToRun } from './test/choose-steps.ts'
import { processesAtOnce } from './test/processes.ts'
import { slowestTests } from './test/report.ts'
import { runStep, type StepResult, skipped } from './test/run-step.ts'
import type { Step } from './test/steps.ts'

/** `npm test`: every check there is, with nothing installed but the packages. One at a time for each core. */

const SLOWEST = 10
const USAGE = 'Usage: npm test [-- --only NAME[,NAME…]]'

async function main(args: string[]): Promise<number> {
  const steps = readOnly(args)
  if (steps === undefined) return 2
  const started = performance.now()
  const results = await runAll(steps)
  summarize(results, performance.now() - started)
  return results.every(({ outcome }) => outcome === 'passed') ? 0 : 1
}

/** The steps to run; undefined after it has said how it wants to be asked. */
function readOnly(args: string[]): Step[] | undefined {
  let complaint = ''
  try {
    const { values } = parseArgs({
      args,
      options: { only: { type: 'string', multiple: true }, help: { type: 'boolean' } },
    })
    if (!values.help) return chooseSteps((values.only ?? []).flatMap((list) => list.split(',')))
  } catch (error) {
    if (!(error instanceof NothingToRun || error instanceof TypeError)) throw error
    complaint = `${error.message}\n`
  }
  console.error(`${complaint}${USAGE}\n\n${chooseable()}`)
  return undefined
}

/** Runs steps as soon as what they need has passed; when that failed, they are skipped. */
async function runAll(steps: Step[]): Promise<StepResult[]> {
  const results = new Map<string, StepResult>()
  const running = new Map<string, Promise<void>>()
  const open = new Set(steps)
  const atOnce = processesAtOnce()

  const finish = (result: StepResult) => {
    results.set(result.step.name, result)
    tell(result)
  }
  const stateOf = ({ needs = [] }: Step) => {
    const found = needs.map((need) => results.get(need))
    if (found.some((result) => result && result.outcome !== 'passed')) return 'hopeless'
    return found.every((result) => result) ? 'ready' : 'waiting'
  }
  while (open.size > 0 || running.size > 0) {
    for (const step of open) {
      const state = stateOf(step)
      if (state === 'hopeless') {
        open.delete(step)
        finish(skipped(step))
      }
      if (state !== 'ready') continue
      if (running.size >= atOnce) break
      open.delete(step)
      const work = runStep(step).then((result) => {
        running.delete(step.name)
        finish(result)
      })
      running.set(step.name, work)
    }
    if (running.size > 0) await Promise.race(running.values())
  }
  return steps.map(({ name }) => results.get(name)).filter((result) => result !== undefined)
}

function tell({ step, outcome, ms, words, tests }: StepResult): void {
  const mark = { passed: '✓', failed: '✗', skipped: '–' }[outcome]
  const counted = step.vitest ? ` (${tests.passed} passed, ${tests.failed} failed)` : ''
  console.log(`${mark} ${step.name.padEnd(15)} ${seconds(ms).padStart(8)}  ${step.about}${counted}`)
  if (outcome === 'failed') console.log(`\n${words}\n`)
}

function summarize(results: StepResult[], ms: number): void {
  const of = (outcome: StepResult['outcome']) => results.filter((result) => result.outcome === outcome)
  const sum = (kind: 'passed' | 'failed' | 'skipped') =>
    results.reduce((total, { tests }) => total + tests[kind], 0)
  console.log(`\n${of('passed').length} of ${results.length} checks passed in ${seconds(ms)}`)
  for (const { step } of of('failed')) console.log(`  failed: ${step.name}`)
  for (const { step } of of('skipped'))
    console.log(`  not run: ${step.name} (needs ${step.needs?.join(', ')})`)
  tellSlowest(results)
  const left = sum('skipped')
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${left > 0 ? `, ${left} skipped` : ''}`)
}

/** What makes the suite slow, before it is. */
function tellSlowest(results: StepResult[]): void {
  const slowest = slowestTests(
    results.flatMap(({ timed }) => timed),
    SLOWEST,
  )
  if (slowest.length === 0) return
  console.log('\nThe slowest tests:')
  for (const { ms, file, title } of slowest) console.log(`  ${seconds(ms).padStart(8)}  ${file}: ${title}`)
  console.log()
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

process.exitCode = await main(process.argv.slice(2))
