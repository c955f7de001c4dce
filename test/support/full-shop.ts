import type pg from 'pg'
import { withShop } from '../../app/db/db.server.ts'
import type { Program } from '../../app/domain/program/program.ts'
import { expirePoints } from '../../app/loyalty/expiry/expire-points.ts'
import { warnOfExpiry } from '../../app/loyalty/expiry/warn-of-expiry.ts'
import { runBatch } from '../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { saveDraft } from '../../app/loyalty/program/save-draft.ts'
import { type Shop, shopById } from '../../app/loyalty/shop/shop-of-request.ts'
import { renewTiers } from '../../app/loyalty/tiers/renew-tiers.ts'
import { sendWarnings } from './expiry.ts'
import { buy, silentAdmin } from './member.ts'
import { testProgram } from './program.ts'
import { redeemCode } from './redeem-code.ts'
import { publish } from './shop.ts'

/** A shop with something in every table, each text with `mark` in it and each number above a million. */
export interface FullShop {
  shop: Shop
  /** How many texts and numbers of the shop's nobody else may read, and the first of them that a text holds. */
  secrets: number
  leak(text: string): string | null
  /** Every id that points at something of the shop's, by column: what a curious neighbour might send. */
  ids: Map<string, string[]>
}

const DAY_MS = 86_400_000
const PRICE = 2_113_709
const BIG = 7_319_462
/** Where no id, time or count of the neighbour can be the same by chance. */
const MILLION = 1_000_000

/** @param customers two ids in digits; both buy, redeem and are adjusted here */
export async function fillShop(
  owner: pg.Pool,
  shopId: number,
  mark: string,
  [first, second]: [string, string],
): Promise<FullShop> {
  const shop = await shopById(shopId)
  if (!shop) throw new Error(`there is no shop ${shopId}`)
  await owner.query('UPDATE shop SET name = $2 WHERE shop_id = $1', [shopId, `Laden ${mark}`])
  const program = markedProgram(mark)
  await publish(owner, shopId, 1, program, '2020-01-01T00:00:00Z')
  await owner.query(
    `INSERT INTO program (shop_id, version, document, effective_from, published_by, note)
     VALUES ($1, 2, $2, '2020-02-01', $3, $3)`,
    [shopId, { ...program, returnWindowDays: 20 }, `Notiz ${mark}`],
  )
  await owner.query(
    `INSERT INTO "Session" (id, shop, state, "accessToken", scope, expires)
     VALUES ($1, $2, '', $3, 'read_orders', now() + interval '1 year')`,
    [`offline_${shop.domain}`, shop.domain, `shpat_${mark}`],
  )
  await fillBook(owner, shop, mark, [first, second])
  await withShop(shopId, (tx) =>
    saveDraft(tx, shop, { revision: 0, patch: { name: { de: `Entwurf ${mark}` } }, actor: `staff:${mark}` }),
  )
  await fillOperations(owner, shop, mark, first)
  await owner.query(`DELETE FROM graphile_worker._private_jobs WHERE payload ->> 'shopId' = $1`, [
    String(shopId),
  ])
  const secrets = await secretsOf(owner, shopId, mark)
  // A number counts where it stands alone, not as a part of a time or an id.
  const pattern = new RegExp(
    secrets.map((secret) => `(?<!\\d)${secret.replace(/\W/g, '\\$&')}(?!\\d)`).join('|'),
  )
  const leak = (text: string) => pattern.exec(text)?.[0] ?? null
  const ids = await idsOf(owner, shop)
  // What a request carries may come back in its answer: no id holds a secret.
  for (const [column, values] of ids)
    ids.set(
      column,
      values.filter((id) => leak(id) === null),
    )
  return { shop, secrets: secrets.length, leak, ids }
}

function markedProgram(mark: string): Program {
  const name = (text: string) => ({ de: `${text} ${mark}`, en: `${text} ${mark}` })
  const [reward] = testProgram().rewards
  return testProgram({
    name: name('Programm'),
    rewards: [{ ...(reward as Program['rewards'][number]), name: name('Gutschein'), cost: PRICE }],
    campaigns: [
      {
        id: 'neighbour-campaign',
        name: name('Kampagne'),
        multiplier: '2',
        scope: { kind: 'all' },
        tiers: [],
        window: { start: '2099-01-01T00:00', end: null, timeZone: 'Europe/Berlin' },
      },
    ],
    tiers: {
      basis: 'spend',
      window: { kind: 'lifetime' },
      levels: [{ id: 'neighbour-tier', name: name('Stufe'), threshold: '1', multiplier: '1' }],
    },
    expiry: { kind: 'after-earning', months: 12, warnDays: 30 },
  })
}

async function fillBook(owner: pg.Pool, shop: Shop, mark: string, [first, second]: [string, string]) {
  const { shopId } = shop
  const now = Date.now()
  const ago = (days: number) => new Date(now - days * DAY_MS).toISOString()
  const order = (id: number, days: number) => ({ id, placedAt: ago(days), more: { name: `#${mark}-${id}` } })
  // What lapsed some time ago can be given back; what was just bought is still pending.
  const lapsing = { ...order(9101, 500), customer: first, lines: [{ price: `${BIG}.00` }] }
  await buy(shopId, lapsing, now - 450 * DAY_MS)
  await warnOfExpiry(now - 140 * DAY_MS)
  await sendWarnings(owner, shopId, now - 140 * DAY_MS)
  await expirePoints(now - 30 * DAY_MS)
  for (const [id, customer, days, price] of [
    [9102, first, 60, BIG + 111_111],
    [9103, second, 50, BIG + 222_222],
    [9104, first, 1, BIG + 333_333],
    // Due to lapse, and told so.
    [9105, second, 350, BIG + 444_444],
  ] as const)
    await buy(shopId, { ...order(id, days), customer, lines: [{ price: `${price}.00` }] })
  await warnOfExpiry(now)
  await renewTiers(now, { shopId })
  for (const customerId of [first, second]) {
    const wish = {
      shop,
      customerId,
      rewardId: 'five-off',
      price: PRICE,
      requestKey: `${mark}-${customerId}`,
      now,
    }
    const { code } = await redeemCode(wish)
    // One of the codes stands on an order.
    if (customerId === second)
      await buy(shopId, { ...order(9106, 2), customer: second, status: 'pending', codes: [code] })
    const adjustment = { shop, customerId, actor: `staff:${mark}`, key: `${mark}-adjust-${customerId}`, now }
    await adjustPoints({ ...adjustment, points: 999_983, reason: `Anlass ${mark}` }, silentAdmin)
  }
}

async function fillOperations(owner: pg.Pool, shop: Shop, mark: string, customer: string) {
  const { shopId } = shop
  const now = Date.now()
  for (const [name, points] of [
    ['gebucht', 998_877],
    ['wartet', 997_766],
  ] as const) {
    const text = `Kundennummer;Punkte;Grund\n${customer};${points};Datei ${mark}\n${customer};1,5;Falsch ${mark}\n`
    const bytes = new TextEncoder().encode(text)
    const file = {
      kind: 'adjustment',
      language: 'de',
      fileName: `${mark}-${name}.csv`,
      actor: `staff:${mark}`,
    } as const
    const batchId = await uploadBatch({ shop, bytes, now, ...file })
    await runBatch(shopId, batchId, Date.now)
    if (name === 'wartet') continue
    await owner.query(`UPDATE bulk_batch SET status = 'running' WHERE batch_id = $1`, [batchId])
    await runBatch(shopId, batchId, Date.now)
  }
  const rows: [string, unknown[]][] = [
    [
      `WITH d AS (INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, 'w-1', 'orders/updated', $2, $3)
                  RETURNING shop_id, delivery_id)
       INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
       SELECT shop_id, delivery_id, 'quarantined', $4, 1 FROM d`,
      [shop.domain, `{"name":"#${mark}","topic":"${mark}"}`, `no id: ${mark}`],
    ],
    [`UPDATE inbox SET attempts = 3, reason = $2 WHERE shop_id = $1`, [`waits: ${mark}`]],
    [`INSERT INTO product_label VALUES ($1, 71, '{72}', ARRAY[$2])`, [mark]],
    [`INSERT INTO dispute VALUES ($1, 9999, 9998, 'open', now())`, []],
    [
      `INSERT INTO earning_occasion SELECT shop_id, account_id, 'newsletter', $2, now(), jsonb_build_object('state', $2::text, 'level', NULL)
         FROM account WHERE shop_id = $1 LIMIT 1`,
      [mark],
    ],
    [
      `INSERT INTO earning_award (shop_id, account_id, earned_by, source, points, given_at, program_version)
       SELECT shop_id, account_id, account_id, 'newsletter', 6180339, now(), 1 FROM account WHERE shop_id = $1 LIMIT 1`,
      [],
    ],
    [
      `INSERT INTO data_request (shop_id, request_id, export, asked_at) VALUES ($1, 501, $2, now())`,
      [JSON.stringify({ customer: mark, entries: [mark] })],
    ],
    [
      `WITH r AS (INSERT INTO reconciliation (shop_id, read_from, finished_at, checked, repaired, error, kind)
                  VALUES ($1, now(), now(), 4190233, 4190233, $2, 'manual') RETURNING shop_id, reconciliation_id)
       INSERT INTO reconciliation_finding SELECT shop_id, reconciliation_id, 9102, $2, 'left', NULL, 5281377, $2 FROM r`,
      [`Befund ${mark}`],
    ],
    [`INSERT INTO forgotten_person VALUES ($1, convert_to($2, 'UTF8'), now())`, [mark]],
    [
      `INSERT INTO audit_run (shop_id, kind, finished_at, violations, findings) VALUES ($1, 'manual', now(), 3370211, $2)`,
      [JSON.stringify([{ invariant: 1, name: mark, violations: 3_370_211, examples: [mark] }])],
    ],
    [
      `INSERT INTO code_comparison (shop_id, compared, touched_at, whole_at, whole) VALUES ($1, 2, now(), now(), 2240771)`,
      [],
    ],
    [
      `INSERT INTO code_finding (shop_id, redemption_id, why, discount_id, found_at, seen_at)
       SELECT shop_id, redemption_id, 'other-terms', $2, now(), now() FROM redemption WHERE shop_id = $1`,
      [`gid://shopify/DiscountCodeNode/${mark}`],
    ],
    [
      `INSERT INTO cause_payment (shop_id, cause, amount, paid_on, note, proof, actor, created_at, request_key)
       VALUES ($1, 'neighbour-cause', 7741203, '2026-11-30', $2, 'https://' || $2 || '.example', $2, now(), $2)`,
      [mark],
    ],
    [
      `INSERT INTO draw_ticket SELECT shop_id, 'neighbour-draw', 1, min(redemption_id) FROM redemption
        WHERE shop_id = $1 GROUP BY shop_id`,
      [],
    ],
    [`INSERT INTO unknown_discount (shop_id, discount_id, code) VALUES ($1, 5190427, $2)`, [`ST-${mark}`]],
    [
      `INSERT INTO order_import (shop_id, from_at, until_at, award, status, started_by, total, checked, points, error)
       VALUES ($1, now(), now(), true, 'running', 'x', 6610207, 6610207, 8820411, $2)`,
      [mark],
    ],
    [
      `INSERT INTO order_import_order (shop_id, order_id, import_id)
       SELECT shop_id, 9102, import_id FROM order_import WHERE shop_id = $1`,
      [],
    ],
    [
      `INSERT INTO order_import_problem SELECT shop_id, import_id, 9103, $2, $2 FROM order_import WHERE shop_id = $1`,
      [mark],
    ],
  ]
  for (const [sql, values] of rows) await owner.query(sql, [shopId, ...values])
}

/** Tables that hold rows of shops; the list comes from the database. */
export async function shopTables(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.table_schema = 'public' AND c.column_name = 'shop_id' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

/** A digest of every row of a shop's, table by table, and of its session and its jobs. */
export async function digestOfShop(
  owner: pg.Pool,
  { shopId, domain }: Shop,
): Promise<Record<string, { rows: number; digest: string }>> {
  const digest = `count(*)::int AS rows, md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS digest`
  const digests: Record<string, { rows: number; digest: string }> = {}
  const note = async (name: string, sql: string, value: unknown) => {
    digests[name] = (await owner.query(`SELECT ${digest} FROM ${sql}`, [value])).rows[0]
  }
  for (const table of await shopTables(owner)) await note(table, `${table} t WHERE shop_id = $1`, shopId)
  await note('Session', '"Session" t WHERE shop = $1', domain)
  await note('jobs', `graphile_worker._private_jobs t WHERE payload ->> 'shopId' = $1`, String(shopId))
  return digests
}

/** The mark, and every number of the book above a million as a machine and as a German or an English page writes it. */
async function secretsOf(owner: pg.Pool, shopId: number, mark: string): Promise<string[]> {
  const { rows } = await owner.query<{ n: number }>(
    `SELECT DISTINCT abs(n)::float8 AS n FROM (
       SELECT unnest(ARRAY[amount, available_after, pending_after]) AS n FROM entry WHERE shop_id = $1
       UNION ALL SELECT unnest(ARRAY[earned, remaining]) FROM lot WHERE shop_id = $1
       UNION ALL SELECT unnest(ARRAY[available, pending, held]) FROM balance WHERE shop_id = $1
       UNION ALL SELECT worth FROM order_state WHERE shop_id = $1
       UNION ALL SELECT points FROM expiry_warning WHERE shop_id = $1
       UNION ALL SELECT unnest(ARRAY[4190233, 5281377, 3370211, 2240771, 6610207, 8820411])) numbers
     WHERE abs(n) > ${MILLION}`,
    [shopId],
  )
  const written = rows.flatMap(({ n }) => [n.toString(), n.toLocaleString('de'), n.toLocaleString('en')])
  const codes = await owner.query<{ code: string }>('SELECT code FROM redemption WHERE shop_id = $1', [
    shopId,
  ])
  return [mark, ...codes.rows.map(({ code }) => code), ...written]
}

/** All ids of all tables by column, and what programs and addresses call things. */
async function idsOf(owner: pg.Pool, { shopId, domain }: Shop): Promise<Map<string, string[]>> {
  const { rows: columns } = await owner.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
      WHERE table_schema = 'public' AND (column_name LIKE '%\\_id' OR column_name = 'version')
        AND column_name NOT IN ('shop_id', 'webhook_id') AND table_name = ANY ($1)`,
    [await shopTables(owner)],
  )
  const ids = new Map<string, Set<string>>([
    ['shop', new Set([String(shopId), domain])],
    ['cause', new Set(['neighbour-cause'])],
    ['draw', new Set(['neighbour-draw'])],
    ['program', new Set(['neighbour-campaign', 'neighbour-tier', 'five-off'])],
  ])
  for (const { table, column } of columns) {
    const { rows } = await owner.query<{ id: string | null }>(
      `SELECT DISTINCT ${column}::text AS id FROM ${table} WHERE shop_id = $1`,
      [shopId],
    )
    const known = ids.get(column) ?? new Set()
    for (const { id } of rows) if (id !== null) known.add(id)
    ids.set(column, known)
  }
  return new Map([...ids].map(([column, values]) => [column, [...values]]))
}
