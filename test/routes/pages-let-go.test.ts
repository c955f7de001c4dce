import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRequestHandler, type ServerBuild } from '@remix-run/node'
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { BROWSER } from '../support/shopper-requests.ts'

useDatabase()
let handle: ReturnType<typeof createRequestHandler>
beforeAll(async () => {
  const build = path.resolve(import.meta.dirname, '../../build/server/index.js')
  handle = createRequestHandler((await import(/* @vite-ignore */ build)) as ServerBuild, 'production')
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const REQUESTS = 400
/** A page that waits for its time-out keeps 20 KB; what Remix itself keeps of each, for eight seconds, is 3 KB. */
const MOST_KEPT = 10_000

async function used(): Promise<number> {
  // What is under way ends first.
  await new Promise((resolve) => setTimeout(resolve, 100))
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const READERS: [string, string, (answer: Response) => Promise<unknown> | undefined][] = [
  ['read to its end', 'GET', (answer) => answer.text()],
  ['that nobody reads on', 'GET', (answer) => answer.body?.cancel()],
  ['of which the head is asked', 'HEAD', (answer) => answer.text()],
]
test.each(READERS)('A3: a page %s is let go at once', async (_, method, read) => {
  const ask = async () => {
    const headers = { 'User-Agent': BROWSER }
    const answer = await handle(new Request('http://127.0.0.1:3000/', { method, headers }))
    expect(answer.status).toBe(200)
    await read(answer)
  }
  for (let n = 0; n < 50; n++) await ask()
  const before = await used()
  for (let n = 0; n < REQUESTS; n++) await ask()
  expect(((await used()) - before) / REQUESTS).toBeLessThan(MOST_KEPT)
})
