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
  return faultOfHosts(value) ?? (URL.canParse(value) ? null : `cannot be read; it must be ${POSTGRES_URL}`)
}

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
