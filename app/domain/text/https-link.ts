/** No page that people are led to has a longer address. */
export const LINK = { max: 500 } as const

/**
 * Whether a text is a link that people may be led to: https, with a host that has a dot in it, and nothing in it by which a
 * browser would sign in somewhere.
 */
export function isHttpsLink(text: string): boolean {
  if (text.length > LINK.max || !/^https:\/\/[!-~]+$/.test(text) || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return protocol === 'https:' && hostname.includes('.') && username === '' && password === ''
}
