/** Shopify's ids (digits, without zeros in front) in the order of their numbers. For `sort`. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
