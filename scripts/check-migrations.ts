import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Checks that a new migration keeps nobody waiting and leaves the code before it working: a change of a large table is
 * made in steps, and what old code reads stays. A line `-- squawk-ignore RULE` before a statement, with the reason
 * beside it, lets one pass (a table that is always small).
 *
 * Usage: node scripts/check-migrations.ts [FOLDER]
 */

/** Those before are published and stay as they are. */
const FIRST = '20261201'

/** Limits are the runner's business (scripts/migrations/short-tries.ts); the others are taste. */
const LEFT_OUT = [
  'require-lock-timeout',
  'require-statement-timeout',
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-identity',
  'prefer-robust-stmts',
  'prefer-text-field',
  'prefer-timestamp-tz',
]

interface Finding {
  /** Counted from 0. */
  line: number
  rule_name: string
  message: string
}

/** @returns what is wrong with the new migrations of this folder, a line each; null where it cannot be checked */
export async function checkMigrations(folder: string): Promise<string[] | null> {
  const linter = findLinter()
  if (!linter) return null
  const faults: string[] = []
  for (const name of (await readdir(folder)).sort()) {
    if (name < FIRST || name.endsWith('.toml')) continue
    const file = path.join(folder, name, 'migration.sql')
    const script = await readFile(file, 'utf8')
    const found = [...faultsOfScript(script), ...(await lint(linter, file, script))]
    faults.push(...found.map((words) => `${name}: ${words}`))
  }
  return faults
}

const isConcurrent = (script: string) => /\bCONCURRENTLY\b/i.test(script)

function faultsOfScript(script: string): string[] {
  const statements = script
    .replace(/--.*$/gm, '')
    .split(';')
    .filter((text) => text.trim() !== '')
  const faults: string[] = []
  if (isConcurrent(script) && statements.length > 1)
    faults.push('what is made or dropped CONCURRENTLY is alone in its file')
  if (/\bSET\b[^;]*\block_timeout\b/i.test(statements.join(';')))
    faults.push('lock_timeout is set by whoever runs it (scripts/migrations/short-tries.ts)')
  return faults
}

async function lint(linter: string, file: string, script: string): Promise<string[]> {
  const args = ['--pg-version=17.0', '--reporter=json', `--exclude=${LEFT_OUT.join(',')}`]
  if (!isConcurrent(script)) args.push('--assume-in-transaction')
  const { stdout } = await run(linter, [...args, file]).catch((error: { stdout?: string }) => {
    if (error.stdout?.startsWith('[')) return { stdout: error.stdout } // it found something
    throw error
  })
  const findings = JSON.parse(stdout) as Finding[]
  return findings.map(({ line, rule_name, message }) => `line ${line + 1}: ${message} (${rule_name})`)
}

/** The linter's program for this machine; its packages for others are not in the lockfile. */
export function findLinter(): string | null {
  try {
    return createRequire(import.meta.url).resolve(
      `@squawk-cli/${process.platform}-${process.arch}/bin/squawk`,
    )
  } catch {
    return null
  }
}

if (import.meta.main) {
  const folder = process.argv[2] ?? path.resolve(import.meta.dirname, '../prisma/migrations')
  const faults = await checkMigrations(folder)
  if (faults === null) console.log('Not checked: there is no linter of migrations for this kind of machine.')
  for (const fault of faults ?? []) console.error(fault)
  if (faults?.length) process.exitCode = 1
}
