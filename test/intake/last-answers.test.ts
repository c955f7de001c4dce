import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../scripts/embedded-postgres.ts'
import { useDatabase } from '../database.ts'
import { appEnv } from '../support/processes.ts'

/** The web process is told to stop (a new version is put in place) while answers are on their way. */
const database = useDatabase()
const ROOT = path.resolve(import.meta.dirname, '../..')
const LARGE = 24 * 2 ** 20

/** The server with pages of its own in a process of its own, as `server.ts` runs it. */
const PROGRAM = `
  import { env } from './app/env.server.ts'
  import { stopOnSignal } from './app/http/stop-signals.ts'
  import { startServer } from './server.ts'
  const server = await startServer(env(), (request, response) => {
    if (request.url === '/large') response.end(Buffer.alloc(${LARGE}))
    else response.end('page')
  })
  stopOnSignal(() => server.close())
`
let running: { port: number; terminate(): void; ended: Promise<{ code: number | null; ms: number }> }
const sockets: Socket[] = []

beforeEach(async () => {
  const port = await freePort()
  const process_ = spawn(process.execPath, ['--input-type=module-typescript', '--eval', PROGRAM], {
    cwd: ROOT,
    env: appEnv(database.url(), port),
    stdio: 'ignore',
  })
  let asked = 0
  const ended = once(process_, 'exit').then(([code]) => ({ code, ms: performance.now() - asked }))
  running = {
    port,
    terminate: () => {
      asked = performance.now()
      process_.kill('SIGTERM')
    },
    ended,
  }
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  running.terminate()
  await running.ended
})

/** @param kept the connection may be used again */
function ask(target: string | null, kept = false) {
  const socket = connect({ port: running.port, host: '127.0.0.1' })
  sockets.push(socket)
  let bytes = 0
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  socket.on('error', () => {})
  socket.pause()
  const ended = once(socket, 'close').then(() => bytes)
  const last = kept ? '' : 'Connection: close\r\n'
  if (target) socket.write(`GET ${target} HTTP/1.1\r\nHost: app\r\n${last}\r\n`)
  return { socket, ended }
}

describe('A8: when the web process is told to stop', () => {
  test.each([false, true])(
    'A8: a slow reader gets the last part of a large answer (connection kept: %s)',
    async (kept) => {
      const { socket, ended } = ask('/large', kept)
      await pause(300)
      running.terminate()
      await pause(700)
      // About 12 MB a second.
      socket.on('data', (chunk) => {
        socket.pause()
        setTimeout(() => socket.resume(), chunk.length / 12_000)
      })
      socket.resume()
      expect(await ended).toBeGreaterThan(LARGE)
      expect((await running.ended).code).toBe(0)
    },
  )

  test('A8: a request of which only half has come is answered', async () => {
    const { socket, ended } = ask(null)
    socket.resume()
    socket.write('GET / HTTP/1.1\r\nHost: ')
    await pause(100)
    running.terminate()
    await pause(500)
    socket.write('app\r\nConnection: close\r\n\r\n')
    expect(await ended).toBeGreaterThan('page'.length)
    expect((await running.ended).code).toBe(0)
  })

  test('A8: connections on which nothing is asked keep it no longer', async () => {
    const fresh = ask(null)
    const used = ask('/', true)
    used.socket.resume()
    await once(used.socket, 'data')
    fresh.socket.resume()
    running.terminate()
    await Promise.all([fresh.ended, used.ended])
    const { code, ms } = await running.ended
    expect(code).toBe(0)
    expect(ms).toBeLessThan(3_000)
  })

  test('A8: an answer that nobody reads is given up within ten seconds', async () => {
    ask('/large')
    await pause(300)
    running.terminate()
    const { code, ms } = await running.ended
    expect(code).toBe(0)
    expect(ms).toBeGreaterThan(7_000)
    expect(ms).toBeLessThan(10_500)
  }, 30_000)
})
