/**
 * Where the app lives, without a slash at the end; '' when the extension was built without an address.
 *
 * Shopify gives an extension no global with the app's address. Shopify CLI replaces `process.env.NAME` while it
 * bundles: `shopify app dev` sets APP_URL to the tunnel's address by itself; `shopify app build` and `deploy`
 * take it from the environment or the app's `.env` file, so deploy with
 * `APP_URL=<application_url of shopify.app.toml> shopify app deploy`. It is baked in rather than a setting in
 * the checkout editor: it is the same for every shop, and whoever could change it would receive the buyers'
 * session tokens.
 */
export function appUrl(): string {
  try {
    return (process.env.APP_URL ?? '').replace(/\/+$/, '')
  } catch {
    // Not replaced at build time, and a real extension has no `process`.
    return ''
  }
}

declare const process: { env: { APP_URL?: string } }
