import { defineConfig } from 'vitest/config'

/** Stryker ends what hangs: a slow moment of the machine must not count as a test that noticed. */
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 }

/**
 * The tests that `npm run test:mutation` asks of each changed line: those of the rules, without a database, then those
 * of the ledger on the PostgreSQL that scripts/test-mutation.ts has started.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'domain',
          include: ['test/domain/**/*.test.ts'],
          exclude: ['test/domain/second-opinion.test.ts'], // another engine's seconds, for each of thousands of runs
          sequence: { groupOrder: 0 },
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'ledger',
          include: ['test/ledger/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          ...PATIENT,
          provide: { postgresUrl: process.env.MUTATION_POSTGRES_URL ?? '' },
        },
      },
    ],
  },
})
