import type { IncomingHttpHeaders } from 'node:http'
import { SHOP_DOMAIN } from '../shop-domain.ts'
import { keptBody } from './kept-fields.ts'

/** One webhook delivery as it goes into the inbox. */
export interface Delivery {
  topic: string
  shopDomain: string
  webhookId: string
  apiVersion: string | null
  triggeredAt: string | null
  /** What is kept of it. */
  body: string
}

/** A signed delivery that cannot be stored; the message says what is wrong and carries nothing personal. */
export class UnreadableDelivery extends Error {
  override name = 'UnreadableDelivery'
}

const TOPIC = /^[a-z_]{1,60}\/[a-z_]{1,60}$/
const WEBHOOK_ID = /^[\x21-\x7e]{1,128}$/
const API_VERSION = /^[\x21-\x7e]{1,20}$/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws UnreadableDelivery naming the header or the fault of the body. */
export function readDelivery(headers: IncomingHttpHeaders, raw: Buffer): Delivery {
  mustBeObject(raw)
  const apiVersion = headers['x-shopify-api-version']
  const topic = required(headers, 'x-shopify-topic', TOPIC)
  return {
    topic,
    shopDomain: required(headers, 'x-shopify-shop-domain', SHOP_DOMAIN),
    webhookId: required(headers, 'x-shopify-webhook-id', WEBHOOK_ID),
    // These two only inform: a delivery is not refused for them.
    apiVersion: typeof apiVersion === 'string' && API_VERSION.test(apiVersion) ? apiVersion : null,
    triggeredAt: readTime(headers['x-shopify-triggered-at']),
    body: keptBody(topic, readText(raw)),
  }
}

const BRACE = 0x7b

/**
 * Everything that Shopify delivers is a JSON object, and nothing else that is signed with the app's secret begins like
 * one: neither a proxied query nor a session token can pass for a delivery. The rest of the JSON is the worker's business.
 */
function mustBeObject(raw: Buffer): void {
  if (raw[0] !== BRACE) throw new UnreadableDelivery('The body is not a JSON object')
}

function required(headers: IncomingHttpHeaders, name: string, shape: RegExp): string {
  const value = headers[name]
  if (typeof value !== 'string' || value === '') throw new UnreadableDelivery(`The header ${name} is missing`)
  if (!shape.test(value)) throw new UnreadableDelivery(`The header ${name} is malformed`)
  return value
}

/** PostgreSQL cannot store what JavaScript cannot read, or years it does not know; the range here is safe for both. */
function readTime(value: string | string[] | undefined): string | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return time >= 0 && time < 253_402_300_800_000 ? new Date(time).toISOString() : null
}

function readText(raw: Buffer): string {
  let text: string
  try {
    text = utf8.decode(raw)
  } catch {
    throw new UnreadableDelivery('The body is not UTF-8')
  }
  if (text.includes('\0')) throw new UnreadableDelivery('The body contains a NUL character')
  return text
}
