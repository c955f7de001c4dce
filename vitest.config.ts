import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { browsersAtOnce, processesAtOnce } from './scripts/test/processes.ts'
import { TEST_ROOMS, type TestRoom } from './test/rooms.ts'

type Options = NonNullable<TestProjectInlineConfiguration['test']>

/**
 * The files of a room run one after the other in one process, but for the database's and the browser's, whose processes
 * take the longest file that is left, each for a database or a shop of its own. Nothing hurries a wait for what is sure to come: a busy machine takes ten times as long.
 */
function room(name: TestRoom, order: number, options: Options): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: TEST_ROOMS[name].map((folder) => `test/${folder}/**/*.test.{ts,tsx}`),
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
      room('dev-store', 1, {}),
      room('database', 2, {
        maxWorkers: processesAtOnce(),
        globalSetup: ['test/global-database.ts'],
      }),
      room('extensions', 3, { server: { deps: { inline: [/ui-extensions-tester/] } } }),
      room('e2e', 4, {
        maxWorkers: browsersAtOnce(),
        globalSetup: ['test/e2e/global-product.ts'],
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
    ],
  },
})
