import { existsSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createRequestHandler } from '@remix-run/express'
import type { ServerBuild } from '@remix-run/node'
import compression from 'compression'
import express from 'express'
import { closePools, jobsPool, refuseUnsafeDatabase } from './app/db/db.server.ts'
import { createRinger } from './app/db/inbox-bell.ts'
import { type Env, env } from './app/env.server.ts'
import {
  type ConnectionLimits,
  isPrivate,
  limitConnections,
  oneAtATime,
  PRIVATE_NETWORKS,
} from './app/http/connections.ts'
import { whileAnswering } from './app/http/known-sender.ts'
import { createReadiness } from './app/http/readiness.server.ts'
import { logAnswered } from './app/http/request-log.ts'
import { faultOfRequest } from './app/http/request-target.ts'
import { stopOnSignal } from './app/http/stop-signals.ts'
import { wayIn } from './app/http/way-in.ts'
import { createDoor } from './app/intake/door.ts'
import { groupedStore } from './app/intake/store-deliveries.ts'
import { logger } from './app/logger.server.ts'
import { closeShopify } from './app/shopify.server.ts'

/** The web process: the webhook door, the health checks, and Remix for everything else. */

const root = import.meta.dirname
const DRAIN_MS = 8_000

/** What one sender may take of the process' time and room. */
export interface ServerLimits extends ConnectionLimits {
  headersMs: number
  /** For a whole request, its body included. */
  requestMs: number
  /** Node looks only so often whether the two above are over. */
  checkMs: number
}
const LIMITS: ServerLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 2_000,
  unreadMs: 20_000,
  connections: 2_000,
  perAddress: 200,
  mayBeProxy: isPrivate,
}
const GOODBYE_MS = 2_000

interface RunningServer {
  port: number
  /** Stops accepting, lets what is under way end, then closes the connections to the database. */
  close(): Promise<void>
}

/**
 * @param pages answers what is neither webhook nor health check; the built Remix app when absent
 * @throws Error with a sentence for people when the build is missing, the port is taken, or shops would not be kept
 *   apart in the database
 */
export async function startServer(
  settings: Env,
  pages?: RequestListener,
  limits = LIMITS,
): Promise<RunningServer> {
  await refuseUnsafeDatabase()
  const answerPage = pages ?? (await remixPages(settings))
  const door = createDoor({
    store: groupedStore(jobsPool(), createRinger(jobsPool())),
    secrets: secretsOf(settings),
  })
  const readiness = createReadiness(settings.DATABASE_URL)
  let closing = false

  const patience = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    // Longer than the usual idle time of load balancers, which would otherwise write into a closing connection.
    keepAliveTimeout: 65_000,
  }
  const answer: RequestListener = (request, response) => {
    const place = request.url?.split('?', 1)[0]
    if (isLate(request.socket)) {
      if (place !== '/healthz' && place !== '/readyz') return request.socket.destroy()
      response.setHeader('connection', 'close')
    }
    if (place === '/webhooks') door(request, response).catch((error) => fail(response, error))
    else if (place === '/healthz') plain(response, 200, 'ok')
    else if (place === '/readyz')
      void answerReadiness(response, closing ? 'shutting down' : readiness.check())
    else answerPage(request, response)
  }
  const server = createServer(patience, oneAtATime(answer))
  const isLate = limitConnections(server, limits)
  const port = await listen(server, settings)
  logger.info({ port }, 'web process is listening')

  return {
    port,
    close: async () => {
      closing = true
      const insist = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
      // A connection that was busy becomes idle later, and nothing would tell it to go.
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      await new Promise((resolve) => server.close(resolve))
      clearTimeout(insist)
      clearInterval(sweep)
      // A commit that is not confirmed keeps its connection for as long.
      const closed = Promise.all([readiness.close(), closePools(), closeShopify()])
      await Promise.race([closed, pause(GOODBYE_MS)])
    },
  }
}

function secretsOf({ SHOPIFY_API_SECRET, SHOPIFY_API_SECRET_PREVIOUS }: Env): string[] {
  return SHOPIFY_API_SECRET_PREVIOUS
    ? [SHOPIFY_API_SECRET, SHOPIFY_API_SECRET_PREVIOUS]
    : [SHOPIFY_API_SECRET]
}

async function remixPages(settings: Env): Promise<express.Express> {
  const bundle = path.join(root, 'build/server/index.js')
  if (!existsSync(bundle)) throw new Error('The pages are not built yet: run "npm run build" first')
  const build = (await import(pathToFileURL(bundle).href)) as ServerBuild

  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', [...PRIVATE_NETWORKS])
  app.use(logRequests)
  app.use(compression())
  app.use(refuseUnreadable(settings.SHOPIFY_APP_URL))
  app.use(endWithAnswer)
  const assets = path.join(root, 'build/client/assets')
  // No index and no redirect to one: a redirect would hand the query on.
  const files = { immutable: true, maxAge: '1y', fallthrough: false, index: false, redirect: false }
  app.use('/assets', express.static(assets, files))
  app.use(keptByNobody)
  app.get(/^\/app(\/|$)/, leadIn(settings.SHOPIFY_APP_URL))
  const mode = settings.NODE_ENV === 'development' ? 'development' : 'production'
  // Whose address it is, is told by what ends TLS before this process; see `trust proxy` above.
  const getLoadContext = (request: express.Request) => ({ address: request.ip })
  app.all('*', createRequestHandler({ build, mode, getLoadContext }))
  app.use(((error, _request, response, _next) => fail(response, error)) satisfies express.ErrorRequestHandler)
  return app
}

/** Path and outcome only: queries carry tokens and signatures. */
const logRequests: express.RequestHandler = (request, response, next) => {
  const started = performance.now()
  const { method, path: place } = request
  response.once('finish', () => {
    const ms = Math.round(performance.now() - started)
    logAnswered({ method, path: place, status: response.statusCode, ms }, sender.known)
  })
  const sender = whileAnswering(next)
}

/** Whoever goes on sending after the answer is not listened to: the connection ends. */
const endWithAnswer: express.RequestHandler = (request, response, next) => {
  response.once('finish', () => {
    if (!request.complete) request.socket.destroySoon()
  })
  next()
}

/** Points and people: no page and no data of one stays in a cache, whatever its route says. */
const keptByNobody: express.RequestHandler = (_request, response, next) => {
  const writeHead = response.writeHead.bind(response) as (...rest: unknown[]) => typeof response
  response.writeHead = (...rest: unknown[]) => {
    response.setHeader('Cache-Control', 'no-store')
    return writeHead(...rest)
  }
  next()
}

const refuseUnreadable =
  (origin: string): express.RequestHandler =>
  (request, response, next) => {
    const { method, originalUrl, headers } = request
    const fault = faultOfRequest({ method, url: originalUrl, headers, origin })
    if (fault) plain(response, fault.status, fault.reason)
    else next()
  }

const leadIn =
  (origin: string): express.RequestHandler =>
  ({ originalUrl, headers }, response, next) => {
    const place = wayIn(originalUrl, headers, origin)
    if (place) response.redirect(302, place)
    else next()
  }

function fail(response: ServerResponse, error: unknown): void {
  const known = (error as { status?: number }).status
  const status = known && known >= 400 && known < 500 ? known : 500
  if (status === 500) logger.error({ stack: (error as Error).stack ?? String(error) }, 'a request failed')
  if (response.headersSent) response.destroy()
  else plain(response, status, status === 404 ? 'not found' : 'error')
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

async function answerReadiness(response: ServerResponse, fault: string | null | Promise<string | null>) {
  const words = await fault
  plain(response, words ? 503 : 200, words ?? 'ready')
}

/** @throws Error with a sentence for people when the port is taken. */
function listen(server: Server, { HOST, PORT }: Env): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new Error(`Port ${PORT} is taken. Choose another one with the variable PORT.`))
      else if (error.code === 'EACCES')
        reject(new Error(`Port ${PORT} may not be used. Choose another one with the variable PORT.`))
      else reject(error)
    })
    server.listen(PORT, HOST, () => resolve((server.address() as { port: number }).port))
  })
}

async function main(): Promise<void> {
  const server = await startServer(env())
  // To `npm start`, which must not take whoever else answers at this port for us.
  process.send?.({ listens: server.port })
  stopOnSignal((signal) => {
    logger.info({ signal }, 'web process is stopping')
    return server.close()
  })
}

function stopWith(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

if (import.meta.main) await main().catch(stopWith)
