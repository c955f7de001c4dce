import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { BlockList, isIPv4, type Socket } from 'node:net'
import { logger } from '../logger.server.ts'
import { seldom } from '../seldom.ts'
import { networkOf } from './network-of.ts'

/** What connections may take of the process, whoever opens them. */
export interface ConnectionLimits {
  /** All together. Beyond them only health checks are answered. */
  connections: number
  /** Of one address of the internet (IPv6: network). */
  perAddress: number
  /** So long an answer waits while its reader takes nothing of it; at most twice as long. */
  unreadMs: number
  /** Whose connections are not counted by address, because they may be everybody's. */
  mayBeProxy: (address: string) => boolean
}

/** What a connection was used for so far. */
interface Use {
  requests: number
  unanswered: number
  /** Bytes that had come when the last answer was through; more are a request that is on its way. */
  read: number
}

/** Kept free for health checks, so that a full process is not taken for a dead one. */
const ROOM_FOR_CHECKS = 20
/** So long a connection is listened to that came when there was no room any more. */
const CHECK_WITHIN_MS = 2_000
/** Requests sent ahead of an answer. Browsers and proxies send none, measuring tools a few. */
const MOST_AHEAD = 16

/** Loopback, private and link-local networks: what comes from there may be a proxy, and `X-Forwarded-For` is believed. */
export const PRIVATE_NETWORKS = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
] as const

const PRIVATE = new BlockList()
for (const network of PRIVATE_NETWORKS) {
  const [address = '', bits] = network.split('/')
  PRIVATE.addSubnet(address, Number(bits), family(address))
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

export const isPrivate = (address: string): boolean => PRIVATE.check(address, family(address))

/**
 * @returns whether there is no room for what is asked over this connection, unless it is a health check. When all places
 *   are taken, those go first on which nothing is asked any more.
 */
export function limitConnections(server: Server, limits: ConnectionLimits): (socket: Socket) => boolean {
  const ofAddress = new Map<string, number>()
  const late = new WeakSet<Socket>()
  const uses = new Map<Socket, Use>()
  let open = 0

  function countRequests({ socket }: IncomingMessage, response: ServerResponse): void {
    const use = uses.get(socket)
    if (!use) return
    use.requests++
    use.unanswered++
    response.once('close', () => {
      use.unanswered--
      use.read = socket.bytesRead
    })
  }

  function makeRoom(): void {
    for (const [socket, { requests, unanswered }] of uses)
      if (requests > 0 && unanswered === 0) socket.destroy()
  }

  // When it stops, and each time that it looks again, the server calls this. Node's own cuts off answers of which the
  // reader has not taken everything yet, and waits for connections on which nothing was ever asked.
  server.closeIdleConnections = () => {
    for (const [socket, { unanswered, read }] of uses)
      if (unanswered === 0 && socket.bytesRead === read) socket.destroy()
  }

  function count(socket: Socket): void {
    if (++open > limits.connections) {
      late.add(socket)
      socket.setTimeout(CHECK_WITHIN_MS)
      makeRoom()
      crowded({ connections: limits.connections })
    }
    uses.set(socket, { requests: 0, unanswered: 0, read: 0 })
    socket.once('close', () => {
      open--
      uses.delete(socket)
    })
  }

  function countAddress(socket: Socket): void {
    const address = socket.remoteAddress
    const network = networkOf(address)
    if (!address || !network || limits.mayBeProxy(address)) return
    const others = ofAddress.get(network) ?? 0
    ofAddress.set(network, others + 1)
    socket.once('close', () => {
      const left = (ofAddress.get(network) ?? 0) - 1
      if (left > 0) ofAddress.set(network, left)
      else ofAddress.delete(network)
    })
    if (others < limits.perAddress) return
    greedy({ perAddress: limits.perAddress })
    socket.destroy()
  }

  server.maxConnections = limits.connections + ROOM_FOR_CHECKS
  server.on('drop', () => crowded({ connections: limits.connections }))
  server.on('connection', (socket) => {
    count(socket)
    countAddress(socket)
  })
  server.on('request', countRequests)
  server.timeout = limits.unreadMs
  return (socket) => {
    if (!late.has(socket)) return false
    if (open > limits.connections) return true
    late.delete(socket)
    socket.setTimeout(limits.unreadMs)
    return false
  }
}

const crowded = seldom((facts) => logger.warn(facts, 'connections are closed: there are too many'))
const greedy = seldom((facts) => logger.warn(facts, 'a connection was closed: its address has too many'))

/**
 * Answers the requests of a connection one after the other. Node hands on each at once, and an answer that waits for
 * the one before hears nothing of the end of the connection: what it has opened would stay open.
 */
export function oneAtATime(answer: RequestListener): RequestListener {
  const ahead = new WeakMap<Socket, number>()
  return (request, response) => {
    const { socket } = request
    // Node ends a connection on which nothing has moved for `server.timeout`, unless this listens. Then only those go
    // who do not read; whoever waits for a page that takes long may wait.
    response.on('timeout', () => {
      if (socket.writableLength > 0) socket.destroy()
    })
    // An answer has the connection as soon as those before it are done.
    if (response.socket) return answer(request, response)
    const waiting = (ahead.get(socket) ?? 0) + 1
    ahead.set(socket, waiting)
    if (waiting > MOST_AHEAD) socket.destroy()
    else
      response.once('socket', () => {
        ahead.set(socket, (ahead.get(socket) ?? 1) - 1)
        process.nextTick(answer, request, response)
      })
  }
}
