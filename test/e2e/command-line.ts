/** The operator's command line beside the product, in a process that is kept: each start would take half a second. */
import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { PRACTICE_SHOP } from '../../scripts/dev-environment.ts'
import type { Product } from './global-product.ts'

export interface Told {
  code: number
  out: string
}

const root = path.resolve(import.meta.dirname, '../..')
const program = path.join(import.meta.dirname, 'command-line-process.ts')
let kept: ChildProcess | undefined
let before: Promise<unknown> = Promise.resolve()

/** Runs one command after the other: what they print is told apart by their order alone. */
export function stammgast(product: Product, ...args: string[]): Promise<Told> {
  const asked = before.then(() => ask(product, [...args, '--shop', PRACTICE_SHOP]))
  before = asked.catch(() => {})
  return asked
}

function ask({ env }: Product, args: string[]): Promise<Told> {
  kept ??= fork(program, { cwd: root, env: env as NodeJS.ProcessEnv, execArgv: [] })
  const child = kept
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => {
      kept = undefined
      reject(new Error(`The command line ended with ${code}.`))
    }
    child.once('exit', ended)
    child.once('message', (told) => {
      child.off('exit', ended)
      resolve(told as Told)
    })
    child.send(args)
  })
}

export function endCommandLine(): void {
  kept?.kill()
  kept = undefined
}
