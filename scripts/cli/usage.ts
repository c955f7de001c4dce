import { type ParseArgsConfig, parseArgs } from 'node:util'

/** The command was called wrongly: its usage line follows on stderr, exit 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** What went wrong is said in one sentence, without a stack; exit 1. */
export class Failure extends Error {
  override name = 'Failure'
}

export interface Command {
  usage: string
  summary: string
  /** Further lines of its `--help`. */
  details?: string[]
  options: NonNullable<ParseArgsConfig['options']>
  /** How many words without a dash it takes: at least, at most. */
  words: [number, number]
  /** @returns the exit code */
  run(words: string[], options: Options): Promise<number>
}

export type Options = Record<string, string | boolean | undefined>

/** @throws UsageError */
export function readArguments(command: Command, args: string[]): { words: string[]; options: Options } {
  try {
    const { values, positionals } = parseArgs({ args, options: command.options, allowPositionals: true })
    const [least, most] = command.words
    if (positionals.length < least) throw new UsageError('something is missing')
    if (positionals.length > most) throw new UsageError(`"${positionals[most]}" is too much`)
    return { words: positionals, options: values as Options }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError((error as Error).message.split('\n')[0])
  }
}

/** @throws UsageError unless the option is a whole number within the limits. */
export function wholeNumber(options: Options, name: string, fallback: number, least: number, most: number) {
  const text = options[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (typeof text === 'string' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new UsageError(`--${name} "${text}" must be a whole number from ${least} to ${most}`)
}

export function text(options: Options, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
