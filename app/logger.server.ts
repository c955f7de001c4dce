import pino from 'pino'

/** Structured logs. Ids, topics, counts and durations only: no personal data, no payload, no token. */
export const logger = pino({
  level: process.env.LOG_LEVEL ?? 'info',
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
