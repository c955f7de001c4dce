import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Imports that the linter must refuse, each with the reason it gives. */
const FORBIDDEN: [file: string, imported: string, reason: string][] = [
  ['app/domain/earn.ts', '../ledger/post.ts', 'The rules are pure'],
  ['app/domain/deep/earn.ts', '../../shopify/payload.ts', 'The rules are pure'],
  ['app/domain/earn.ts', '../db.server.ts', 'no I/O'],
  ['app/domain/earn.ts', 'node:fs', 'no I/O'],
  ['app/domain/earn.ts', 'pg', 'no I/O'],
  ['app/ledger/post.ts', '../loyalty/settle-orders.ts', 'One book'],
  ['app/ledger/post.ts', '../db.server.ts', 'is handed a transaction'],
  ['app/loyalty/settle-orders.ts', '../jobs/drain-inbox.ts', 'Use cases import'],
  ['app/loyalty/settlement/orders.ts', '../../routes/app.tsx', 'Use cases import'],
  ['app/intake/door.ts', '../loyalty/settle-orders.ts', 'The door verifies'],
  ['app/shopify/payload.ts', '../ledger/post.ts', 'translates between'],
  ['app/queue/catalogue.ts', '../domain/money.ts', 'imports nothing'],
  ['app/jobs/drain-inbox.ts', '../ledger/post.ts', 'one use case'],
  ['app/routes/app.members.tsx', '../ledger/post.ts', 'A route authenticates'],
  ['app/ui/members/list.tsx', '../../ledger/post.ts', 'Components get props'],
  ['app/ui/members/list.tsx', '../../db.server.ts', 'run in the browser'],
  ['app/shopify.server.ts', '../dev-store/store.ts', 'knows nothing of the practice store'],
  ['app/loyalty/settle-orders.ts', '../../dev-store/store.ts', 'knows nothing of the practice store'],
  ['dev-store/main.ts', '../app/domain/money.ts', 'share its mistakes'],
  ['dev-store/pages/account.ts', '../../app/env.server.ts', 'share its mistakes'],
  ['extensions/points-checkout/src/a.tsx', '../../../app/domain/money.ts', 'Extensions run at Shopify'],
]

const ALLOWED: [file: string, imported: string][] = [
  ['app/domain/earn.ts', './money.ts'],
  ['app/domain/earn.ts', 'zod'],
  ['app/ledger/post.ts', '../domain/account.ts'],
  ['app/loyalty/settle-orders.ts', '../ledger/post.ts'],
  ['app/loyalty/settle-orders.ts', '../db.server.ts'],
  ['app/intake/door.ts', '../logger.server.ts'],
  ['app/jobs/drain-inbox.ts', '../loyalty/settle-orders.ts'],
  ['app/routes/app.tsx', '../loyalty/install-shop.ts'],
  ['test/domain/money.test.ts', '../../app/domain/money.ts'],
]

/** What the linter says of each planted file, by its path. */
const said = new Map<string, string>()
let folder: string

/** A name of its own for each planted import, in the folder that is meant. */
const placed = (file: string, imported: string) =>
  file.replace(/([^/]+?)(\.server)?\.(tsx?)$/, (_, name, server = '', end) => {
    const mark = Buffer.from(imported).toString('hex')
    return `${name}-${mark}${server}.${end}`
  })

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast-imports-'))
  const rules = JSON.parse(await readFile('biome.json', 'utf8'))
  await writeFile(path.join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }))
  for (const [file, imported] of [...FORBIDDEN, ...ALLOWED]) {
    const place = path.join(folder, placed(file, imported))
    await mkdir(path.dirname(place), { recursive: true })
    await writeFile(place, `import { x } from '${imported}'\nconsole.log(x)\n`)
  }
  const args = [
    'lint',
    '--only=style/noRestrictedImports',
    '--max-diagnostics=none',
    '--reporter=github',
    '.',
  ]
  const words = await new Promise<string>((resolve) => {
    const biome = path.resolve('node_modules/.bin/biome')
    execFile(biome, args, { cwd: folder }, (_error, out, err) => resolve(out + err))
  })
  for (const line of words.split('\n')) {
    const place = /file=([^,]+)/.exec(line)?.[1]
    if (!place) continue
    const file = path.relative(folder, path.resolve(folder, place))
    said.set(file, `${said.get(file) ?? ''}${line}\n`)
  }
})
afterAll(() => rm(folder, { recursive: true }))

test.each(FORBIDDEN)('%s must not import %s', (file, imported, reason) => {
  expect(said.get(placed(file, imported)) ?? '(the linter said nothing)').toContain(reason)
})

test.each(ALLOWED)('%s may import %s', (file, imported) => {
  expect(said.get(placed(file, imported))).toBeUndefined()
})
