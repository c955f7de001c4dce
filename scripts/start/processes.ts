import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { places, projectRoot } from '../dev-environment.ts'

const STOP_MS = 15_000
const READY_WITHIN_MS = 60_000

export interface Started {
  name: string
  /** Resolves when it ends, asked or not. */
  ended: Promise<number | null>
  /** Resolves with the port when the program itself says that it listens: whoever answers there then is this one. */
  listens: Promise<number>
  /** The last lines it wrote. */
  lastWords(): string
  stop(): Promise<void>
}

interface Program {
  /** As a person would call it: "web process". */
  name: string
  /** Its log is `.stammgast/logs/<log>.log`; without one it writes to the terminal. */
  log?: string
  args: string[]
  env: Record<string, string | undefined>
}

/**
 * Starts one of our own programs on this Node. It gets a process group of its own, so that a Ctrl-C reaches only us
 * and the order of stopping is ours; and it ends by itself should we be killed.
 */
export function startProgram({ name, log, args, env }: Program): Started {
  const file = log ? path.join(places.logs, `${log}.log`) : undefined
  if (file) mkdirSync(places.logs, { recursive: true })
  const output = file ? openSync(file, 'w', 0o600) : 'inherit'
  const child = spawn(process.execPath, ['--import', './scripts/start/end-with-parent.ts', ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  })
  if (typeof output === 'number') closeSync(output)
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
    child.once('error', () => resolve(null))
  })
  const listens = new Promise<number>((resolve) => {
    child.on('message', (message: { listens?: number }) => {
      if (message?.listens) resolve(message.listens)
    })
  })
  return {
    name,
    ended,
    listens,
    lastWords: () => (file ? readFileSync(file, 'utf8').trim().split('\n').slice(-12).join('\n') : ''),
    stop: () => stopProgram(child, ended),
  }
}

async function stopProgram(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  const insist = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(insist)
}

/**
 * Waits until the program answers at its address. Another one may have taken the port since it was looked at: the program
 * is believed when it says itself that it listens there.
 * @throws Error with its last words when the program ends first, or does not answer within a minute
 */
export async function untilReady(program: Started, url: string): Promise<void> {
  let over = false
  const end = program.ended.then((code) => {
    over = true
    throw new Error(wordsOf(program, code))
  })
  let listens = false
  void program.listens.then((port) => {
    listens = String(port) === new URL(url).port
  })
  const answered = async () => {
    const deadline = Date.now() + READY_WITHIN_MS
    while (!over) {
      const response = listens ? await fetch(url).catch(() => undefined) : undefined
      if (response?.ok) return
      if (Date.now() > deadline)
        throw new Error(`The ${program.name} does not answer.\n${program.lastWords()}`)
      await pause(100)
    }
  }
  await Promise.race([answered(), end])
}

export function wordsOf(program: Started, code: number | null): string {
  const words = program.lastWords()
  return `The ${program.name} ended (${code === null ? 'killed' : `exit ${code}`}).${words ? ` Its last words:\n${words}` : ''}`
}
