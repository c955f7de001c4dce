/** The one Admin API version the app speaks. `shopify.app.toml` agrees; `npm run check:shopify` sees to it. */
export const API_VERSION = '2026-10'
