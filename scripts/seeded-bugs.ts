import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs, promisify, stripVTControlCharacters } from 'node:util'
import { buildWidget } from './build-widget.ts'
import { BUGS, type SeededBug } from './seeded-bugs/bugs.ts'
import { withBug } from './seeded-bugs/with-bug.ts'

/**
 * `node scripts/seeded-bugs.ts [--only NAME,…] [--list]`: takes one safeguard away at a time, in a copy of the tree,
 * and shows that the tests of `npm test` notice. Exit 1 when one goes unnoticed.
 */
const root = path.resolve(import.meta.dirname, '..')
const run = promisify(execFile)
const ROOMS = ['domain', 'dev-store', 'database', 'extensions']

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
  const { file, whole, broken } = await withBug(copy, bug)
  await writeFile(file, broken)
  // The widget's scripts are served small.
  buildWidget(copy)
  const { code, words } = await runTests(copy, bug.tests)
  await writeFile(file, whole)
  buildWidget(copy)
  const by = /(?:FAIL|×)\s+(.*)/.exec(stripVTControlCharacters(words))?.[1]?.trim() ?? ''
  const seconds = ((performance.now() - started) / 1_000).toFixed(0).padStart(4)
  console.log(`${code !== 0 ? '✓' : '✗ UNNOTICED'} ${bug.name.padEnd(28)} ${seconds} s  ${bug.about}`)
  if (code !== 0) console.log(`    ${by.slice(0, 160)}`)
  return code !== 0
}

/** What git knows of the tree, as it is on the disk, with the packages linked in. */
async function copyTree(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'stammgast-bugs-'))
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 2 ** 24,
  })
  const links = ['node_modules', 'build']
  for (const file of stdout.split('\n').filter((name) => name !== '' && !links.includes(name))) {
    await mkdir(path.dirname(path.join(copy, file)), { recursive: true })
    await cp(path.join(root, file), path.join(copy, file)).catch(() => {}) // deleted, but not yet for git
  }
  for (const link of links) await symlink(path.join(root, link), path.join(copy, link))
  return copy
}

function runTests(copy: string, tests: string[]): Promise<{ code: number; words: string }> {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', ...ROOMS.flatMap((room) => ['--project', room]), '--bail', '1', ...tests]
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
