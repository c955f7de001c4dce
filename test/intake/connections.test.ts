import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import express from 'express'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'
import { isPrivate, PRIVATE_NETWORKS } from '../../app/http/connections.ts'
import { type ServerLimits, startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { startServer as startProcess } from '../support/processes.ts'
import { BROWSER } from '../support/shopper-requests.ts'

/** Strangers who ask for much, and read nothing or hang up. */
const database = useDatabase()
const MIB = 2 ** 20
const sockets: Socket[] = []
function hangUp() {
  for (const socket of sockets.splice(0)) socket.destroy()
}

interface Stranger {
  socket: Socket
  /** How many bytes came, and how they begin, once the connection has ended. */
  ended: Promise<{ bytes: number; begins: string }>
}

/** Reads nothing until it is told to. Every address of 127.0.0.0/8 is this machine's own. */
function stranger(port: number, said = '', from = '127.0.0.1'): Stranger {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  sockets.push(socket)
  let bytes = 0
  let begins = ''
  socket.pause()
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    bytes += chunk.length
    if (begins.length < 2_000) begins += chunk.toString('latin1')
  })
  const ended = new Promise<{ bytes: number; begins: string }>((resolve) =>
    socket.once('close', () => resolve({ bytes, begins })),
  )
  socket.write(said)
  return { socket, ended }
}

const get = (target: string, more = '') =>
  `GET ${target} HTTP/1.1\r\nHost: app\r\nUser-Agent: ${BROWSER}\r\n${more}\r\n`
const LAST = 'Connection: close\r\n'

describe.skipIf(!existsSync('/proc/self/fd'))('A8: the web process', () => {
  let server: Awaited<ReturnType<typeof startProcess>>
  beforeAll(async () => {
    server = await startProcess(database.url())
  })
  afterEach(hangUp)
  afterAll(() => server.stop())

  const assets = path.resolve(import.meta.dirname, '../../build/client/assets')
  const largest = () => {
    const files = readdirSync(assets).map((name) => ({ name, size: statSync(path.join(assets, name)).size }))
    const [first] = files.sort((a, b) => b.size - a.size)
    if (!first) throw new Error('The pages are not built yet: run "npm run build" first')
    return `/assets/${first.name}`
  }
  const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length
  const memory = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024

  test.each([16, 1_000])(
    'keeps no file open and no memory for %i requests sent ahead over a connection that hangs up',
    async (requests) => {
      const [file, memoryBefore] = [largest(), memory()]
      const before = descriptors()
      for (let n = 0; n < 3; n++) {
        const { socket } = stranger(server.port, get(file).repeat(requests))
        await pause(500)
        // Meanwhile others are served.
        const honest = await fetch(`http://127.0.0.1:${server.port}${file}`)
        expect((await honest.arrayBuffer()).byteLength).toBe(
          statSync(path.join(assets, path.basename(file))).size,
        )
        socket.destroy()
      }
      // The connections of `fetch` and to the database come and go.
      await expect.poll(descriptors).toBeLessThanOrEqual(before + 5)
      expect(memory() - memoryBefore).toBeLessThan(150)
    },
  )
})

describe('A8: connections', () => {
  const settings = () =>
    readEnv({ ...process.env, DATABASE_URL: database.url(), HOST: '127.0.0.1', PORT: '0' })
  let server: Awaited<ReturnType<typeof startServer>>
  afterEach(() => {
    hangUp()
    return server.close()
  })
  const start = async (limits: Partial<ServerLimits>, pages: RequestListener) => {
    const usual: ServerLimits = {
      headersMs: 60_000,
      requestMs: 60_000,
      checkMs: 20,
      unreadMs: 60_000,
      connections: 100,
      perAddress: 100,
      mayBeProxy: () => false,
    }
    server = await startServer(settings(), pages, { ...usual, ...limits })
    return server.port
  }
  const page: RequestListener = (_, response) => void response.end('page')
  const large: RequestListener = (_, response) => void response.end(Buffer.alloc(24 * MIB))

  test('have one answer under way at a time, and the answers come in order', async () => {
    let [underWay, most] = [0, 0]
    const port = await start({}, async (request, response) => {
      most = Math.max(most, ++underWay)
      await pause(5)
      response.end(`<${request.url}>`, () => underWay--)
    })
    const asked = Array.from({ length: 12 }, (_, n) => `/${n}`)
    const said = asked.map((target) => get(target)).join('') + get('/healthz', LAST)
    const { socket, ended } = stranger(port, said)
    socket.resume()
    const { begins } = await ended
    expect(begins.match(/<\/\d+>/g)).toEqual(asked.map((target) => `<${target}>`))
    expect(begins).toMatch(/ok$/)
    expect(most).toBe(1)
  })

  test('end when very many requests come ahead of an answer', async () => {
    let answers = 0
    const port = await start({}, () => answers++)
    const { socket, ended } = stranger(port, get('/').repeat(40))
    socket.resume()
    expect((await ended).bytes).toBe(0)
    expect(answers).toBe(1)
  })

  test('end when an answer is not read for too long, and their room is free', async () => {
    const port = await start({ unreadMs: 500, connections: 3 }, large)
    const silent = [1, 2, 3].map(() => stranger(port, get('/')))
    await pause(200)
    const honest = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`)
      return (await response.arrayBuffer()).byteLength
    }
    await expect(honest()).rejects.toThrow()
    await expect.poll(() => honest().catch(() => 0)).toBe(24 * MIB)
    // That a connection was cut off shows only to who reads.
    for (const { socket } of silent) socket.resume()
    const had = await Promise.all(silent.map(({ ended }) => ended))
    expect(Math.min(...had.map(({ bytes }) => bytes))).toBeLessThan(24 * MIB)
  })

  test('stay for who reads slowly, and for who waits long for a page', async () => {
    const port = await start({ unreadMs: 1_000 }, async (_, response) => {
      await pause(2_500)
      response.end(Buffer.alloc(24 * MIB))
    })
    const { socket, ended } = stranger(port, get('/', LAST))
    socket.resume()
    // About 6 MB a second.
    let paused = 0
    socket.on('data', (chunk) => {
      socket.pause()
      paused++
      setTimeout(() => socket.resume(), chunk.length / 6_000)
    })
    expect((await ended).bytes).toBeGreaterThan(24 * MIB)
    expect(paused).toBeGreaterThan(100)
  })

  test('are used again and again, for answers of 5 MB too', async () => {
    const port = await start({ connections: 2 }, (_, response) => void response.end(Buffer.alloc(5 * MIB)))
    for (let n = 0; n < 10; n++) {
      const response = await fetch(`http://127.0.0.1:${port}/`)
      expect((await response.arrayBuffer()).byteLength).toBe(5 * MIB)
    }
  })

  test('of one address are no more than it says, and those of others are not touched', async () => {
    const port = await start({ perAddress: 3 }, page)
    const kept = [1, 2, 3].map(() => stranger(port, '', '127.0.0.2'))
    await pause(100)
    const ask = (from: string) => {
      const one = stranger(port, get('/', LAST), from)
      one.socket.resume()
      return one.ended
    }
    expect((await ask('127.0.0.2')).bytes).toBe(0)
    expect((await ask('127.0.0.3')).begins).toMatch(/page$/)
    for (const { socket } of kept) socket.destroy()
    await expect.poll(async () => (await ask('127.0.0.2')).begins).toMatch(/page$/)
  })

  test('of what may be a proxy are not counted by address', async () => {
    const port = await start({ perAddress: 3, mayBeProxy: isPrivate }, page)
    for (let n = 0; n < 5; n++) stranger(port)
    await pause(100)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page')
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '172.20.0.1',
      '192.168.1.1',
      '::1',
      '::ffff:10.1.2.3',
      'fd00::1',
    ])
      expect(isPrivate(address), address).toBe(true)
    for (const address of ['8.8.8.8', '172.32.0.1', '::ffff:8.8.8.8', '2001:db8::1'])
      expect(isPrivate(address), address).toBe(false)
  })

  test('on which nothing is asked any more give way when there is no room', async () => {
    const port = await start({ connections: 3 }, page)
    const idle = [1, 2, 3].map(() => stranger(port, get('/')))
    for (const { socket } of idle) {
      socket.resume()
      await once(socket, 'data')
    }
    const { socket, ended } = stranger(port, get('/'))
    socket.resume()
    await once(socket, 'data')
    for (const one of idle) expect((await one.ended).begins).toMatch(/page$/)
    // Now it is a connection like all others.
    await pause(2_500)
    socket.write(get('/', LAST))
    expect((await ended).begins.match(/page/g)).toHaveLength(2)
  })

  test('of who still reads an answer do not give way', async () => {
    const port = await start({ connections: 1 }, large)
    const { socket, ended } = stranger(port, get('/', LAST))
    await pause(200)
    const other = stranger(port, get('/'))
    other.socket.resume()
    expect((await other.ended).bytes).toBe(0)
    socket.resume()
    expect((await ended).bytes).toBeGreaterThan(24 * MIB)
  })

  test('are taken for health checks when there is room for nothing else', async () => {
    const port = await start({ connections: 3 }, page)
    for (let n = 0; n < 3; n++) stranger(port)
    await pause(100)
    const ask = (target: string) => {
      const one = stranger(port, get(target))
      one.socket.resume()
      return one.ended
    }
    for (let n = 0; n < 30; n++) expect((await ask('/healthz')).begins).toMatch(/ 200 OK.*ok$/s)
    expect((await ask('/readyz')).begins).toMatch(/ 200 OK.*ready$/s)
    expect((await ask('/')).bytes).toBe(0)
    expect((await ask('/webhooks')).bytes).toBe(0)
    // Who takes such a place and says nothing loses it soon.
    const dumb = stranger(port)
    dumb.socket.resume()
    await dumb.ended
  })
})

test('Express believes X-Forwarded-For exactly where connections may be a proxy’s', () => {
  const trusts = express()
    .set('trust proxy', [...PRIVATE_NETWORKS])
    .get('trust proxy fn') as (address: string, hop: number) => boolean
  // Round the edges of each network as well as anywhere.
  const near = fc
    .tuple(
      fc.constantFrom('127', '10', '172.15', '172.16', '172.31', '172.32', '192.168', '169.254'),
      fc.ipV4(),
    )
    .map(([begin, rest]) => [begin, ...rest.split('.').slice(begin.split('.').length)].join('.'))
  const six = fc.tuple(fc.constantFrom('fbff', 'fc00', 'fdff', 'fe7f', 'fe80', 'febf', 'fec0', '::1', '2001'))
  const address = fc.oneof(
    near,
    near.map((four) => `::ffff:${four}`),
    six.map(([begin]) => (begin === '::1' ? begin : `${begin}::1`)),
    fc.ipV4(),
    fc.ipV6(),
  )
  fc.assert(
    fc.property(address, (one) => trusts(one, 0) === isPrivate(one)),
    { numRuns: 2_000 },
  )
  // What no address is, is no proxy either, and breaks no request.
  expect(trusts('unknown', 0)).toBe(false)
})
