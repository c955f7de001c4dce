/** Signatures and headers of what Shopify sends to an app. */
import { createHmac } from 'node:crypto'
import type { WebhookDelivery } from '../model.ts'

/** base64 HMAC-SHA256 of the raw body: X-Shopify-Hmac-Sha256. */
export function webhookHmac(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body, 'utf8').digest('base64')
}

export function webhookHeaders(
  delivery: Pick<WebhookDelivery, 'topic' | 'body' | 'webhookId' | 'eventId' | 'triggeredAt' | 'apiVersion'>,
  shopDomain: string,
  secret: string,
): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'Shopify-Captain-Hook',
    'X-Shopify-Topic': delivery.topic,
    'X-Shopify-Shop-Domain': shopDomain,
    'X-Shopify-Hmac-Sha256': webhookHmac(delivery.body, secret),
    'X-Shopify-Webhook-Id': delivery.webhookId,
    'X-Shopify-Event-Id': delivery.eventId,
    'X-Shopify-Triggered-At': delivery.triggeredAt,
    'X-Shopify-API-Version': delivery.apiVersion,
  }
}

/**
 * The `signature` parameter of an app-proxy request: hex HMAC-SHA256 over the sorted `key=value` pairs joined
 * with nothing; several values of one key are joined with commas.
 */
export function proxySignature(parameters: URLSearchParams, secret: string): string {
  const keys = [...new Set(parameters.keys())].filter((key) => key !== 'signature')
  const message = keys
    .map((key) => `${key}=${parameters.getAll(key).join(',')}`)
    .sort()
    .join('')
  return createHmac('sha256', secret).update(message, 'utf8').digest('hex')
}
