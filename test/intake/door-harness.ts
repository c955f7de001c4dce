import { createHmac, randomUUID } from 'node:crypto'
import { createServer, request, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import type pg from 'pg'
import { createDoor } from '../../app/intake/door.ts'
import { groupedStore } from '../../app/intake/store-deliveries.ts'
import type { Limits } from '../../app/intake/unread-bodies.ts'
import { APP_SECRET, PREVIOUS_SECRET } from '../support/app-secret.ts'

export const SECRET = APP_SECRET

export function sign(body: string | Buffer, secret = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('base64')
}

/** The headers that Shopify sends, with a fresh webhook id; `undefined` leaves one out. */
export function headersFor(body: string | Buffer, over: Record<string, string | undefined> = {}) {
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-shopify-hmac-sha256': sign(body),
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': 'kontor-lindental.myshopify.com',
    'x-shopify-webhook-id': randomUUID(),
    'x-shopify-api-version': '2026-10',
    'x-shopify-triggered-at': '2026-11-20T10:11:12.123456789Z',
    ...over,
  }
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}

export interface RunningDoor {
  port: number
  /** Delivers a body; without headers it is signed as Shopify does. */
  deliver(body: string | Buffer, over?: Record<string, string | undefined>): Promise<Response>
  close(): Promise<void>
}

export async function openDoor(
  pool: pg.Pool,
  secrets: string[] = [SECRET, PREVIOUS_SECRET],
  limits?: Limits,
): Promise<RunningDoor> {
  const door = createDoor({ store: groupedStore(pool), secrets, ...(limits && { limits }) })
  const server: Server = createServer((req, res) => void door(req, res))
  const port = await listen(server)
  return {
    port,
    deliver: (body, over) =>
      fetch(`http://127.0.0.1:${port}/webhooks`, {
        method: 'POST',
        body: body as BodyInit,
        headers: headersFor(body, over),
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A request whose body is written by hand. */
export function openRequest(port: number, headers: Record<string, string>) {
  return request({ host: '127.0.0.1', port, path: '/webhooks', method: 'POST', headers })
}

/** Stands between the app and PostgreSQL, so that a test can take the database away and bring it back. */
export async function cable(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let held = false
  const server = createTcpServer((inner) => {
    const outer = connect(Number(target.port), target.hostname)
    for (const socket of [inner, outer]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        inner.destroy()
        outer.destroy()
      })
    }
    inner.on('data', (chunk) => void (held || outer.write(chunk)))
    outer.on('data', (chunk) => void inner.write(chunk))
  })
  const port = await listen(server)
  const url = new URL(databaseUrl)
  url.port = String(port)
  return {
    url: url.href,
    async cut() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
    mend: () => listen(server, port),
    /** What the app says from now on never arrives: the database seems to hang. */
    hold(value: boolean) {
      held = value
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listen(server: Server | TcpServer, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
}
