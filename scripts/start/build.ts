import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { projectRoot } from '../dev-environment.ts'
import { WORKER } from './worker-program.ts'

/** Inside the build, so that another build throws it away. */
const STAMP = path.join(projectRoot, 'build/server/.sources')
const MADE = ['build/server/index.js', WORKER.bundle]

/** Builds the pages and the worker unless they were made from exactly these sources. */
export async function buildIfChanged(say: (words: string) => void): Promise<void> {
  const complete = MADE.every((file) => existsSync(path.join(projectRoot, file)))
  if (complete && !canBuild()) return // a production installation brings its build, and neither tools nor all sources
  const sources = fingerprint()
  if (complete && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return
  say('Building the pages …')
  await run('npm', ['run', '--silent', 'build'])
  writeFileSync(STAMP, sources)
}

function fingerprint(): string {
  const single = [
    'package-lock.json',
    'tsconfig.json',
    'vite.config.ts',
    'worker.ts',
    'scripts/start/bundle-worker.ts',
  ]
  const files = globSync('app/**/*.{ts,tsx,json,css,svg}', { cwd: projectRoot })
  const hash = createHash('sha256')
  for (const file of [...files, ...single].sort())
    hash.update(`${file}\0`).update(readFileSync(path.join(projectRoot, file)))
  return hash.digest('hex')
}

function canBuild(): boolean {
  try {
    createRequire(import.meta.url).resolve('@remix-run/dev')
    return true
  } catch {
    return false
  }
}

/** @throws Error with what the program said when it fails. */
function run(program: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // What asks for the build may be a test: with its NODE_ENV React would be built as for development.
    const env = { ...process.env, NODE_ENV: 'production' } as const
    const child = spawn(program, args, {
      cwd: projectRoot,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const words: Buffer[] = []
    child.stdout.on('data', (chunk) => words.push(chunk))
    child.stderr.on('data', (chunk) => words.push(chunk))
    child.once('error', reject)
    child.once('exit', (code) => {
      const said = Buffer.concat(words).toString().trim()
      if (code === 0) resolve()
      else reject(new Error(`"${program} ${args.join(' ')}" failed (exit ${code}):\n${said}`))
    })
  })
}

if (import.meta.main) await buildIfChanged((words) => console.error(words))
