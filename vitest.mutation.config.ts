import { statSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Stryker ends what hangs: a slow moment of the machine must not count as a test that noticed. */
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 }

/** Short files first: a test that notices ends the run, and the long ones try thousands of random cases. */
class ShortFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const size = ({ moduleId }: TestSpecification) => statSync(moduleId).size
    return [...files].sort((a, b) => size(a) - size(b))
  }
}

/**
 * The tests that `npm run test:mutation` asks of each changed line: those of the rules, without a database, then those
 * of the ledger on the PostgreSQL that scripts/test-mutation.ts has started.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: ShortFirst },
    projects: [
      {
        test: {
          name: 'domain',
          include: ['test/domain/**/*.test.ts'],
          exclude: ['test/domain/program/second-opinion.test.ts'], // another engine's seconds, for each of thousands of runs
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
          provide: { postgresUrls: [process.env.MUTATION_POSTGRES_URL ?? ''] },
        },
      },
    ],
  },
})
