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

type Bench = () => Promise<Figure[]>

async function findBenches(): Promise<Map<string, Bench>> {
  const found = new Map<string, Bench>()
  for (const file of readdirSync(import.meta.dirname).sort()) {
    const name = path.basename(file, '.ts')
    // Files with a dash are parts of a benchmark and may do things when they are loaded.
    if (!file.endsWith('.ts') || name === 'main' || name === 'support' || name.includes('-')) continue
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
  const figures: Figure[] = []
  for (const [name, bench] of benches) {
    if (options.only.length > 0 && !options.only.includes(name)) continue
    if (!options.json) console.error(`measuring ${name} …`)
    for (const { name, value, unit, must, target } of await bench()) {
      const figure = { name, value, unit, must, target }
      figures.push(figure)
      if (options.json) console.log(JSON.stringify(figure))
    }
  }
  if (!options.json) console.log(table(figures))
  return figures.some(({ value, must }) => must !== null && value < must) ? 1 : 0
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

function table(figures: Figure[]): string {
  const number = (value: number | null) => (value === null ? '' : new Intl.NumberFormat('en').format(value))
  const verdict = ({ value, must, target }: Figure) => {
    if (must === null || target === null) return ''
    return value >= target ? 'reached' : value >= must ? 'enough' : 'TOO LOW'
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
