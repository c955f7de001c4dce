import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { createStops, type RunningStop, type Stop } from './line-stop.ts'

/** A line between the app and PostgreSQL that a test can cut, mend, hold up, and lead to another port. */
export interface DatabaseLine {
  /** The database's address by way of this line. */
  url: string
  /** Every connection breaks, and no new one is made until `mend`. */
  cut(): Promise<void>
  mend(): Promise<void>
  /**
   * What is connected is swallowed from now on, both ways and without a word, and neither end hears of the other: as
   * when a machine or a router is gone. @returns how many connections that were
   */
  vanish(): number
  /** New connections are swallowed as well, until somebody is led anywhere. */
  swallowNew(): void
  /** From now on new connections go there: the server was started again on another port. */
  leadTo(port: number): void
  /** Whether it forgets the startup parameter "options", as a connection pooler does that is told to ignore it. */
  dropOptions(value: boolean): void
  /** Holds up whoever gets to this place, from now on until `letPass`. */
  stopAt(stop: Stop): RunningStop
  letPass(): void
  close(): Promise<void>
}

export async function databaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const target = new URL(databaseUrl)
  let targetPort: number | null = Number(target.port)
  let dropsOptions = false
  const sockets = new Set<Socket>()
  const pairs = new Set<{ vanish(): void }>()
  const stops = createStops()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((inner) => {
    keep(inner)
    if (targetPort === null) return void inner.resume()
    const outer = connect(targetPort, target.hostname)
    keep(outer)
    const part = () => {
      pairs.delete(pair)
      inner.destroy()
      outer.destroy()
    }
    for (const socket of [inner, outer]) socket.on('close', part)
    const { toDatabase, fromDatabase } = stops.watch()
    const asked = dropsOptions ? inner.pipe(withoutOptions()) : inner
    asked.pipe(toDatabase).pipe(outer)
    outer.pipe(fromDatabase).pipe(inner)
    const pair = {
      vanish() {
        pairs.delete(pair)
        for (const socket of [inner, outer]) {
          socket.off('close', part)
          socket.unpipe()
          socket.resume()
        }
        toDatabase.unpipe()
        fromDatabase.unpipe()
      },
    }
    pairs.add(pair)
  })
  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve((server.address() as { port: number }).port)
      })
    })
  const port = await listen(0)
  const cut = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  const url = new URL(databaseUrl)
  url.port = String(port)
  return {
    url: url.href,
    cut,
    mend: async () => void (await listen(port)),
    vanish: () => [...pairs].map((pair) => pair.vanish()).length,
    swallowNew: () => {
      targetPort = null
    },
    leadTo: (next) => {
      targetPort = next
    },
    dropOptions: (value) => {
      dropsOptions = value
    },
    stopAt: stops.set,
    letPass: stops.clear,
    close: cut,
  }
}

const LENGTH_AND_PROTOCOL = 8

/** The first message of a connection is its length, the protocol, and pairs of names and values, each ended by a zero. */
function withoutOptions(): Transform {
  let isFirst = true
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!isFirst) return done(null, chunk)
      isFirst = false
      const length = chunk.readInt32BE(0)
      const words = chunk.toString('utf8', LENGTH_AND_PROTOCOL, length).split('\0')
      const at = words.findIndex((word, index) => index % 2 === 0 && word === 'options')
      if (at >= 0) words.splice(at, 2)
      const rest = Buffer.from(words.join('\0'))
      const head = Buffer.from(chunk.subarray(0, LENGTH_AND_PROTOCOL))
      head.writeInt32BE(LENGTH_AND_PROTOCOL + rest.length, 0)
      done(null, Buffer.concat([head, rest, chunk.subarray(length)]))
    },
  })
}
