import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Figure } from './support.ts'

/**
 * `npm run bench`: runs every benchmark of this folder. A file takes part when it exports a function whose name ends
 * with "Bench"; its figures are printed as a table, or one JSON object a line.
 */

const USAGE = 'Usage: npm run bench [-- --json] [-- --only NAME[,NAME…]]'

/** Files of this folder that are parts of benchmarks; some do things when they are loaded. */
const PARTS = new Set([
  'support',
  'cpu',
  'web-server',
  'bare-read',
  'door-load',
  'door-server',
  'batch-lab',
  'lab-process',
  'pgbench-l',
  'over-l',
  'rules-sample',
  'json-rules-rival',
  'worker-process',
  'past',
  'drain-process',
  'slow-flush',
])

type Bench = () => Promise<Figure[]>

async function findBenches(): Promise<Map<string, Bench>> {
  const found = new Map<string, Bench>()
  for (const file of readdirSync(import.meta.dirname).sort()) {
    const name = path.basename(file, '.ts')
    if (!file.endsWith('.ts') || name === 'main' || PARTS.has(name)) continue
    const module = (await import(pathToFileURL(path.join(import.meta.dirname, file)).href)) as object
    const bench = Object.entries(module).find(
      ([key, value]) => key.endsWith('Bench') && typeof value === 'function',
    )
    if (bench) found.set(name, bench[1] as Bench)
  }
  return found
}

async function main(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (!options) return 2
  const benches = await findBenches()
  const unknown = options.only.find((name) => !benches.has(name))
  if (unknown) {
    console.error(
      `There is no benchmark "${unknown}"; there are: ${[...benches.keys()].join(', ')}\n${USAGE}`,
    )
    return 2
  }
  const chosen = [...benches].filter(([name]) => options.only.length === 0 || options.only.includes(name))
  const figures: Figure[] = []
  for (const [name, bench] of chosen) {
    if (!options.json) console.error(`measuring ${name} …`)
    for (const figure of chosen.length === 1 ? await bench() : await inOwnProcess(name)) {
      figures.push(figure)
      if (options.json) console.log(JSON.stringify(figure))
    }
  }
  if (!options.json) console.log(table(figures))
  return figures.some((figure) => figure.must !== null && !reaches(figure, figure.must)) ? 1 : 0
}

/** Each benchmark has a process of its own: a database address, compiled code and a heap that no other one has used. */
async function inOwnProcess(name: string): Promise<Figure[]> {
  const child = spawn(process.execPath, [import.meta.filename, '--only', name, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A line of the log among the figures would be taken for one.
    env: { ...process.env, LOG_LEVEL: 'silent' },
  })
  let lines = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    lines += chunk
  })
  await once(child, 'exit')
  return lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Figure)
}

function readOptions(args: string[]): { json: boolean; only: string[] } | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { json: { type: 'boolean' }, only: { type: 'string', multiple: true } },
    })
    return { json: values.json ?? false, only: (values.only ?? []).flatMap((list) => list.split(',')) }
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`)
    return undefined
  }
}

function reaches({ value, lessIsBetter }: Figure, limit: number): boolean {
  return lessIsBetter ? value <= limit : value >= limit
}

function table(figures: Figure[]): string {
  const number = (value: number | null) => (value === null ? '' : new Intl.NumberFormat('en').format(value))
  const verdict = (figure: Figure) => {
    const { must, target, lessIsBetter } = figure
    if (target === null) return ''
    if (reaches(figure, target)) return 'reached'
    if (must === null) return 'not reached'
    return reaches(figure, must) ? 'enough' : lessIsBetter ? 'TOO HIGH' : 'TOO LOW'
  }
  const rows = [
    ['figure', 'value', 'unit', 'must', 'target', ''],
    ...figures.map((figure) => [
      figure.name,
      number(figure.value),
      figure.unit,
      number(figure.must),
      number(figure.target),
      verdict(figure),
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          [1, 3, 4].includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

process.exitCode = await main(process.argv.slice(2))
