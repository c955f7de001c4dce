import { createContext } from 'react'

/** What the document's own scripts are marked with; on the server only. */
export const NonceContext = createContext<string | undefined>(undefined)

/**
 * The one script of Shopify's that the admin needs: whatever else lies on that server, other apps' files as well, does
 * not run here. The address is the one that Shopify's own libraries load and allow (shopify_app, docs/shopify_app/
 * content-security-policy.md).
 */
const APP_BRIDGE = 'https://cdn.shopify.com/shopifycloud/app-bridge.js'
/** Where Polaris' font and pictures come from. */
const SHOPIFY_FILES = 'https://cdn.shopify.com'
/** App Bridge speaks with the admin by messages; these are for what it reports and for what it opens in frames. */
const SHOPIFY =
  'https://*.shopify.com https://*.myshopify.com https://*.shopifycloud.com https://*.shopifysvc.com'

/**
 * The whole of a document's Content-Security-Policy. Scripts run from our own files, from App Bridge's, and inline
 * where they bear the nonce; styles also inline, which Polaris and React write.
 * @param bridge the address of another App Bridge than Shopify's own
 * @param ancestors the directive that says who may frame the document
 */
export function contentPolicy(nonce: string, bridge: string | undefined, ancestors: string): string {
  const files = bridge === undefined ? SHOPIFY_FILES : `${SHOPIFY_FILES} ${new URL(bridge).origin}`
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' ${scriptAddress(bridge ?? APP_BRIDGE)}`,
    `style-src 'self' 'unsafe-inline' ${files}`,
    `img-src 'self' data: blob: ${files}`,
    `font-src 'self' data: ${files}`,
    `connect-src 'self' ${files} ${SHOPIFY}`,
    `frame-src 'self' ${SHOPIFY}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    ancestors,
  ].join('; ')
}

/** A policy knows no query, and takes a comma or a semicolon for its own. */
function scriptAddress(address: string): string {
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`
}
