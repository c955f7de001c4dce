import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPool } from '../../app/db/db.server.ts'
import { starterProgram } from '../../app/domain/templates/program-template.ts'
import { useDatabase } from '../database.ts'
import { openDoor, type RunningDoor, SECRET } from '../intake/door-harness.ts'

const database = useDatabase()
const SHOP = 'kontor-lindental.myshopify.com'
let folder: string
let door: RunningDoor
let pool: ReturnType<typeof createPool>

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast cli '))
  pool = createPool(database.url(), 'stammgast_jobs', 4)
  door = await openDoor(pool)
  await database.owner().query(
    `INSERT INTO shop (domain, name, currency, time_zone, taxes_included, locale)
     VALUES ($1, 'Kontor Lindental', 'EUR', 'Europe/Berlin', true, 'de')`,
    [SHOP],
  )
})
afterAll(async () => {
  await door.close()
  await pool.end()
  await rm(folder, { recursive: true })
})
beforeEach(() => database.owner().query('DELETE FROM delivery'))

/** Runs a command as an operator would, in a process of its own. */
function stammgast(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    ...process.env,
    DATABASE_URL: database.url(),
    SHOPIFY_API_SECRET: SECRET,
    SHOPIFY_APP_URL: `http://127.0.0.1:${door.port}`,
    NODE_OPTIONS: '',
  }
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/cli/main.ts', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

async function file(name: string, lines: string[]): Promise<string> {
  const place = path.join(folder, name)
  await writeFile(place, `${lines.join('\n')}\n`)
  return place
}

describe('wrong calls', () => {
  test('get a usage line on stderr and exit 2', async () => {
    const calls = [
      ['fly'],
      ['member'],
      ['member', 'x'],
      ['audit', '--loud'],
      ['replay', 'a', 'b'],
      ['publish-program'],
      ['publish-program', '--starter', '--from', '2026-02-30'],
    ]
    for (const args of calls) {
      const { code, err, out } = await stammgast(...args)
      expect([code, out], args.join(' ')).toEqual([2, ''])
      expect(err).toMatch(/^Usage: npm run stammgast -- /m)
    }
  })

  test('--help is an answer, not a fault', async () => {
    const { code, out } = await stammgast('--help')
    expect(code).toBe(0)
    for (const name of ['replay', 'member', 'audit', 'publish-program', 'export-program'])
      expect(out).toContain(name)
    expect((await stammgast('member', '--help')).code).toBe(0)
  })

  test('a database that is not there is said plainly, exit 1', async () => {
    const { code, err } = await stammgastOn('postgresql://u:p@127.0.0.1:1/x')
    expect([code, err]).toEqual([1, 'The database at 127.0.0.1:1 does not answer.\n'])
  })

  test('an address that is none is said plainly, exit 1', async () => {
    const { code, err } = await stammgastOn('nonsense')
    expect(code).toBe(1)
    expect(err).toMatch(
      /^The environment is not complete:\n {2}DATABASE_URL: must be a PostgreSQL address [^\n]+\n$/,
    )
  })
})

function stammgastOn(address: string): Promise<{ code: number; err: string }> {
  const env = { ...process.env, DATABASE_URL: address, NODE_OPTIONS: '' }
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/cli/main.ts', 'audit'], { env }, (error, _out, err) =>
      resolve({ code: Number(error?.code ?? 0), err }),
    )
  })
}

describe('replay', () => {
  test('signs and delivers every line, exactly as written', async () => {
    const lines = Array.from({ length: 120 }, (_, n) =>
      JSON.stringify({
        topic: 'orders/create',
        payload: { n },
        headers: { 'X-Shopify-Webhook-Id': `id-${n % 100}` },
      }),
    )
    lines.push('', '{"topic":"orders/updated","payload":{"id":820982911946154508}}')
    const { code, out } = await stammgast('replay', await file('good.jsonl', lines), '--shop', SHOP)
    expect(code).toBe(0)
    expect(out).toMatch(/^121 delivered in /)
    expect(out).toMatch(/^ {2}200 +121$/m)
    const { rows } = await database.owner().query('SELECT topic, body FROM delivery')
    expect(rows).toHaveLength(101)
    expect(rows).toContainEqual({ topic: 'orders/updated', body: '{"id":820982911946154508}' })
  })

  test('names bad and refused lines with their number and exits with 1; the others arrive', async () => {
    const place = await file('mixed.jsonl', [
      '{"topic":"orders/create","payload":{}}',
      'nonsense',
      '{"topic":"not-a-topic","payload":{}}',
      '{"topic":"orders/create","payload":{}}',
    ])
    const { code, out, err } = await stammgast('replay', place, '--shop', SHOP, '--concurrency', '1')
    expect(code).toBe(1)
    expect(out).toMatch(/200 +2\n +400 +1/)
    expect(err).toBe('  line 2 is not JSON\n  line 3 was answered with 400\n')
    expect((await database.owner().query('SELECT FROM delivery')).rowCount).toBe(2)
  })
})

describe('a file of deliveries', () => {
  test('that is a folder is refused in a sentence', async () => {
    expect(await stammgast('replay', folder, '--shop', SHOP)).toEqual({
      code: 1,
      out: '',
      err: `"${folder}" is a folder, not a file of deliveries.\n`,
    })
  })

  test('with a line that cannot be sent: the others arrive', async () => {
    const place = await file('odd.jsonl', [
      '{"topic":"orders/\\ncreate","payload":{}}',
      '{"topic":"orders/create","payload":{}}',
    ])
    const { code, err } = await stammgast('replay', place, '--shop', SHOP)
    expect([code, err]).toEqual([1, '  line 1 has a "topic" that no header can carry\n'])
    expect((await database.owner().query('SELECT FROM delivery')).rowCount).toBe(1)
  })
})

describe('programs', () => {
  test('a document is published, exported as it was, and not published twice', async () => {
    const document = { ...starterProgram('EUR', 'Europe/Berlin'), returnWindowDays: 30 }
    const place = await file('program.json', [JSON.stringify(document)])
    expect(await stammgast('publish-program', place, '--from', '2025-11-01')).toMatchObject({
      code: 0,
      out: 'Published version 1.\n',
    })
    const exported = await stammgast('export-program')
    expect(JSON.parse(exported.out)).toEqual(document)
    expect((await stammgast('publish-program', place)).out).toBe('Version 1 is the same: nothing to do.\n')
    const { rows } = await database.owner().query('SELECT effective_from FROM program')
    // The day begins when it begins in the shop.
    expect(rows).toEqual([{ effective_from: new Date('2025-11-01T00:00:00+01:00') }])
    expect((await stammgast('export-program', '--version', '2')).code).toBe(1)
  })

  test('a faulty document is refused with the place of the fault', async () => {
    const document = { ...starterProgram('EUR', 'Europe/Berlin'), returnWindowDays: -1 }
    const { code, err } = await stammgast(
      'publish-program',
      await file('bad.json', [JSON.stringify(document)]),
    )
    expect(code).toBe(1)
    expect(err).toContain('returnWindowDays')
  })
})

describe('member', () => {
  test('unknown ones are said to be so', async () => {
    const { code, err } = await stammgast('member', 'gid://shopify/Customer/4711')
    expect([code, err]).toEqual([1, `The customer 4711 has no account in ${SHOP}.\n`])
  })

  test('--json prints one object with the figures and the entries', async () => {
    await database
      .owner()
      .query(`INSERT INTO account (shop_id, customer_id) SELECT shop_id, 800000000000000042 FROM shop`)
    const { code, out } = await stammgast('member', '800000000000000042', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      customer: 'gid://shopify/Customer/800000000000000042',
      available: 0,
      pending: 0,
      earned: 0,
      redeemed: 0,
      entries: [],
    })
  })
})
