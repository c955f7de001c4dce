import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs, promisify, stripVTControlCharacters } from 'node:util'
import { BUGS, type SeededBug } from './seeded-bugs/bugs.ts'

/**
 * `node scripts/seeded-bugs.ts [--only NAME,…] [--list]`: takes one safeguard away at a time, in a copy of the tree,
 * and shows that the tests of `npm test` notice. Exit 1 when one goes unnoticed.
 */
const root = path.resolve(import.meta.dirname, '..')
const run = promisify(execFile)

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } })
  const only = values.only?.split(',')
  const unknown = only?.find((name) => !BUGS.some((bug) => bug.name === name))
  if (values.list || unknown !== undefined) {
    for (const { name, about } of BUGS) console.log(`${name.padEnd(28)} ${about}`)
    return unknown === undefined ? 0 : 2
  }
  const bugs = BUGS.filter(({ name }) => !only || only.includes(name))
  const copy = await copyTree()
  try {
    const all = [...new Set(bugs.flatMap(({ tests }) => tests))]
    const sane = await runTests(copy, all)
    if (sane.code !== 0) {
      console.error(`The tests fail without any bug:\n${sane.words.slice(-4_000)}`)
      return 1
    }
    let unnoticed = 0
    for (const bug of bugs) if (!(await isNoticed(copy, bug))) unnoticed++
    console.log(`${bugs.length - unnoticed} of ${bugs.length} seeded bugs were noticed`)
    return unnoticed === 0 ? 0 : 1
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function isNoticed(copy: string, bug: SeededBug): Promise<boolean> {
  const started = performance.now()
  const file = path.join(copy, await fileOf(copy, bug))
  const whole = await readFile(file, 'utf8')
  await writeFile(file, withBug(whole, bug))
  const { code, words } = await runTests(copy, bug.tests)
  await writeFile(file, whole)
  const by = /(?:FAIL|×)\s+(.*)/.exec(stripVTControlCharacters(words))?.[1]?.trim() ?? ''
  const seconds = ((performance.now() - started) / 1_000).toFixed(0).padStart(4)
  console.log(`${code !== 0 ? '✓' : '✗ UNNOTICED'} ${bug.name.padEnd(28)} ${seconds} s  ${bug.about}`)
  if (code !== 0) console.log(`    ${by.slice(0, 160)}`)
  return code !== 0
}

/** @throws Error when the place is not there exactly once: then the bug has to be written anew */
function withBug(text: string, { name, find, replace, also }: SeededBug): string {
  const swap = (whole: string, place: string, other: string) => {
    const parts = whole.split(place)
    if (parts.length !== 2)
      throw new Error(`${name}: "${place}" stands ${parts.length - 1} times in its file`)
    return parts.join(other)
  }
  const once = swap(text, find, replace)
  return also ? swap(once, also.find, also.replace) : once
}

/** In the migrations, the place may be in any of them. */
async function fileOf(copy: string, { name, file, find }: SeededBug): Promise<string> {
  if (file !== 'migration') return file
  const folder = path.join(copy, 'prisma/migrations')
  for (const entry of (await readdir(folder)).sort()) {
    const candidate = path.join('prisma/migrations', entry, 'migration.sql')
    const text = await readFile(path.join(copy, candidate), 'utf8').catch(() => '')
    if (text.includes(find)) return candidate
  }
  throw new Error(`${name}: "${find}" stands in no migration`)
}

/** What git knows of the tree, as it is on the disk, with the packages linked in. */
async function copyTree(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'stammgast-bugs-'))
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 2 ** 24,
  })
  const links = ['node_modules', 'build', 'app/generated']
  for (const file of stdout.split('\n').filter((name) => name !== '' && !links.includes(name))) {
    await mkdir(path.dirname(path.join(copy, file)), { recursive: true })
    await cp(path.join(root, file), path.join(copy, file)).catch(() => {}) // deleted, but not yet for git
  }
  for (const link of links) await symlink(path.join(root, link), path.join(copy, link))
  return copy
}

function runTests(copy: string, tests: string[]): Promise<{ code: number; words: string }> {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--project', 'domain', '--project', 'database', '--bail', '1', ...tests]
  const env = { ...process.env, LOG_LEVEL: 'silent', SEED: process.env.SEED ?? '20261121' }
  const child = spawn(process.execPath, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      words += String(chunk)
    })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? 1, words })))
}

process.exitCode = await main()
