import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../app/db/db.server.ts'
import { readEnv } from '../../app/env.server.ts'
import { createUnreadBodies } from '../../app/intake/unread-bodies.ts'
import { startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { openDoor, type RunningDoor } from './door-harness.ts'

/** Strangers who send slowly, much, or nothing, over connections of their own. */
const database = useDatabase()
const ORDER = '{"id":820982911946154508,"name":"#1001"}'
const KIB = 1024
let pool: ReturnType<typeof createPool>
const sockets: Stranger[] = []

beforeAll(() => {
  pool = createPool(database.url(), 'stammgast_jobs', 2)
})
afterEach(() => {
  for (const { socket } of sockets.splice(0)) socket.destroy()
})
afterAll(() => pool.end())

interface Stranger {
  socket: Socket
  /** Everything that was answered, once the connection has ended. */
  ended: Promise<string>
}

function stranger(port: number, said = ''): Promise<Stranger> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => (heard += chunk))
    // A connection that is cut off while it is being written to ends with an error; that is no news here.
    socket.on('error', () => {})
    const ended = new Promise<string>((end) => socket.once('close', () => end(heard)))
    socket.once('error', reject)
    socket.once('connect', () => {
      const one = { socket, ended }
      sockets.push(one)
      socket.write(said, () => resolve(one))
    })
  })
}

const head = (length: number) =>
  `POST /webhooks HTTP/1.1\r\nHost: app\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

describe('A8: bodies that are not verified yet', () => {
  let door: RunningDoor
  afterEach(() => door.close())

  test('take no more room than allowed together: the largest goes with 503, and deliveries come through', async () => {
    door = await openDoor(pool, undefined, { unreadBytes: 256 * KIB, bodyWithinMs: 60_000 })
    const hoarders: Stranger[] = []
    for (let n = 1; n <= 6; n++) {
      const body = 'x'.repeat((10 + n) * 10 * KIB)
      hoarders.push(await stranger(door.port, head(2_000_000) + body))
      // Whoever stands at the door meanwhile is let in.
      expect((await door.deliver(ORDER)).status).toBe(200)
    }
    // No three of them fit. Who is cut off while still sending may not hear why.
    await expect.poll(() => hoarders.filter(({ socket }) => !socket.closed).length).toBeLessThanOrEqual(2)
    for (const { socket, ended } of hoarders)
      if (socket.closed) expect(await ended).toMatch(/^(HTTP\/1\.1 503 .*\r\nretry-after: 5\r\n.*)?$/is)
  })

  test('give way to the others when they are the largest', () => {
    const watch = createUnreadBodies({ unreadBytes: 100, bodyWithinMs: 60_000 })
    const given: string[] = []
    const body = (name: string) => {
      const request = new EventEmitter() as IncomingMessage
      return { request, end: watch(request, (reason) => given.push(`${name}: ${reason}`)) }
    }
    const send = (request: IncomingMessage, bytes: number) => request.emit('data', Buffer.alloc(bytes))
    const [small, large, middle] = [body('small'), body('large'), body('middle')]
    send(small.request, 20)
    send(large.request, 50)
    send(middle.request, 30)
    expect(given).toEqual([])
    send(small.request, 1)
    expect(given).toEqual(['large: full'])
    // It is not counted any more, whatever it goes on sending.
    send(large.request, 1_000)
    send(middle.request, 49)
    expect(given).toEqual(['large: full'])
    send(small.request, 1)
    expect(given).toEqual(['large: full', 'middle: full'])
    for (const { end } of [small, large, middle]) end()
    // All the room is there again.
    const whole = body('whole')
    send(whole.request, 100)
    expect(given).toHaveLength(2)
    whole.end()
  })

  test('of those who hung up take no room', async () => {
    door = await openDoor(pool, undefined, { unreadBytes: 256 * KIB, bodyWithinMs: 60_000 })
    for (let n = 0; n < 20; n++) {
      const { socket, ended } = await stranger(door.port, head(2_000_000) + 'x'.repeat(100 * KIB))
      socket.destroy()
      await ended
    }
    const body = `{"pad":"${'x'.repeat(150 * KIB)}"}`
    expect((await door.deliver(body)).status).toBe(200)
    expect((await door.deliver(body)).status).toBe(200)
  })

  test('that take too long end with 408', async () => {
    door = await openDoor(pool, undefined, { unreadBytes: 256 * KIB, bodyWithinMs: 50 })
    const { ended } = await stranger(door.port, `${head(1_000)}{"id":`)
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('A8: the server', () => {
  const settings = () =>
    readEnv({ ...process.env, DATABASE_URL: database.url(), HOST: '127.0.0.1', PORT: '0' })
  let server: Awaited<ReturnType<typeof startServer>>
  afterEach(() => server.close())
  const start = async (limits: Partial<Parameters<typeof startServer>[2]>) => {
    const usual = {
      headersMs: 60_000,
      requestMs: 60_000,
      checkMs: 20,
      unreadMs: 60_000,
      connections: 100,
      perAddress: 100,
      mayBeProxy: () => true,
    }
    server = await startServer(settings(), (_, response) => void response.end('page'), {
      ...usual,
      ...limits,
    })
    return server.port
  }

  test('waits for headers no longer than it says', async () => {
    const port = await start({ headersMs: 50 })
    for (const said of ['', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nX-Slow: ']) {
      const { ended } = await stranger(port, said)
      expect(await ended, said).toMatch(/^(HTTP\/1\.1 408 .*)?$/s)
    }
  })

  test('waits for a whole request no longer than it says, at the door and at the pages', async () => {
    const port = await start({ requestMs: 50, headersMs: 50 })
    for (const place of ['/webhooks', '/app/settings']) {
      const { ended } = await stranger(port, `${head(1_000).replace('/webhooks', place)}{"id":`)
      await ended
    }
  })

  test('closes connections beyond the most, and takes new ones when there is room again', async () => {
    const port = await start({ connections: 3 })
    const kept = [await stranger(port), await stranger(port), await stranger(port)]
    const fourth = await stranger(port, 'GET / HTTP/1.1\r\nHost: app\r\n\r\n')
    expect(await fourth.ended).toBe('')
    for (const { socket, ended } of kept) {
      socket.end()
      await ended
    }
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => null))?.status)
      .toBe(200)
  })
})
