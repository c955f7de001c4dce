/**
 * The rooms of the house: its floors from the ground up, the wings on them, and who may import whom. This one table
 * makes the rules by which `npm run rooms` reads every import (`.dependency-cruiser.mjs`). Why the rooms lie as they
 * do, and what would reverse it: docs/decisions/0042-floors-and-wings.md.
 */

interface Floor {
  /** Folder, from the root. */
  room: string
  /** The rooms that it may import beside itself. */
  imports: string[]
  /** What the rule protects; said when it is broken. */
  why: string
  /** Rooms of which it may import types and nothing that runs. */
  typesOnly?: string[]
  /** The only packages that it may import; absent: any. */
  packages?: string[]
  /** Its wings from the ground up: each may import those before it. */
  wings?: string[]
}

/** Files at the root of app/ that everybody may import: settings, log, connections. */
const ROOT = 'app/[^/]+\\.tsx?'

export const FLOORS: Floor[] = [
  {
    room: 'app/domain',
    imports: [],
    packages: ['zod', 'temporal-polyfill'],
    why: 'The rules are pure: no I/O, no clock, no database and no Shopify, so that the live path, previews, explanations and tests run the same code. Hand times and ids in as arguments.',
    wings: [
      'text',
      'money',
      'document',
      'time',
      'account',
      'orders',
      'expiry',
      'tiers',
      'rewards',
      'earning',
      'imports',
      'program',
      'templates',
    ],
  },
  {
    room: 'app/db',
    imports: [ROOT],
    why: 'Connections, transactions and the watch over them know nothing of what is asked and written.',
  },
  {
    room: 'app/ledger',
    imports: ['app/domain', 'app/db'],
    why: 'One book: app/ledger takes a transaction and decided facts, and imports only the rules. It opens no transaction and reads no settings.',
  },
  {
    room: 'app/queue',
    imports: [],
    why: 'The catalogue of jobs is imported from everywhere and so imports nothing; it is handed a transaction.',
  },
  {
    room: 'app/shopify',
    imports: ['app/domain', 'app/db', ROOT],
    why: "app/shopify translates between Shopify's words and the domain's; it knows only the rules.",
  },
  {
    room: 'app/intake',
    imports: ['app/http', ROOT],
    why: "The door verifies, stores and answers; what a delivery means is the worker's business.",
  },
  {
    room: 'app/loyalty',
    imports: ['app/domain', 'app/ledger', 'app/shopify', 'app/queue', 'app/db', 'app/i18n', ROOT],
    why: 'Use cases import the rules, the ledger, Shopify and the queue; whoever calls them (routes, jobs, intake, pages) is unknown to them.',
    wings: [
      'sync',
      'inbox',
      'shop',
      'program',
      'orders',
      'labels',
      'expiry',
      'earning',
      'causes',
      'draws',
      'rewards',
      'tiers',
      'settlement',
      'members',
      'reconciliation',
      'codes',
      'surfaces',
      'till',
      'numbers',
      'imports',
      'audit',
      'upkeep',
      'deliveries',
      'pages',
    ],
  },
  {
    room: 'app/jobs',
    imports: ['app/loyalty', 'app/queue', 'app/db', ROOT],
    why: 'A job parses its payload and calls one use case of app/loyalty.',
  },
  {
    room: 'app/i18n',
    imports: ['app/locales'],
    why: 'The languages of the admin know only their texts.',
  },
  {
    room: 'app/ui',
    imports: ['app/domain', 'app/i18n', 'app/out-of-reach.ts'],
    typesOnly: ['app/loyalty'],
    why: 'Components get props, fetch nothing and run in the browser: of use cases they know the shapes alone.',
  },
  {
    room: 'app/requests',
    imports: ['app/loyalty', 'app/shopify', 'app/ui', 'app/domain', 'app/i18n', 'app/http', ROOT],
    why: 'What a request says is parsed and answered here; use cases of app/loyalty open the transactions.',
  },
  {
    room: 'app/routes',
    imports: ['app/loyalty', 'app/ui', 'app/domain', 'app/i18n', 'app/requests', 'app/http', ROOT],
    why: 'A route authenticates, parses, calls one use case of app/loyalty and answers; it goes past none of them and opens no transaction.',
  },
  {
    room: 'app',
    imports: ['server.ts', 'worker.ts', 'build'],
    why: 'The app knows nothing of what stands around it: the practice store, the extensions, the scripts, the tests.',
  },
  {
    room: 'dev-store',
    imports: ['scripts'],
    why: 'The practice store stands in for Shopify and shares nothing with the app: it would share its mistakes.',
  },
  {
    room: 'extensions',
    imports: [],
    why: 'Extensions run at Shopify: they reach the app by HTTP or metafields only.',
  },
]
