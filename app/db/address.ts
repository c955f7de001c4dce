/** Where the database is: DATABASE_URL, read by one rule wherever it is needed. */

export const POSTGRES_URL = 'a PostgreSQL address like "postgresql://user:password@host:5432/stammgast"'

const ONE_HOST =
  'the driver knows one host: give the address of a proxy that leads to the primary, or one address that moves with it (README, "When the database fails over")'

/**
 * @returns what is wrong with the address, for behind its name ("is not set; …"); null when it can be used. No word of
 *   a password is in it.
 */
export function faultOfDatabaseUrl(value: string | undefined): string | null {
  if (!value) return `is not set; it must be ${POSTGRES_URL}`
  if (!/^postgres(ql)?:\/\//.test(value)) return `must be ${POSTGRES_URL}`
  return faultOfHosts(value) ?? faultOfParts(value)
}

/** What the driver fills in by itself for what is missing (this machine, the user's name) is meant by nobody. */
function faultOfParts(value: string): string | null {
  const must = `it must be ${POSTGRES_URL}`
  if (!URL.canParse(value) || /\s/.test(value)) return `cannot be read; ${must}`
  const { hostname, port, pathname, hash, searchParams } = new URL(value)
  const host = hostname || (searchParams.get('host') ?? '')
  if (host === '') return `names no host; ${must}`
  if (!HOST.test(host)) return `names the host "${host}", which can be none; ${must}`
  if (port === '0') return `names the port 0; ${must}`
  if (!/^\/[^/]+$/.test(pathname) || /%00|%(?![0-9a-f]{2})/i.test(pathname))
    return `names no database; ${must}`
  return hash === '' ? null : `has a "#" that is none of a name or a password (write "%23"); ${must}`
}

/** A name, an address, IPv6 in brackets, or the folder of a socket, also as the driver takes it in a host's place. */
const HOST = /^(?:[a-z0-9_][\w.-]*|\[[0-9a-f:.]+\]|\/.+|%2f.+)$/i

/** Parameters by which libpq chooses among hosts. The driver takes no notice of them. */
const CHOOSING = ['target_session_attrs', 'load_balance_hosts', 'hostaddr']

function faultOfHosts(value: string): string | null {
  const [, authority = '', query = ''] = /^[^:]*:\/\/([^/?#]*)[^?]*\??(.*)$/s.exec(value) ?? []
  const parameters = new URLSearchParams(query)
  const hosts = [authority.slice(authority.lastIndexOf('@') + 1), parameters.get('host') ?? '']
  const several = hosts.find((host) => /,|%2c/i.test(host))
  if (several !== undefined) return `names several hosts ("${several}"); ${ONE_HOST}`
  const choosing = CHOOSING.find((name) => parameters.has(name))
  return choosing === undefined ? null : `has the parameter "${choosing}"; ${ONE_HOST}`
}

/** @throws Error that names the variable and what it may be */
export function readDatabaseUrl(value: string | undefined): URL {
  const fault = faultOfDatabaseUrl(value)
  if (fault !== null) throw new Error(`DATABASE_URL ${fault}`)
  return new URL(value as string)
}
