/** "gid://shopify/Order/42" → "42" */
export const digitsOf = (gid: string): string => gid.split('/').at(-1) ?? ''

/** The other way: "Order", "42" → "gid://shopify/Order/42" */
export const gidOf = (type: string, digits: string): string => `gid://shopify/${type}/${digits}`
