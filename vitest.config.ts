import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

type Options = NonNullable<TestProjectInlineConfiguration['test']>

/**
 * The files of a room run one after the other; `npm test` runs two rooms at a time. Nothing hurries a wait for what is
 * sure to come: a busy machine takes ten times as long.
 */
function room(name: string, order: number, options: Options): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      maxWorkers: 1,
      isolate: false,
      setupFiles: ['test/fresh-modules.ts'],
      sequence: { groupOrder: order },
      testTimeout: 60_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 10_000 } },
      ...options,
    },
  }
}

/** Fast rooms first; what needs a database clones one per file from a template; the browser comes last. */
export default defineConfig({
  test: {
    projects: [
      room('domain', 0, {}),
      room('dev-store', 1, { include: ['test/{dev-store,contract}/**/*.test.ts'] }),
      room('database', 2, {
        include: [
          'test/{ledger,loyalty,intake,jobs,routes,scripts,model,deep,faults,edge-cases}/**/*.test.ts',
        ],
        globalSetup: ['test/global-database.ts'],
      }),
      room('extensions', 3, { server: { deps: { inline: [/ui-extensions-tester/] } } }),
      room('e2e', 4, {
        globalSetup: ['test/e2e/global-product.ts'],
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
    ],
  },
})
