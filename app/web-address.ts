/** Addresses that come from the environment: what other programs make of a text is not asked, since they forgive much. */

interface WebAddress {
  /** A path behind the host; without it the address is a program's whole origin. */
  path: boolean
}

/**
 * Whether a text is the address of one server: https, or http on this machine. Without user, password, query and fragment,
 * and with a host that can be one: a wildcard would become one in the Content-Security-Policy.
 */
export function isWebAddress(text: string, { path }: WebAddress): boolean {
  const scheme = ['https', 'http'].find((one) => text.startsWith(`${one}://`))
  if (scheme === undefined) return false
  const behind = text.slice(scheme.length + '://'.length)
  const slash = behind.indexOf('/')
  const [authority, rest] = slash === -1 ? [behind, ''] : [behind.slice(0, slash), behind.slice(slash)]
  if (!/^[!-~]*$/.test(rest) || /[?#\\"'<>;,]/.test(rest)) return false
  if (!path && rest !== '' && rest !== '/') return false
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? []
  if (!isHost(host) || (port !== undefined && !isPort(port)) || !URL.canParse(text)) return false
  return scheme === 'https' || isThisMachine(host)
}

/** A name of labels, or an address of the internet protocol; IPv6 in brackets. Not one that stands for all addresses. */
export function isHost(host: string): boolean {
  if (host.startsWith('[')) return host.endsWith(']') && isNumbered(host, '[::]')
  const labels = host.split('.')
  if (host.length > 253 || !labels.every(isLabel)) return false
  return /^\d+$/.test(labels.at(-1) ?? '') ? isNumbered(host, '0.0.0.0') : true
}

const isLabel = (label: string) =>
  /^[a-z0-9-]{1,63}$/i.test(label) && !label.startsWith('-') && !label.endsWith('-')

function isNumbered(host: string, all: string): boolean {
  const address = `http://${host}`
  return URL.canParse(address) && new URL(address).hostname === host.toLowerCase() && host !== all
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.[\d.]+$/.test(host)
}
