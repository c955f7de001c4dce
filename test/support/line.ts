import { connect, createServer, type Socket } from 'node:net'
import { createStops, type RunningStop, type Stop } from './line-stop.ts'

/** A line between the app and PostgreSQL that a test can cut, mend, hold up, and lead to another port. */
export interface DatabaseLine {
  /** The database's address by way of this line. */
  url: string
  /** Every connection breaks, and no new one is made until `mend`. */
  cut(): Promise<void>
  mend(): Promise<void>
  /** From now on new connections go there: the server was started again on another port. */
  leadTo(port: number): void
  /** Holds up whoever gets to this place, from now on until `letPass`. */
  stopAt(stop: Stop): RunningStop
  letPass(): void
  close(): Promise<void>
}

export async function databaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const target = new URL(databaseUrl)
  let targetPort = Number(target.port)
  const sockets = new Set<Socket>()
  const stops = createStops()
  const server = createServer((inner) => {
    const outer = connect(targetPort, target.hostname)
    for (const socket of [inner, outer]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        inner.destroy()
        outer.destroy()
      })
    }
    const { toDatabase, fromDatabase } = stops.watch()
    inner.pipe(toDatabase).pipe(outer)
    outer.pipe(fromDatabase).pipe(inner)
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
    leadTo: (next) => {
      targetPort = next
    },
    stopAt: stops.set,
    letPass: stops.clear,
    close: cut,
  }
}
