import pino from 'pino'

/** A level that does not exist is refused by name where the environment is read. */
const level = process.env.LOG_LEVEL ?? 'info'

/** Structured logs. Ids, topics, counts and durations only: no personal data, no payload, no token. */
export const logger = pino({
  level: level in pino.levels.values || level === 'silent' ? level : 'info',
  base: null,
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
