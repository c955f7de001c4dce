import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { inFreshPlace } from './faults/cluster.ts'
import { PARTS } from './faults/parts.ts'
import type { Scale } from './faults/scale.ts'

/**
 * `npm run test:faults`: the app's real processes and what they stand on break while deliveries come in. Each part
 * ends with an audit. KILLS (500), DELIVERIES (10,000), FAILOVERS (50), VANISHED (20) and SEED scale and repeat;
 * `-- --only NAME[,NAME]` chooses parts.
 */
const names = Object.keys(PARTS)

async function main(): Promise<number> {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
  const chosen = only?.split(',') ?? names
  const unknown = chosen.find((name) => PARTS[name] === undefined)
  if (unknown !== undefined) {
    console.error(
      `There is no part "${unknown}". Usage: [KILLS=500] [DELIVERIES=10000] [FAILOVERS=50] [VANISHED=20] [SEED=n] npm run test:faults [-- --only PART[,PART]]; parts: ${names.join(', ')}`,
    )
    return 2
  }
  const scale: Scale = {
    kills: wholeNumber('KILLS', 500),
    deliveries: wholeNumber('DELIVERIES', 10_000),
    failOvers: wholeNumber('FAILOVERS', 50),
    vanished: wholeNumber('VANISHED', 20),
    seed: wholeNumber('SEED', Math.floor(Math.random() * 2 ** 30)),
  }
  const [part, ...more] = chosen.map((name) => PARTS[name])
  if (part === undefined || more.length > 0) return runEach(chosen, scale)
  console.log(
    Object.entries(variables(scale))
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  )
  const started = performance.now()
  const passed = await inFreshPlace((place) => part(place, scale))
  console.log(`  ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1_000).toFixed(0)} s`)
  return passed ? 0 : 1
}

/** Each part in a process of its own, with the environment of its own clean run. */
async function runEach(chosen: string[], scale: Scale): Promise<number> {
  const failed: string[] = []
  for (const name of chosen) if ((await runAlone(name, scale)) !== 0) failed.push(name)
  console.log(failed.length === 0 ? `${chosen.length} parts passed` : `FAILED: ${failed.join(', ')}`)
  return failed.length === 0 ? 0 : 1
}

const variables = ({ kills, deliveries, failOvers, vanished, seed }: Scale) => ({
  KILLS: String(kills),
  DELIVERIES: String(deliveries),
  FAILOVERS: String(failOvers),
  VANISHED: String(vanished),
  SEED: String(seed),
})

function runAlone(part: string, scale: Scale): Promise<number> {
  const env = { ...process.env, ...variables(scale) }
  const child = spawn(process.execPath, [import.meta.filename, '--only', part], { env, stdio: 'inherit' })
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

/** @throws Error that names the variable and what it may be */
function wholeNumber(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`${name} is "${process.env[name]}"; it must be a whole number`)
  return value
}

process.exitCode = await main()
