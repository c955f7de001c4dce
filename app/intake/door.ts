import type { IncomingMessage, ServerResponse } from 'node:http'
import { logger } from '../logger.server.ts'
import { seldom } from '../seldom.ts'
import { type Delivery, readDelivery, UnreadableDelivery } from './delivery.ts'
import { BodyIncomplete, BodyTooLarge, readBody } from './read-body.ts'
import { createUnreadBodies, LIMITS, type Limits } from './unread-bodies.ts'
import { isSigned } from './verify-signature.ts'

const LARGEST_BODY = 2 * 2 ** 20
/** Shopify waits 5 s for the answer. Later we say 503; if the commit comes after all, its retry is a duplicate. */
const ANSWER_WITHIN_MS = 4_000

interface Settings {
  /** Resolves when the delivery is committed. */
  store(delivery: Delivery): Promise<void>
  /** The app's client secret, and the one before it while it is being rotated. */
  secrets: readonly string[]
  /** Of bodies that are not verified yet. */
  limits?: Limits
}

/** Too much is on its way, or this took too long to come. */
class BodyGivenUp extends Error {
  override name = 'BodyGivenUp'
  readonly reason: 'full' | 'slow'
  constructor(reason: 'full' | 'slow') {
    super(reason)
    this.reason = reason
  }
}

export type Door = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * The one way in for webhooks of every topic: `POST /webhooks`. A delivery is verified, stored and only then answered
 * with 200; what it means is the worker's business. It stands on node:http alone, before Remix, because each further
 * layer costs more than the whole of it.
 */
export function createDoor({ store, secrets, limits = LIMITS }: Settings): Door {
  const outage = watchOutage()
  const watch = createUnreadBodies(limits)
  const read = (request: IncomingMessage) =>
    new Promise<Buffer>((resolve, reject) => {
      const end = watch(request, (reason) => {
        request.pause()
        reject(new BodyGivenUp(reason))
      })
      readBody(request, LARGEST_BODY).then(resolve, reject).finally(end)
    })

  return async (request, response) => {
    if (request.method !== 'POST') return answer(response, 405, { allow: 'POST' })
    let delivery: Delivery
    try {
      const raw = await read(request)
      if (!isSigned(raw, header(request, 'x-shopify-hmac-sha256'), secrets)) {
        unsigned({ topic: header(request, 'x-shopify-topic')?.slice(0, 60) })
        return answer(response, 401)
      }
      delivery = readDelivery(request.headers, raw)
    } catch (error) {
      return refuse(response, error)
    }
    try {
      await within(ANSWER_WITHIN_MS, store(delivery))
      outage.over()
      answer(response, 200)
    } catch (error) {
      outage.seen(error)
      answer(response, 503, { 'retry-after': '30' })
    }
  }
}

/** Strangers must not fill the log. */
const unsigned = seldom((facts) => logger.warn(facts, 'webhook refused: signature'))
const givenUp = seldom((facts) => logger.warn(facts, 'webhook refused: its body took too much room or time'))

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof BodyIncomplete) response.destroy()
  else if (error instanceof BodyGivenUp) {
    givenUp({ reason: error.reason })
    // The connection ends behind the answer, and with it what the sender still has to say.
    if (error.reason === 'slow') answer(response, 408, { connection: 'close' })
    else answer(response, 503, { connection: 'close', 'retry-after': '5' })
  } else if (error instanceof BodyTooLarge) answer(response, 413, { connection: 'close' })
  else if (error instanceof UnreadableDelivery) {
    logger.warn({ reason: error.message }, 'webhook refused: unreadable')
    answer(response, 400, {}, error.message)
  } else throw error
}

function answer(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  text = '',
): void {
  if (response.destroyed) return // the sender has gone
  if (text) headers['content-type'] = 'text/plain; charset=utf-8'
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

function within(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not stored within ${ms} ms`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** An outage refuses thousands of deliveries; the log gets its beginning and its end. */
function watchOutage() {
  let refused = 0
  return {
    seen(error: unknown) {
      if (refused++ > 0) return
      logger.error(
        { reason: (error as Error).message },
        'webhooks cannot be stored; answering 503 until they can',
      )
    },
    over() {
      if (refused > 0) logger.info({ refused }, 'webhooks are stored again')
      refused = 0
    },
  }
}
