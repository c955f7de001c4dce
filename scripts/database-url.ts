/** @throws Error naming the variable when DATABASE_URL is missing or no PostgreSQL address. */
export function requireDatabaseUrl(value = process.env.DATABASE_URL): URL {
  const allowed = 'a PostgreSQL address like "postgresql://user:password@host:5432/stammgast"'
  if (!value) throw new Error(`DATABASE_URL is not set; it must be ${allowed}`)
  let url: URL
  try {
    url = new URL(value)
  } catch {
    throw new Error(`DATABASE_URL cannot be read; it must be ${allowed}`)
  }
  if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:') {
    throw new Error(`DATABASE_URL begins with "${url.protocol}"; it must be ${allowed}`)
  }
  return url
}
