import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimFolder } from '../../scripts/start/practice.ts'
import { type Started, startProgram, untilReady } from '../../scripts/start/processes.ts'

/** Another one takes a port after `npm start` has looked at it: it is not talked to. */
let folder: string
let other: Server
let port: number
let started: Started | undefined

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast-start-'))
  other = createServer((_request, response) => response.end('ready'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  port = (other.address() as { port: number }).port
})
afterEach(async () => {
  await started?.stop()
  other.closeAllConnections()
  await new Promise((resolve) => other.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

const storeAt = (at: number) =>
  startProgram({
    name: 'practice store',
    log: `test-start-${process.pid}`,
    args: ['dev-store/main.ts'],
    env: {
      APP_URL: 'http://127.0.0.1:1',
      PRACTICE_STORE_PORT: String(at),
      PRACTICE_STORE_ORDERS: '0',
      PRACTICE_STORE_DATA: path.join(folder, 'store'),
      SHOPIFY_API_KEY: 'test-key',
      SHOPIFY_API_SECRET: 'test-secret',
    },
  })

test('D3: whoever has taken the port meanwhile is not taken for our program, and the error says so', async () => {
  started = storeAt(port)
  await expect(untilReady(started, `http://127.0.0.1:${port}/practice/status`)).rejects.toThrow(
    `Port ${port} is taken. Choose another with PRACTICE_STORE_PORT.`,
  )
})

test('D3: our own program is waited for until it says that it listens', async () => {
  let say: (port: number) => void = () => {}
  const listens = new Promise<number>((resolve) => {
    say = resolve
  })
  const ours = {
    name: 'web process',
    ended: new Promise<null>(() => {}),
    listens,
    lastWords: () => '',
    stop: async () => {},
  }
  let isReady = false
  const ready = untilReady(ours, `http://127.0.0.1:${port}/`).then(() => {
    isReady = true
  })
  await new Promise((done) => setTimeout(done, 400))
  expect(isReady).toBe(false)
  say(port)
  await ready
})

test('D3: a folder is of one start alone, and of the next when that one is gone', async () => {
  const place = path.join(folder, 'data', 'start.pid')
  await claimFolder(place)
  expect(await readFile(place, 'utf8')).toBe(String(process.pid))
  await writeFile(place, String(process.ppid))
  await expect(claimFolder(place)).rejects.toThrow(`being started already (process ${process.ppid})`)
  await writeFile(place, '999999999')
  await claimFolder(place)
  expect(await readFile(place, 'utf8')).toBe(String(process.pid))
})

/** All are there before the first claims: then they claim at the same moment. */
async function claimAtOnce(place: string, many: number): Promise<string[]> {
  const starts = Array.from({ length: many }, () =>
    fork(path.join(import.meta.dirname, 'claim-at-once.ts'), [place]),
  )
  try {
    await Promise.all(starts.map((start) => once(start, 'message')))
    const ended = starts.map((start) => once(start, 'message'))
    for (const start of starts) start.send('now')
    return (await Promise.all(ended)).map(([words]) => words)
  } finally {
    await Promise.all(starts.map((start) => start.kill() && once(start, 'exit')))
  }
}

test.each([
  ['nothing', null],
  ['a claim whose process is gone', '999999999'],
  ['a claim that says nothing', ''],
])(
  'D5: of many starts at once one has the folder, over %s',
  async (_about, left) => {
    for (let round = 0; round < 4; round++) {
      const place = path.join(folder, `data-${round}`, 'start.pid')
      await mkdir(path.dirname(place))
      if (left !== null) await writeFile(place, left)
      const words = await claimAtOnce(place, 6)
      expect(words.filter((said) => said === 'claimed')).toHaveLength(1)
      for (const said of words) expect(said).toMatch(/^claimed$|^Stammgast is being started already/)
      expect(await readdir(path.dirname(place))).toEqual(['start.pid'])
    }
  },
  120_000,
)

test('D5: whoever was killed while taking a claim over hinders nobody', async () => {
  const place = path.join(folder, 'start.pid')
  await writeFile(place, '999999999')
  const { ino, mtimeNs } = await stat(place, { bigint: true })
  await writeFile(`${place}.after-${ino}-${mtimeNs}`, '999999998')
  expect((await claimAtOnce(place, 4)).filter((said) => said === 'claimed')).toHaveLength(1)
})
