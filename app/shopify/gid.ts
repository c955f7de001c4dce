/** "gid://shopify/Order/42" → "42" */
export const digitsOf = (gid: string): string => gid.split('/').at(-1) ?? ''
