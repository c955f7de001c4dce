/** Addresses of this machine's programs, from the environment. */

/** Whether it is `http://host:port` (or https) and no more. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\/[\w.[\]:-]+\/*$/.test(text) && URL.canParse(text)
}

/** @throws Error that names the variable and what it may be; undefined: it is not set */
export function practiceStoreUrl(text = process.env.PRACTICE_STORE_URL): string | undefined {
  if (!text) return undefined
  if (!isOrigin(text))
    throw new Error(`PRACTICE_STORE_URL is "${text}"; it must be an address such as http://localhost:4000`)
  return text.replace(/\/+$/, '')
}
