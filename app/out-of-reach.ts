/** Why nothing of a shop can be shown though the merchant is signed in: Shopify does not serve it. */
export type Refusal =
  /** It knows no such shop (any more). */
  | 'unknown'
  /** It has frozen the shop (a bill is open) or locked it. */
  | 'locked'
  /** It does not let the app in. */
  | 'refused'
  /** It does not answer, or with a fault of its own. */
  | 'silent'

export const REFUSALS: Record<Refusal, number> = { unknown: 404, locked: 423, refused: 403, silent: 503 }

/** @param status what Shopify answered (https://shopify.dev/docs/api/usage/response-codes); 0: nothing */
export function refusalOf(status: number): Refusal {
  if (status === 404) return 'unknown'
  if (status === 402 || status === 423) return 'locked'
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'silent'
}

/** In the data of a failed page: whether Shopify refused, and how. */
export function refusalIn(data: unknown): Refusal | null {
  if (typeof data !== 'object' || data === null || !('shopify' in data)) return null
  return typeof data.shopify === 'string' && data.shopify in REFUSALS ? (data.shopify as Refusal) : null
}
