import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * True when `signature` is the base64 HMAC-SHA256 of the raw body under one of the secrets (the current one, and the
 * one before while it is being rotated). The base64 text is compared, not its bytes: two texts can decode to the same
 * bytes, and then a changed bit would go unseen.
 */
export function isSigned(body: Buffer, signature: string | undefined, secrets: readonly string[]): boolean {
  if (!signature) return false
  const given = Buffer.from(signature, 'latin1')
  let matches = false
  for (const secret of secrets) {
    const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('base64'), 'latin1')
    if (given.length === expected.length && timingSafeEqual(given, expected)) matches = true
  }
  return matches
}
