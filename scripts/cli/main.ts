import { audit } from './audit.ts'
import { inWords } from './environment.ts'
import { member } from './member.ts'
import { exportProgram, publishProgram } from './program.ts'
import { replay } from './replay.ts'
import { type Command, Failure, readArguments, UsageError } from './usage.ts'

const COMMANDS: Record<string, Command> = {
  replay,
  member,
  audit,
  'publish-program': publishProgram,
  'export-program': exportProgram,
}
const CALL = 'npm run stammgast --'

/**
 * The operator's command line.
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly
 */
export async function main([name = '--help', ...args]: string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(overview())
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) {
    console.error(`Unknown command "${name}".\nUsage: ${CALL} (${Object.keys(COMMANDS).join(' | ')}) …`)
    return 2
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log([`Usage: ${CALL} ${command.usage}`, '', ...(command.details ?? [command.summary])].join('\n'))
    return 0
  }
  try {
    const { words, options } = readArguments(command, args)
    return await command.run(words, options)
  } catch (thrown) {
    const error = inWords(thrown)
    if (error instanceof UsageError) {
      console.error(`${error.message}\nUsage: ${CALL} ${command.usage}`)
      return 2
    }
    console.error(error instanceof Failure ? error.message : error)
    return 1
  } finally {
    await closeDatabase()
  }
}

function overview(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length))
  const lines = Object.values(COMMANDS).map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`)
  return [
    `Usage: ${CALL} COMMAND`,
    '',
    ...lines,
    '',
    'Beside a running "npm start" the commands use its practice shop; otherwise the variables of the app must be set.',
  ].join('\n')
}

async function closeDatabase(): Promise<void> {
  const { closePools } = await import('../../app/db/db.server.ts')
  await closePools()
}

// Ended by hand: the practice shop's clock is followed for as long as a process lives.
if (import.meta.main) process.exit(await main(process.argv.slice(2)))
