/** A place in the shop: Shopify writes the shop's own address with a slash at its end or without. */
export function storefrontAddress(storefrontUrl: string, path: `/${string}`): string {
  return `${storefrontUrl.endsWith('/') ? storefrontUrl.slice(0, -1) : storefrontUrl}${path}`
}
