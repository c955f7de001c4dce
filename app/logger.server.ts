import pino from 'pino'

/** A level that does not exist is refused by name where the environment is read. */
const level = process.env.LOG_LEVEL ?? 'info'

/** Characters of a text that came, or may have come, from outside. A stack needs more to be of use. */
const LONGEST = { path: 200, stack: 4_000, other: 1_000 }

/** Whoever sends a long text must not fill the log with it: paths, and errors that repeat what was wrong. */
function cut(facts: Record<string, unknown>): Record<string, unknown> {
  const short = { ...facts }
  for (const [name, value] of Object.entries(facts)) {
    const longest = LONGEST[name as keyof typeof LONGEST] ?? LONGEST.other
    if (typeof value === 'string' && value.length > longest) short[name] = `${value.slice(0, longest)}…`
  }
  return short
}

/** Structured logs. Ids, topics, counts and durations only: no personal data, no payload, no token. */
export const logger = pino({
  level: level in pino.levels.values || level === 'silent' ? level : 'info',
  base: null,
  formatters: { log: cut },
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: [
      '*.accessToken',
      '*.refreshToken',
      '*.authorization',
      '*.email',
      '*.phone',
      '*.body',
      '*.payload',
    ],
    remove: true,
  },
})
