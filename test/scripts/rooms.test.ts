import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FLOORS } from '../../rooms.ts'

/** Imports that the table of rooms must refuse, each with words of the reason. */
const FORBIDDEN: [file: string, imported: string, reason: string][] = [
  ['app/domain/money/a.ts', '../../ledger/post.ts', 'The rules are pure'],
  ['app/domain/rewards/kinds/a.ts', '../../../shopify/payload.ts', 'The rules are pure'],
  ['app/domain/money/a.ts', '../../db/tx.ts', 'The rules are pure'],
  ['app/domain/money/a.ts', 'node:fs', 'The rules are pure'],
  ['app/domain/money/a.ts', 'pg', 'The rules are pure'],
  ['app/domain/money/a.ts', '../orders/order-facts.ts', 'only wings below it'],
  ['app/domain/tiers/a.ts', '../program/program.ts', 'only wings below it'],
  ['app/ledger/a.ts', '../loyalty/settlement/settle-orders.ts', 'One book'],
  ['app/ledger/a.ts', '../env.server.ts', 'One book'],
  ['app/loyalty/settlement/a.ts', '../../jobs/drain-inbox.ts', 'Use cases import'],
  ['app/loyalty/orders/a.ts', '../../routes/app.tsx', 'Use cases import'],
  ['app/loyalty/orders/a.ts', '../settlement/settle-orders.ts', 'only wings below it'],
  ['app/loyalty/a.ts', '../ledger/post.ts', 'lies in one of its wings'],
  ['app/intake/a.ts', '../loyalty/settlement/settle-orders.ts', 'The door verifies'],
  ['app/shopify/a.ts', '../ledger/post.ts', 'translates between'],
  ['app/queue/a.ts', '../domain/money/money.ts', 'imports nothing'],
  ['app/jobs/a.ts', '../ledger/post.ts', 'one use case'],
  ['app/routes/a.tsx', '../ledger/post.ts', 'A route authenticates'],
  ['app/routes/a.tsx', '../db/db.server.ts', 'opens no transaction'],
  ['app/requests/a.ts', '../db/db.server.ts', 'open the transactions'],
  ['app/loyalty/members/a.ts', '../pages/open-home.ts', 'only wings below it'],
  ['app/ui/members/a.tsx', '../../ledger/post.ts', 'Components get props'],
  ['app/ui/members/a.tsx', '../../db/tx.ts', 'Components get props'],
  ['app/ui/members/a.tsx', '../../loyalty/settlement/settle-orders.ts', 'Components get props'],
  ['app/shopify.server.ts', '../dev-store/store.ts', 'knows nothing of what stands around it'],
  ['app/loyalty/orders/a.ts', '../../../dev-store/store.ts', 'Use cases import'],
  ['dev-store/a.ts', '../app/domain/money/money.ts', 'share its mistakes'],
  ['dev-store/pages/a.ts', '../../app/env.server.ts', 'share its mistakes'],
  ['extensions/points/src/a.tsx', '../../../app/domain/money/money.ts', 'Extensions run at Shopify'],
]

const ALLOWED: [file: string, imported: string][] = [
  ['app/domain/orders/b.ts', '../money/money.ts'],
  ['app/domain/money/b.ts', 'zod'],
  ['app/ledger/b.ts', '../domain/money/money.ts'],
  ['app/ledger/b.ts', '../db/tx.ts'],
  ['app/loyalty/settlement/b.ts', '../../ledger/post.ts'],
  ['app/loyalty/settlement/b.ts', '../orders/orders.ts'],
  ['app/loyalty/settlement/b.ts', '../../env.server.ts'],
  ['app/intake/b.ts', '../env.server.ts'],
  ['app/jobs/b.ts', '../loyalty/settlement/settle-orders.ts'],
  ['app/routes/b.tsx', '../loyalty/settlement/settle-orders.ts'],
  ['test/domain/b.ts', '../../app/domain/money/money.ts'],
]

/** What is imported in earnest in this house of cards. */
const TARGETS = [...FORBIDDEN, ...ALLOWED].flatMap(([file, imported]) =>
  imported.startsWith('.') ? [path.join(path.dirname(file), imported)] : [],
)

interface Violation {
  from: string
  to: string
  rule: { name: string }
}

let folder: string
let violations: Violation[]
const reasons = new Map<string, string>()

const placed = (file: string, imported: string) =>
  file.replace(
    /([^/]+?)((?:\.server)?\.tsx?)$/,
    (_, name, end) => `${name}-${Buffer.from(imported).toString('hex')}${end}`,
  )

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast-rooms-'))
  for (const file of TARGETS) await plant(file, 'export const x = 1\n')
  for (const [file, imported] of [...FORBIDDEN, ...ALLOWED])
    await plant(placed(file, imported), `import { x } from '${imported}'\nconsole.log(x)\n`)
  await plant(
    'app/ui/members/types.tsx',
    "import type { x } from '../../loyalty/settlement/settle-orders.ts'\nexport type Y = typeof x\n",
  )
  await plant('app/circle-a.ts', "import { b } from './circle-b.ts'\nexport const a = () => b\n")
  await plant('app/circle-b.ts', "import { a } from './circle-a.ts'\nexport const b = () => a\n")
  await plant(
    'tsconfig.json',
    '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler", "allowImportingTsExtensions": true, "noEmit": true } }',
  )
  await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'))
  violations = await cruise()
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

async function plant(file: string, text: string): Promise<void> {
  const place = path.join(folder, file)
  await mkdir(path.dirname(place), { recursive: true })
  await writeFile(place, text)
}

async function cruise(): Promise<Violation[]> {
  const program = path.resolve('node_modules/.bin/depcruise')
  const config = path.resolve('.dependency-cruiser.mjs')
  const args = ['app', 'dev-store', 'extensions', 'test', '--config', config, '--output-type', 'json']
  const text = await new Promise<string>((resolve) =>
    execFile(program, args, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, out, err) => resolve(out || err)),
  )
  const { summary } = JSON.parse(text)
  for (const { name, comment } of summary.ruleSetUsed.forbidden) reasons.set(name, comment)
  return summary.violations
}

const saidOf = (file: string) =>
  violations
    .filter(({ from }) => from === file)
    .map(({ rule: { name } }) => `${name}: ${reasons.get(name)}`)
    .join('\n')

test.each(FORBIDDEN)('%s must not import %s', (file, imported, reason) => {
  expect(saidOf(placed(file, imported))).toContain(reason)
})

test.each(ALLOWED)('%s may import %s', (file, imported) => {
  expect(saidOf(placed(file, imported))).toBe('')
})

test('a page may know the shapes of use cases', () => {
  expect(saidOf('app/ui/members/types.tsx')).toBe('')
})

test('two files that need each other are told', () => {
  expect(saidOf('app/circle-a.ts')).toContain('no-circle')
})

test('every floor and wing of the table exists once', () => {
  const rooms = FLOORS.flatMap(({ room, wings = [] }) => [room, ...wings.map((wing) => `${room}/${wing}`)])
  expect(new Set(rooms).size).toBe(rooms.length)
})
