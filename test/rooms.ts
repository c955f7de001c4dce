/** The rooms of the tests, which are the projects of vitest.config.ts, and the folders of test/ that each runs. */
export const TEST_ROOMS = {
  domain: ['domain'],
  'dev-store': ['dev-store', 'contract'],
  database: [
    'ledger',
    'loyalty',
    'intake',
    'jobs',
    'routes',
    'scripts',
    'model',
    'deep',
    'faults',
    'edge-cases',
  ],
  extensions: ['extensions'],
  e2e: ['e2e'],
} as const

export type TestRoom = keyof typeof TEST_ROOMS
