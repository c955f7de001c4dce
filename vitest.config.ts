import { defineConfig } from 'vitest/config'

/** Fast rooms first; what needs a database clones one per file from a template; the browser comes last. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'domain',
          include: ['test/domain/**/*.test.ts'],
          sequence: { groupOrder: 0 },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'dev-store',
          include: ['test/dev-store/**/*.test.ts', 'test/contract/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'database',
          include: [
            'test/{ledger,loyalty,intake,jobs,routes,scripts,model,deep,faults,edge-cases}/**/*.test.ts',
          ],
          globalSetup: ['test/global-database.ts'],
          sequence: { groupOrder: 2 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'extensions',
          include: ['test/extensions/**/*.test.{ts,tsx}'],
          server: { deps: { inline: [/ui-extensions-tester/] } },
          sequence: { groupOrder: 3 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/global-product.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 4 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
