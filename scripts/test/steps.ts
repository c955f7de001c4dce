import type { TestRoom } from '../../test/rooms.ts'

/** One check of `npm test`. */
export interface Step {
  name: string
  /** What it checks, for people. */
  about: string
  /** A program of the packages and its arguments, or one of our scripts. */
  command: string[]
  /** Steps that must have passed before. */
  needs?: string[]
  /** A room of tests: they are counted. */
  vitest?: boolean
}

const tests = (name: TestRoom, about: string, more: Partial<Step> = {}): Step => ({
  name,
  about,
  command: ['vitest', 'run', '--project', name, '--passWithNoTests'],
  vitest: true,
  ...more,
})

const ROOMS = ['app', 'dev-store', 'extensions', 'scripts', 'bench', 'test', 'server.ts', 'worker.ts']

/** Every check there is: quick ones first, then the two long ones side by side. */
export const STEPS: Step[] = [
  { name: 'lint', about: 'format and lint (Biome)', command: ['biome', 'check', '.'] },
  {
    name: 'rooms',
    about: 'who imports whom (dependency-cruiser)',
    command: ['depcruise', ...ROOMS, '--config', '.dependency-cruiser.mjs'],
  },
  {
    name: 'migrations',
    about: 'new migrations keep nobody waiting (squawk)',
    command: ['node', 'scripts/check-migrations.ts'],
  },
  { name: 'schema', about: "Shopify's schemas", command: ['node', 'scripts/fetch-shopify-schema.ts'] },
  // The build of `npm start`, which the browser's tests call: it is not made a second time there.
  { name: 'build', about: 'the pages and the worker', command: ['node', 'scripts/start/build.ts'] },
  tests('domain', 'the rules, without a database'),
  { name: 'types', about: 'strict TypeScript', command: ['tsc'] },
  tests('database', 'ledger, use cases, intake, jobs, routes on a real PostgreSQL', {
    needs: ['build', 'schema'],
  }),
  tests('e2e', 'the whole path in a browser', { needs: ['build', 'schema'] }),
  tests('dev-store', 'the practice store against the official schema', { needs: ['schema'] }),
  tests('extensions', 'what Shopify shows of us'),
  {
    name: 'types-checkout',
    about: 'strict TypeScript of the checkout extension',
    command: ['tsc', '--noEmit', '-p', 'extensions/points-checkout'],
  },
  {
    name: 'types-till',
    about: "strict TypeScript of the till's extension",
    command: ['tsc', '--noEmit', '-p', 'extensions/points-till'],
  },
  {
    name: 'check-extensions',
    about: 'targets, keys and settings that the command line lets pass',
    command: ['node', 'scripts/check-extensions.ts'],
  },
  { name: 'theme', about: "Shopify's theme-check", command: ['node', 'scripts/check-theme.ts'] },
  {
    name: 'shopify',
    about: 'GraphQL documents, scopes and webhook topics',
    command: ['node', 'scripts/check-shopify-operations.ts'],
    needs: ['schema'],
  },
]
