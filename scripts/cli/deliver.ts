import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest, Agent as TlsAgent } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import type { DeliveryLine } from './delivery-lines.ts'
import type { Target } from './environment.ts'

/** Waits before another try when the app is away or says 503, in milliseconds. */
const RETRY_AFTER = [250, 500, 1_000, 2_000, 4_000]
/** Shopify waits so long. */
const ANSWER_WITHIN_MS = 5_000

/** The HTTP status, or what went wrong when there was none. */
export type Outcome = number | 'no answer' | 'no shop'

/** Signs and delivers as Shopify does, each with an id of its own, over `concurrency` lasting connections. */
export function createSender(target: Target, concurrency: number) {
  const secure = target.url.startsWith('https:')
  const options = { keepAlive: true, maxSockets: concurrency }
  const agent = secure ? new TlsAgent(options) : new Agent(options)
  const open = secure ? httpsRequest : httpRequest

  function send(headers: Record<string, string>, body: Buffer): Promise<Outcome> {
    return new Promise((resolve) => {
      const request = open(
        target.url,
        { method: 'POST', agent, headers, timeout: ANSWER_WITHIN_MS },
        (response) => {
          response.resume()
          response.once('end', () => resolve(response.statusCode ?? 'no answer'))
        },
      )
      request.once('timeout', () => request.destroy())
      request.once('error', () => resolve('no answer'))
      request.end(body)
    })
  }

  return {
    /** Delivers once; when the app is away, again with the same id, up to six times in all. */
    async deliver(line: DeliveryLine): Promise<Outcome> {
      const shop = line.headers['x-shopify-shop-domain'] ?? target.shop
      if (!shop) return 'no shop'
      const body = Buffer.from(line.body)
      const headers = signedHeaders(line, body, shop, target.secret)
      let outcome = await send(headers, body)
      for (const wait of RETRY_AFTER) {
        if (outcome !== 'no answer' && outcome !== 503) break
        await pause(wait)
        outcome = await send(headers, body)
      }
      return outcome
    },
    close: () => agent.destroy(),
  }
}

function signedHeaders(
  line: DeliveryLine,
  body: Buffer,
  shop: string,
  secret: string,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Stammgast-Replay',
    'x-shopify-api-version': '2026-10',
    'x-shopify-triggered-at': new Date().toISOString(),
    'x-shopify-webhook-id': randomUUID(),
    'x-shopify-event-id': randomUUID(),
    ...line.headers,
    'x-shopify-topic': line.topic,
    'x-shopify-shop-domain': shop,
    // A recorded signature was made with another secret.
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    'content-length': String(body.length),
  }
}
