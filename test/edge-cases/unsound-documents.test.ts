import { beforeAll, describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import type { Tx } from '../../app/db/tx.ts'
import { type AuditFinding, auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import type { Delivery } from '../../app/loyalty/inbox/inbox.ts'
import { mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import { settleAgain } from '../../app/loyalty/settlement/settle-again.ts'
import type { Shop } from '../../app/loyalty/shop/shop-of-request.ts'
import { openMemberPage } from '../../app/loyalty/surfaces/read-member-page.ts'
import { readOrderPoints } from '../../app/loyalty/surfaces/read-order-points.ts'
import { readPanel } from '../../app/loyalty/surfaces/read-panel.ts'
import { isAsked } from '../../app/loyalty/upkeep/ask-for-run.ts'
import { exportCustomer } from '../../app/loyalty/upkeep/compliance.ts'
import { readAudits } from '../../app/loyalty/upkeep/read-operations.ts'
import { redactCustomer } from '../../app/loyalty/upkeep/redact-customer.ts'
import { useDatabase } from '../database.ts'
import { fillShop } from '../support/full-shop.ts'
import { silentAdmin } from '../support/member.ts'
import { makeShop } from '../support/shop.ts'

const database = useDatabase()
const [FIRST, SECOND] = ['7700880011', '7700880022']
const ORDER = '9102'
const now = Date.now()

let shop: Shop
beforeAll(async () => {
  const { shopId } = await makeShop(database.owner())
  shop = (await fillShop(database.owner(), shopId, 'zeichen', [FIRST, SECOND])).shop
})

const payload = {
  customer: { id: Number(FIRST), email: 'mara@beispiel.example', phone: null },
  data_request: { id: 77 },
}
const delivery = () =>
  ({ ...shop, shopDomain: shop.domain, deliveryId: 0, attempts: 0, triggeredAt: null }) as unknown as Delivery

class Enough extends Error {}
/** What it would change does not stay. */
async function inVain(work: (tx: Tx) => Promise<unknown>) {
  const ended = acrossShops(async (tx) => {
    await work(tx)
    throw new Enough()
  })
  await ended.catch((error) => {
    if (!(error instanceof Enough)) throw error
  })
}

const READERS: Record<string, () => Promise<unknown>> = {
  audit: () => withShop(shop.shopId, (tx) => auditLedger(tx)),
  export: () => inVain((tx) => exportCustomer(tx, shop.shopId, payload as never, now)),
  redaction: () => inVain((tx) => redactCustomer(tx, delivery(), payload as never, now)),
  merge: () => inVain((tx) => mergeMembers(tx, shop.shopId, { keptId: FIRST, deletedId: SECOND }, now, now)),
  'page of the member': () => openMemberPage(shop, silentAdmin, FIRST, 'de', now),
  'panel of the member': () => readPanel({ shop, customerId: FIRST, locale: 'de', now } as never),
  'points of the order': () => readOrderPoints({ shop, customerId: FIRST } as never, ORDER),
  'orders judged again': () => settleAgain(shop.shopId, () => now),
  audits: () => withShop(shop.shopId, (tx) => readAudits(tx, shop.shopId)),
  'asked for': () => withShop(shop.shopId, (tx) => isAsked(tx, shop.shopId, 'audit')),
}

const ANY = ['{}', 'null', '[]', '[null]', '"x"', '5', 'true', '{"v": 2}']

interface Column {
  /** The rows that become unsound, of `t`. */
  where?: string
  /** Beside those that no column can be. */
  contents?: string[]
  /** How the audit names the row. */
  named: RegExp
  /** Who may refuse, and how the row is named then: "merge: order 9102: …". */
  refused?: RegExp
  /** Contents that are sound, if little. */
  sound?: string[]
}

const SMALL = {
  orderId: ORDER,
  name: '#1',
  customerId: null,
  currency: 'EUR',
  updatedAt: 1,
  placedAt: 1,
  lines: [],
}
const withPart = (part: string) => JSON.stringify({ ...SMALL, ...JSON.parse(`{${part}}`) })

const COLUMNS: Record<string, Column> = {
  'order_state.facts': {
    where: `t.order_id = ${ORDER}`,
    named: /^order 9102: /,
    contents: [
      ...['"lines": {}', '"lines": [null]', '"lines": [[1, 2]]', '"lines": [{}]', '"refunds": "x"'],
      ...['"refunds": [null]', '"refunds": [{}]', '"currency": null', '"currency": 5', '"placedAt": "x"'],
      ...[
        '"discountCodes": 5',
        '"discountCodes": {}',
        '"idleCodes": "x"',
        '"cancelledAt": {}',
        '"paid": "x"',
      ],
      ...[
        '"dispute": 3',
        '"orderId": 5',
        '"name": null',
        '"customerId": 7',
        '"shipping": "1"',
        '"kept": "x"',
      ],
      ...['"refunds": [{"paidBack": "x"}], "kept": 0', '"source": []', '"updatedAt": null'],
    ].map(withPart),
  },
  'order_state.status_steps': {
    where: `t.order_id = ${ORDER}`,
    named: /^order 9102: /,
    sound: ['[]'],
    contents: ['[{}]', '[{"at": "x"}]', '[5]'],
    // By fewer steps she would stand lower, and points would move.
    refused: /^merge: order 9102: what is stored of it cannot be read: its steps towards tiers/,
  },
  'posting.why': {
    named: /^posting \d+: /,
    sound: ['{}', 'null', '{"v": 2}', '{"order": "x"}'],
    contents: [
      ...['{"v": 2, "lines": [null]}', '{"v": 2, "lines": {}}', '{"v": 2, "lines": "x"}', '{"orders": "x"}'],
      ...['{"on": {}}', '{"order": "x"}', '{"order": {}}', '{"earnedAt": "x"}', '{"earnedAt": 1e300}'],
      ...['{"source": 5}', '{"warnedAt": {}}', '{"idleMonths": "x"}', '{"reason": 5}'],
      ...['{"because": 5, "source": "newsletter"}'],
    ],
  },
  'program.document': { where: 't.version = 1', named: /^version 1 of the program: / },
  'redemption.reward': {
    named: /^redemption \d+: /,
    contents: ['{"kind": "x", "name": {}}', '{"kind": "amount-off"}', '{"name": null}', '{"name": "x"}'],
  },
  'earning_occasion.told': { named: /^what account \d+ did: /, sound: ['{}', '{"v": 2}'] },
  'data_request.export': {
    named: /^request 501: /,
    sound: ['{}', '{"v": 2}', '{"entries": {}}', '{"orders": [5, null]}'],
    contents: ['{"entries": {}}', '{"orders": [5, null]}'],
  },
  'audit_run.findings': {
    named: /^audit \d+: /,
    sound: ['[]', 'null'],
    contents: ['[{}]', '[{"examples": 5}]'],
  },
  'shop.settings': {
    sound: ['{}', '{"v": 2}'],
    named: /^settings of the shop/,
    contents: [
      '{"auditAsked": 5}',
      '{"auditAsked": {"at": "x"}}',
      '{"auditAsked": {"at": "2026-01-01", "after": "x"}}',
    ],
  },
  'shop.campaign_titles': { sound: ['{}', 'null', '{"v": 2}'], named: /^titles of campaigns/ },
}

/** Written by a hand that nothing stops. */
async function write(sql: string, values: unknown[]) {
  const client = await database.owner().connect()
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica')
    await client.query(sql, values)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

async function keep(table: string | undefined) {
  await database.owner().query('DROP TABLE IF EXISTS kept')
  await database.owner().query(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE shop_id = ${shop.shopId}`)
}

async function putBack(table: string | undefined) {
  const { rows } = await database.owner().query(
    `SELECT string_agg(quote_ident(attname), ', ') AS columns FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  )
  const { columns } = rows[0]
  await write(`DELETE FROM ${table} WHERE shop_id = $1`, [shop.shopId])
  await write(`INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM kept`, [])
}

const namesIn = (findings: AuditFinding[]) =>
  findings.find(({ invariant }) => invariant === 21)?.examples ?? []

describe.each(Object.entries(COLUMNS))(
  'A18: %s',
  (name, { where = 'true', contents = [], named, sound = [], refused }) => {
    const [table, column] = name.split('.')

    test('a row that cannot be read is named by the audit and stops nobody', async () => {
      await keep(table)
      const faults: string[] = []
      for (const content of [...ANY, ...contents]) {
        // A version is kept compiled, until it is published anew.
        const touched = table === 'program' ? ', published_at = clock_timestamp()' : ''
        await write(`UPDATE ${table} t SET ${column} = $2${touched} WHERE shop_id = $1 AND ${where}`, [
          shop.shopId,
          content,
        ])
        for (const [reader, read] of Object.entries(READERS)) {
          const told = await read().catch((error: Error) => error)
          if (told instanceof Error) {
            if (!refused?.test(`${reader}: ${told.message}`))
              faults.push(`${content}: ${reader}: ${told.message}`)
          } else if (reader === 'audit') {
            const isNamed = namesIn(told as AuditFinding[]).some((example) => named.test(example))
            if (isNamed === sound.includes(content))
              faults.push(`${content}: ${isNamed ? 'named' : 'not named'}`)
          }
        }
      }
      await putBack(table)
      expect(faults).toEqual([])
    }, 300_000)
  },
)

/** Facts of one order, for as long as `work` takes. */
async function withFacts<T>(facts: string, work: () => Promise<T>): Promise<T> {
  await keep('order_state')
  await write('UPDATE order_state SET facts = $2 WHERE shop_id = $1 AND order_id = $3', [
    shop.shopId,
    facts,
    ORDER,
  ])
  return work().finally(() => putBack('order_state'))
}

test('A18: beside an order that cannot be read the audit finds what is wrong with the next one', async () => {
  const told = await withFacts('{}', async () => {
    await write('UPDATE order_state SET worth = worth + 1 WHERE shop_id = $1 AND order_id = 9103', [
      shop.shopId,
    ])
    return (await READERS.audit?.()) as AuditFinding[]
  })
  expect(namesIn(told)).toEqual(['order 9102: what is stored of it cannot be read: orderId must be text'])
  const worth = told.find(({ invariant }) => invariant === 7)
  expect(worth?.examples.filter((example) => example.startsWith('order 910'))).toEqual([
    expect.stringMatching(/^order 9103: worth /),
  ])
})

test('A18: an order that cannot be read keeps none from being judged again, and is told by its number', async () => {
  const judged = await withFacts('{"lines": [null]}', async () => {
    await write(
      'UPDATE order_state SET program_version = NULL WHERE shop_id = $1 AND order_id IN (9102, 9103)',
      [shop.shopId],
    )
    await expect(settleAgain(shop.shopId, () => now)).rejects.toThrow(
      '1 orders could not be judged, the first of them 9102: order 9102: what is stored of it cannot be read',
    )
    const { rows } = await database
      .owner()
      .query('SELECT program_version FROM order_state WHERE shop_id = $1 AND order_id = 9103', [shop.shopId])
    return rows[0].program_version
  })
  expect(judged).not.toBeNull()
})

test('A18: a redaction finds her in facts that are none', async () => {
  const left = await withFacts('["von mara@beispiel.example"]', () =>
    acrossShops(async (tx) => {
      await redactCustomer(tx, delivery(), payload as never, now)
      const { rows } = await tx.query<{ facts: string }>(
        'SELECT facts::text AS facts FROM order_state WHERE shop_id = $1 AND order_id = $2',
        [shop.shopId, ORDER],
      )
      throw new Enough(rows[0]?.facts)
    }).catch((error: Error) => error.message),
  )
  expect(left).toContain('[redacted]')
  expect(left).not.toContain('mara@')
})
