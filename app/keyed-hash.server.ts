import { createHmac, hkdfSync } from 'node:crypto'
import { env } from './env.server.ts'

/**
 * Stands for a text of which few are possible (an address, a number) and tells nothing of it to whoever has the
 * database alone. All processes come to the same.
 *
 * Its key is made of the app's secret one way (HKDF, RFC 5869), with a purpose in it: nothing is signed with the secret
 * itself, and what comes out is no signature of Shopify's.
 */
export function keyedHash(text: string): string {
  return createHmac('sha256', keyOf(env().SHOPIFY_API_SECRET)).update(text).digest('base64url').slice(0, 22)
}

let made: { secret: string; key: Buffer } | undefined
function keyOf(secret: string): Buffer {
  if (made?.secret !== secret)
    made = { secret, key: Buffer.from(hkdfSync('sha256', secret, '', 'stammgast who asks', 32)) }
  return made.key
}
