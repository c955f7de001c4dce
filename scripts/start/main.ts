import { stopOnSignal } from '../../app/http/stop-signals.ts'
import { type Running, startPractice } from './practice.ts'
import { startProduction } from './production.ts'

const USAGE = 'Usage: npm start [-- --fresh]'

/**
 * With DATABASE_URL and SHOPIFY_API_KEY: the production server. Otherwise a practice shop on this machine.
 * @returns the exit code, when something went wrong
 */
export async function start(args: string[]): Promise<number> {
  const [first, ...more] = args
  if ((first !== undefined && first !== '--fresh') || more.length > 0) {
    console.error(USAGE)
    return 2
  }
  const ending = new AbortController()
  const running = begin(first === '--fresh', ending.signal)
  stopOnSignal(async () => {
    console.log('\nStopping …')
    ending.abort(new Error('stopped'))
    // A start that is still under way stops what it began.
    await running.then(({ stop }) => stop()).catch(() => {})
    console.log('Stopped.')
  })
  try {
    const { failed, stop } = await running
    await failed.catch(async (error) => {
      await stop()
      throw error
    })
  } catch (error) {
    if (ending.signal.aborted) return 0
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
  return 0
}

async function begin(fresh: boolean, signal: AbortSignal): Promise<Running> {
  const { DATABASE_URL, SHOPIFY_API_KEY } = process.env
  if (DATABASE_URL && SHOPIFY_API_KEY) {
    if (fresh) throw new Error('--fresh is for the practice shop; DATABASE_URL is set, and its data stay.')
    return startProduction()
  }
  const half = DATABASE_URL ? 'DATABASE_URL' : SHOPIFY_API_KEY ? 'SHOPIFY_API_KEY' : undefined
  if (half) {
    const other = DATABASE_URL ? 'SHOPIFY_API_KEY' : 'DATABASE_URL'
    console.log(`${half} is set, ${other} is not: starting the practice shop, which uses neither.`)
  }
  return startPractice({ fresh, signal })
}
