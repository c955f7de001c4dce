import { beforeAll, describe, expect, test } from 'vitest'
import { withShop } from '../../app/db.server.ts'
import { DAY_MS } from '../../app/domain/time-window.ts'
import { auditLedger } from '../../app/loyalty/audit-ledger.ts'
import { runBatch } from '../../app/loyalty/bulk/run-batch.ts'
import { importOrders } from '../../app/loyalty/import-orders.ts'
import { processDeliveries } from '../../app/loyalty/process-deliveries.ts'
import { readHistory } from '../../app/loyalty/read-history.ts'
import { findMember, readMember } from '../../app/loyalty/read-member.ts'
import { reconcileOrders } from '../../app/loyalty/read-orders.ts'
import { beginRun, failRun } from '../../app/loyalty/reconciliation-run.ts'
import { resumeWork } from '../../app/loyalty/resume-work.ts'
import { runAudit } from '../../app/loyalty/run-audit.ts'
import { action as askAudit, loader as audits } from '../../app/routes/app.operations.audit.tsx'
import { action as upload } from '../../app/routes/app.operations.bulk._index.tsx'
import { loader as batchPage, action as decide } from '../../app/routes/app.operations.bulk.$id._index.tsx'
import { loader as moreLines } from '../../app/routes/app.operations.bulk.$id.lines.ts'
import { action as again, loader as stuck } from '../../app/routes/app.operations.deliveries.tsx'
import { action as past, loader as pastOrders } from '../../app/routes/app.operations.past-orders.tsx'
import { loader as requests } from '../../app/routes/app.operations.privacy.tsx'
import { loader as download } from '../../app/routes/app.operations.privacy_.$id.ts'
import {
  action as askReconciliation,
  loader as reconciliations,
} from '../../app/routes/app.operations.reconciliation.tsx'
import { useDatabase } from '../database.ts'
import { BROWSER, useAdminPages } from '../support/admin-pages.ts'
import { testProgram } from '../support/program.ts'
import { makeShop, publish } from '../support/shop.ts'
import { adminToken, answerOf, bearerCall } from '../support/shopper-requests.ts'

const database = useDatabase()
const pages = useAdminPages()
let shopId = 0
let other = { shopId: 0, domain: '' }
let customers: { id: string; email: string; name: string }[] = []
const orders = () =>
  [...pages.harness.store.orders.all()].sort((a, b) => (a.processedAt < b.processedAt ? -1 : 1))

beforeAll(async () => {
  await pages.open('/app')
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  shopId = rows[0].id
  // Published now: the shop's orders of the past are from before it.
  const levels = [{ id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: '1', multiplier: '2' }]
  const program = testProgram({ tiers: { basis: 'spend', window: { kind: 'lifetime' }, levels } })
  await publish(database.owner(), shopId, 1, program, new Date().toISOString())
  other = await makeShop(database.owner(), { program: testProgram() })
  const answer = await pages.harness.graphql(
    '{ customers(first: 5, sortKey: NAME) { nodes { id displayName defaultEmailAddress { emailAddress } } } }',
  )
  customers = answer.data.customers.nodes.map(
    (node: { id: string; displayName: string; defaultEmailAddress: { emailAddress: string } }) => ({
      id: node.id.split('/').pop(),
      name: node.displayName,
      email: node.defaultEmailAddress.emailAddress,
    }),
  )
})

const args = (request: Request, params = {}) => ({ request, params, context: {} }) as never
type Loader = (args: never) => Promise<unknown>
// biome-ignore lint/suspicious/noExplicitAny: answers are read by tests that know their shape.
async function load(loader: Loader, path = '/app/operations', params = {}): Promise<any> {
  return loader(args(bearerCall(path, await adminToken(pages.domain)), params))
}
// biome-ignore lint/suspicious/noExplicitAny: see above
async function send(action: Loader, json: unknown, params = {}): Promise<any> {
  return action(args(bearerCall('/app/operations', await adminToken(pages.domain), { json }), params))
}
const sound = async () => {
  const found = await withShop(shopId, auditLedger)
  expect(found.filter(({ violations }) => violations > 0)).toEqual([])
}
const member = (customerId: string) => withShop(shopId, (tx) => readMember(tx, shopId, customerId))
const history = (customerId: string) =>
  withShop(shopId, async (tx) => {
    const found = await findMember(tx, shopId, customerId)
    return (await readHistory(tx, { shopId, accountId: found?.accountId ?? 0 })).lines
  })

describe.each(['de', 'en'])('in %s every page opens', (locale) => {
  test.each([
    ['', 'Betrieb', 'Operations'],
    ['/deliveries', 'Nachrichten von Shopify', 'Messages from Shopify'],
    ['/reconciliation', 'Abgleich mit Shopify', 'Reconciliation with Shopify'],
    ['/audit', 'Prüfung des Punktebuchs', 'Audit of the ledger'],
    ['/past-orders', 'Frühere Bestellungen', 'Past orders'],
    ['/bulk', 'Punkte aus einer Datei', 'Points from a file'],
    ['/privacy', 'Datenauskünfte', 'Data requests'],
  ])('%s', async (path, german, english) => {
    const { status, html } = await pages.open(`/app/operations${path}`, { locale })
    expect(status).toBe(200)
    expect(html).toContain(locale === 'de' ? german : english)
  })
})

describe('messages of Shopify’s', () => {
  const deliver = async (shop: number, topic: string, body: string) => {
    const { rows } = await database.owner().query(
      `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, gen_random_uuid()::text, $2, 'x', $3)
       RETURNING delivery_id::int AS id`,
      [shop, topic, body],
    )
    return rows[0].id as number
  }
  const statusOf = async (id: number) => {
    const { rows } = await database
      .owner()
      .query('SELECT status FROM delivery_status WHERE delivery_id = $1', [id])
    return rows[0]?.status
  }

  test('that cannot be read are listed with a plain reason and nothing personal, and can be tried again', async () => {
    const id = await deliver(
      shopId,
      'orders/updated',
      JSON.stringify({
        admin_graphql_api_id: 'gid://shopify/Order/77001',
        name: '#77001',
        updated_at: 'gestern',
        email: 'geheim@beispiel.example',
        customer: { id: 1234, first_name: 'Geheim' },
        line_items: [{ title: 'Ware' }],
        currency: 'EUR',
      }),
    )
    await processDeliveries(Date.now)
    expect(await statusOf(id)).toBe('quarantined')
    const { deliveries, quarantined } = await load(stuck)
    expect(quarantined).toBe(1)
    expect(deliveries[0]).toMatchObject({
      deliveryId: id,
      status: 'quarantined',
      order: { id: '77001', name: '#77001' },
      customerId: '1234',
      reason: { code: 'field', field: 'updated_at', value: '"gestern"', allowed: 'time' },
    })
    expect(deliveries[0].fields).toContainEqual({ name: 'line_items', value: '× 1' })
    expect(JSON.stringify(deliveries)).not.toMatch(/geheim/i)
    const { html } = await pages.open('/app/operations/deliveries')
    expect(html).toContain('Das Feld „updated_at“ enthält')

    expect(await send(again, { deliveryId: id })).toEqual({ ok: true, tried: 1 })
    expect(await statusOf(id)).toBe('waiting')
    expect(await send(again, { deliveryId: id })).toEqual({ ok: true, tried: 0 })
    await processDeliveries(Date.now)
    expect(await statusOf(id)).toBe('quarantined')
    expect(await send(again, { deliveryId: null })).toEqual({ ok: true, tried: 1 })
    await processDeliveries(Date.now)
  })

  test('that are broken altogether are listed too', async () => {
    await deliver(shopId, 'orders/create', '{"id": ')
    await processDeliveries(Date.now)
    const { deliveries } = await load(stuck)
    expect(deliveries[0]).toMatchObject({ reason: { code: 'not-json' }, order: null, fields: [] })
  })

  test('of another shop are neither seen nor tried', async () => {
    const theirs = await deliver(
      other.shopId,
      'orders/updated',
      JSON.stringify({ id: 4711, updated_at: 'nie' }),
    )
    await processDeliveries(Date.now)
    expect(JSON.stringify(await load(stuck))).not.toContain('4711')
    expect(await send(again, { deliveryId: theirs })).toEqual({ ok: true, tried: 0 })
    await send(again, { deliveryId: null })
    expect(await statusOf(theirs)).toBe('quarantined')
  })

  test.each([{}, { deliveryId: 'x' }, { deliveryId: 1.5 }, { deliveryId: 1, more: 2 }])(
    '%j is no wish',
    async (wish) => {
      expect((await answerOf(() => send(again, wish))).status).toBe(400)
    },
  )
})

describe('reconciliation', () => {
  test('notes each order that was unknown, and finds nothing the second time', async () => {
    const first = await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 60 })
    // The practice shop's orders are months old; those of the last sixty days are read.
    const all = await reconcileOrders(shopId, Date.now, { kind: 'nightly', days: 3650 })
    expect(all.checked).toBe(orders().length)
    expect(first.repaired + all.repaired).toBe(orders().length)
    expect(await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 })).toEqual({
      checked: orders().length,
      repaired: 0,
    })
    const { runs } = await load(reconciliations)
    expect(runs[0]).toMatchObject({ kind: 'manual', repaired: 0, findings: [], error: null })
    const found = runs.flatMap(({ findings }: { findings: { name: string; why: string }[] }) => findings)
    expect(found.map(({ name }: { name: string }) => name).sort()).toEqual(
      orders()
        .map(({ name }) => name)
        .sort(),
    )
    expect(new Set(found.map(({ why }: { why: string }) => why))).toEqual(new Set(['unknown']))
    const { html } = await pages.open('/app/operations/reconciliation')
    expect(html).toContain('fehlte ganz')
  })

  test('calls repaired only what the book missed: no newer date alone, nothing that waits in the inbox', async () => {
    const [order] = orders()
    const read = () => reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 })
    await database
      .owner()
      .query(
        `UPDATE order_state SET updated_at = updated_at - interval '1 day', digest = 0 WHERE shop_id = $1`,
        [shopId],
      )
    expect((await read()).repaired).toBe(0)
    const forget = () =>
      database
        .owner()
        .query('DELETE FROM order_state WHERE shop_id = $1 AND name = $2', [shopId, order?.name])
    await forget()
    expect((await read()).repaired).toBe(1)
    await forget()
    const { rows } = await database.owner().query(
      `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, 'on-its-way', 'orders/updated', 'x', $2)
       RETURNING delivery_id AS id`,
      [shopId, `{"admin_graphql_api_id":"gid://shopify/Order/${order?.id}"}`],
    )
    expect((await read()).repaired).toBe(0)
    await database.owner().query('DELETE FROM inbox WHERE delivery_id = $1', [rows[0].id])
  })

  test('a run that broke off is alarming only until a later one has read all that it missed', async () => {
    const broken = await beginRun(shopId, 'manual', Date.now(), 3650 * DAY_MS)
    const shown = async () =>
      (await load(reconciliations)).runs.find((run: { id: number }) => run.id === broken.id)
    const page = async (locale: 'de' | 'en') =>
      (await pages.open('/app/operations/reconciliation', { locale })).html
    await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 30 })
    expect(await shown()).toMatchObject({ error: 'interrupted', madeUp: false })
    expect(await page('de')).toContain('Dieser Abgleich wurde unterbrochen.')
    await failRun(shopId, (await beginRun(shopId, 'manual', Date.now(), 3651 * DAY_MS)).id, 'no answer')
    expect(await shown(), 'by one that failed itself').toMatchObject({ madeUp: false })
    await reconcileOrders(shopId, Date.now, { kind: 'nightly', days: 3651 })
    expect(await shown()).toMatchObject({ error: 'interrupted', madeUp: true })
    const html = await page('de')
    expect(html).toContain('Nachgeholt')
    expect(html).not.toContain('Dieser Abgleich wurde unterbrochen.')
    expect(await page('en')).toContain('Made up for')
  })

  test('is asked for once, however often one presses', async () => {
    await send(askReconciliation, { days: 7 })
    await send(askReconciliation, { days: 7 })
    const { rows } = await database
      .owner()
      .query(`SELECT 1 FROM graphile_worker.jobs WHERE key = $1`, [`reconcile-orders:${shopId}`])
    expect(rows).toHaveLength(1)
    expect((await load(reconciliations)).asked).toBe(true)
    expect((await answerOf(() => send(askReconciliation, { days: 61 }))).status).toBe(400)
  })
})

describe('past orders', () => {
  const local = (iso: string) => iso.slice(0, 10)
  const runImport = async () => {
    await importOrders(shopId, Date.now)
    const { imports } = await load(pastOrders)
    return imports[0]
  }

  test('are taken over with their points, as the first version judges them', async () => {
    const [, second] = orders()
    expect(
      await send(past, { intent: 'start', from: local(second?.processedAt ?? ''), award: true }),
    ).toEqual({ ok: true })
    // A second wish while it runs changes nothing.
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    const done = await runImport()
    expect(done).toMatchObject({ status: 'done', award: true, error: null })
    expect(done.taken).toBe(done.checked)
    expect(done.points).toBeGreaterThan(0)
    const { rows } = await database
      .owner()
      .query(
        `SELECT sum(worth)::int AS worth, count(*)::int AS judged FROM order_state WHERE shop_id = $1 AND program_version = 1`,
        [shopId],
      )
    expect(rows[0]).toEqual({ worth: done.points, judged: done.taken })
    await sound()
  })

  test('or as history, which climbs the ladder and is worth nothing, whatever becomes of them', async () => {
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    const done = await runImport()
    expect(done).toMatchObject({ status: 'done', award: false, points: 0, checked: orders().length })
    expect(done.taken).toBeGreaterThan(0)
    const { rows } = await database.owner().query(
      `SELECT o.worth::int AS worth, o.program_version AS version, json_array_length(o.status_steps) AS steps, b.tier_id AS tier
         FROM order_state o LEFT JOIN balance b USING (shop_id, account_id) WHERE o.shop_id = $1 AND o.facts ->> 'history' = 'true'`,
      [shopId],
    )
    expect(rows).toHaveLength(done.taken)
    for (const row of rows) expect(row).toMatchObject({ worth: 0, version: 1 })
    expect(rows.some((row) => row.steps > 0 && row.tier === 'gold')).toBe(true)
    const worth = async () => {
      const { rows } = await database
        .owner()
        .query(`SELECT sum(worth)::int AS worth FROM order_state WHERE shop_id = $1`, [shopId])
      return rows[0].worth
    }
    const before = await worth()
    expect(before).toBeGreaterThan(0)
    // Read again with a newer state, they stay history.
    await database
      .owner()
      .query(
        `UPDATE order_state SET updated_at = updated_at - interval '1 day', digest = 0 WHERE shop_id = $1`,
        [shopId],
      )
    await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 })
    expect(await worth()).toBe(before)
    await sound()
  })

  test('can be stopped, and go on after a killed worker', async () => {
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    await send(past, { intent: 'cancel' })
    await importOrders(shopId, Date.now)
    expect((await load(pastOrders)).imports[0]).toMatchObject({ status: 'cancelled', checked: 0 })
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    await database.owner().query(`SELECT graphile_worker.remove_job($1)`, [`import-orders:${shopId}`])
    await database
      .owner()
      .query(`UPDATE order_import SET touched_at = now() - interval '1 hour' WHERE shop_id = $1`, [shopId])
    await resumeWork()
    const { rows } = await database
      .owner()
      .query(`SELECT 1 FROM graphile_worker.jobs WHERE key = $1`, [`import-orders:${shopId}`])
    expect(rows).toHaveLength(1)
    expect(await runImport()).toMatchObject({ status: 'done' })
  })

  test('are not taken over from the future', async () => {
    expect(await send(past, { intent: 'start', from: '2099-01-01', award: false })).toMatchObject({
      data: { refused: 'date' },
      init: { status: 422 },
    })
  })
})

describe('the audit', () => {
  test('is kept with every rule, and shows red where one is broken', async () => {
    await send(askAudit, {})
    expect((await load(audits)).asked).toBe(true)
    expect(await runAudit(shopId, 'manual')).toBe(0)
    expect((await load(audits)).asked).toBe(false)
    expect((await pages.open('/app/operations/audit')).html).toContain('Alle Regeln eingehalten')
    const one = `shop_id = ${shopId} AND account_id = (SELECT min(account_id) FROM balance WHERE shop_id = ${shopId})`
    await database.owner().query(`UPDATE balance SET pending = pending + 1 WHERE ${one}`)
    expect(await runAudit(shopId, 'nightly')).toBe(1)
    await database.owner().query(`UPDATE balance SET pending = pending - 1 WHERE ${one}`)
    const [latest] = (await load(audits)).audits
    expect(latest).toMatchObject({ kind: 'nightly', violations: 1 })
    expect(latest.findings.find(({ violations }: { violations: number }) => violations > 0)).toMatchObject({
      invariant: 3,
    })
    expect((await pages.open('/app/operations/audit')).html).toContain('1 Abweichung gefunden')
  })
})

describe('data requests', () => {
  test('are listed with the file to hand on; another shop’s are not', async () => {
    for (const [shop, id] of [
      [shopId, 501],
      [other.shopId, 502],
    ])
      await database
        .owner()
        .query(
          `INSERT INTO data_request (shop_id, request_id, export, asked_at) VALUES ($1, $2, $3, now())`,
          [shop, id, JSON.stringify({ customer: `99${id}`, entries: [] })],
        )
    expect((await load(requests)).requests).toMatchObject([{ requestId: '501', customerId: '99501' }])
    const file = (await load(download, '/x', { id: '501' })) as Response
    expect(file.headers.get('Content-Disposition')).toContain('data-request-501.json')
    expect(await file.json()).toEqual({ customer: '99501', entries: [] })
    for (const id of ['502', '999', 'x', '']) expect((await load(download, '/x', { id })).status).toBe(404)
  })
})

async function uploadFile(kind: string, text: string | Uint8Array, shop = pages.domain) {
  const form = new FormData()
  form.set('kind', kind)
  form.set('file', new File([text as BlobPart], 'punkte.csv', { type: 'text/csv' }))
  const request = new Request('http://127.0.0.1:3000/app/operations/bulk', {
    method: 'POST',
    headers: { 'User-Agent': BROWSER, Authorization: `Bearer ${await adminToken(shop)}` },
    body: form,
  })
  return (await upload(args(request))) as unknown as Response & { data: unknown }
}
const uploaded = async (kind: string, text: string) => {
  const answer = await uploadFile(kind, text)
  expect(answer.status).toBe(302)
  const id = answer.headers.get('Location')?.split('/').pop() ?? ''
  await runBatch(shopId, Number(id), Date.now)
  return id
}
const open = (id: string) => load(batchPage, '/x', { id })
const choose = (id: string, intent: string) => send(decide, { intent }, { id })
const post = async (id: string) => {
  expect(await choose(id, 'confirm')).toMatchObject({ ok: true })
  await runBatch(shopId, Number(id), Date.now)
}

describe('a file that adjusts points', () => {
  const file = () =>
    [
      'Kundennummer;E-Mail;Punkte;Grund',
      `${customers[0]?.id};;250;Kulanz nach Lieferverzug`,
      `;${customers[1]?.email.toUpperCase()};40;Beratung`,
      `;niemand@beispiel.example;40;Beratung`,
      `4040404040;;40;Beratung`,
      `${customers[2]?.id};;1,5;Beratung`,
      `${customers[2]?.id};;-999999;Beratung`,
      `${customers[0]?.id};;-50;Berichtigung`,
    ].join('\n')
  let id = ''
  let before = [0, 0]
  const balances = async () => {
    const of = async (n: number) => (await member(customers[n]?.id ?? ''))?.balance.available ?? 0
    return [await of(0), await of(1)]
  }

  test('is shown line by line before anything is posted', async () => {
    before = await balances()
    id = await uploaded('adjustment', file())
    const { batch, sums, problems, sample, names } = await open(id)
    expect(batch).toMatchObject({
      status: 'ready',
      lines: 7,
      checked: 7,
      done: 0,
      fileName: 'punkte.csv',
      sameFile: null,
    })
    expect(sums).toMatchObject({ good: 3, wrong: 4, members: 2, plus: 290, minus: 50 })
    expect(problems.map((line: Record<string, unknown>) => [line.line, line.problem, line.value])).toEqual([
      [4, 'email-unknown', 'niemand@beispiel.example'],
      [5, 'customer-unknown', '4040404040'],
      [6, 'points-whole', '1,5'],
      [7, 'not-enough-points', expect.any(String)],
    ])
    expect(sample.map(({ line }: { line: number }) => line)).toEqual([2, 3, 8])
    expect(names[customers[0]?.id ?? '']).toBe(customers[0]?.name)
    expect(await balances()).toEqual(before)
    const { html } = await pages.open(`/app/operations/bulk/${id}`)
    expect(html).toContain('Nur die 3 richtigen Zeilen buchen')
    expect(html).toContain('„1,5“ ist keine ganze Zahl')
    const { lines } = await load(moreLines, '/x?which=problems&after=5', { id })
    expect(lines).toMatchObject([{ line: 6 }, { line: 7 }])
  })

  test('posts each line once with actor and reason, however often it runs', async () => {
    await post(id)
    await choose(id, 'confirm')
    await runBatch(shopId, Number(id), Date.now)
    await database.owner().query(`UPDATE bulk_batch SET status = 'running' WHERE batch_id = $1`, [id])
    await runBatch(shopId, Number(id), Date.now)
    expect(await balances()).toEqual([(before[0] ?? 0) + 200, (before[1] ?? 0) + 40])
    const lines = (await history(customers[0]?.id ?? '')).filter(({ sourceId }) =>
      sourceId.startsWith(`batch-${id}-`),
    )
    expect(lines.map(({ points, reason, actor, sourceId }) => [points, reason, actor, sourceId])).toEqual([
      [-50, 'Berichtigung', 'staff:42', `batch-${id}-8`],
      [250, 'Kulanz nach Lieferverzug', 'staff:42', `batch-${id}-2`],
    ])
    const { batch, problems } = await open(id)
    expect(batch).toMatchObject({ status: 'done', done: 3 })
    // The address that nobody was found for is forgotten.
    expect(problems[0]).toMatchObject({ problem: 'email-unknown', value: null })
    const { rows } = await database.owner().query(`SELECT 1 FROM bulk_line WHERE email IS NOT NULL`)
    expect(rows).toHaveLength(0)
    await sound()
  })

  test('is recognised when it is uploaded again', async () => {
    const twin = await uploaded('adjustment', file())
    expect((await open(twin)).batch.sameFile).toMatchObject({ batchId: Number(id) })
    expect(await choose(twin, 'discard')).toMatchObject({ ok: true })
    expect(await choose(twin, 'discard')).toMatchObject({ ok: true })
    expect(await choose(twin, 'confirm')).toMatchObject({ data: { ok: false }, init: { status: 409 } })
    expect((await open(twin)).batch.status).toBe('discarded')
  })

  test('is taken back as a whole, once, and what was spent stays spent', async () => {
    // The second customer spends 30 of the 40 meanwhile.
    const spent = (await balances())[1] ?? 0
    const spending = await uploaded(
      'adjustment',
      `kunde;punkte;grund\n${customers[1]?.id};${10 - spent};Verbraucht\n`,
    )
    await post(spending)
    const first = (await choose(id, 'undo')) as Response
    const undo = first.headers.get('Location')?.split('/').pop() ?? ''
    expect(((await choose(id, 'undo')) as Response).headers.get('Location')).toBe(
      first.headers.get('Location'),
    )
    await runBatch(shopId, Number(undo), Date.now)
    await runBatch(shopId, Number(undo), Date.now)
    expect(await balances()).toEqual([before[0], 0])
    const { batch, sums, sample } = await open(undo)
    expect(batch).toMatchObject({ undoes: Number(id), status: 'done' })
    expect(sums).toMatchObject({ good: 3, refused: 0, plus: 50, minus: 260 })
    expect(sample.find(({ line }: { line: number }) => line === 3)).toMatchObject({
      points: -40,
      posted: -10,
    })
    expect((await open(id)).batch.undoneBy).toBe(Number(undo))
    expect(await choose(undo, 'undo')).toMatchObject({ data: { ok: false } })
    const [latest] = await history(customers[0]?.id ?? '')
    expect(latest).toMatchObject({ kind: 'adjustment', undoes: expect.any(String) })
    await sound()
  })

  test.each([
    ['', 'empty', null],
    ['name;grund\nx;y\n', 'no-points-column', 1],
    ['kunde;punkte;grund\n1;5;"offen\n', 'not-csv', 2],
  ])('%j is refused with what is wrong', async (text, problem, line) => {
    expect(await uploadFile('adjustment', text)).toMatchObject({
      data: { refused: { problem, line } },
      init: { status: 422 },
    })
  })

  test('of a thousand lines goes through in slices', async () => {
    const id = await uploaded(
      'adjustment',
      `kunde;punkte;grund\n${Array.from({ length: 1_000 }, (_, i) => `${customers[i % 5]?.id};${1 + (i % 3)};Zeile ${i}`).join('\n')}`,
    )
    await post(id)
    expect(await open(id)).toMatchObject({
      batch: { status: 'done', done: 1_000 },
      sums: { good: 1_000, refused: 0 },
    })
    await sound()
  })
})

describe('a file that brings balances along', () => {
  let id = ''
  const lots = async () => {
    const { rows } = await database.owner().query(
      `SELECT to_char(l.earned_at AT TIME ZONE 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') AS earned, l.expires_on::text AS last,
              l.earned::int AS points, l.remaining::int AS "left"
         FROM lot l JOIN account a USING (shop_id, account_id)
        WHERE a.shop_id = $1 AND a.customer_id = $2 AND l.earned IN (1200, 80) ORDER BY l.earned`,
      [shopId, customers[3]?.id],
    )
    return rows
  }

  test('makes lots with their own days', async () => {
    id = await uploaded(
      'import',
      `customer id,points,earned on,expires on\n${customers[3]?.id},1200,2026-05-03,2027-12-31\n${customers[3]?.id},80,17.09.2026,\n${customers[3]?.id},5,2030-01-01,\n`,
    )
    expect(await open(id)).toMatchObject({
      sums: { good: 2, wrong: 1, members: 1, plus: 1280, minus: 0 },
      problems: [{ line: 4, problem: 'earned-future', value: '2030-01-01' }],
    })
    await post(id)
    await runBatch(shopId, Number(id), Date.now)
    expect(await lots()).toEqual([
      { earned: '2026-09-17 00:00', last: null, points: 80, left: 80 },
      { earned: '2026-05-03 00:00', last: '2027-12-31', points: 1200, left: 1200 },
    ])
    const [latest] = await history(customers[3]?.id ?? '')
    expect(latest).toMatchObject({ kind: 'import', points: 80 })
    await sound()
  })

  test('is taken back from the lots it made', async () => {
    const undo = ((await choose(id, 'undo')) as Response).headers.get('Location')?.split('/').pop() ?? ''
    await runBatch(shopId, Number(undo), Date.now)
    expect((await lots()).map(({ left }) => left)).toEqual([0, 0])
    await sound()
  })
})

describe('another shop', () => {
  test('sees none of our files and can decide nothing about them', async () => {
    const { rows } = await database.owner().query(
      `INSERT INTO bulk_batch (shop_id, kind, status, file_name, created_by, lines) VALUES ($1, 'adjustment', 'ready', 'geheim.csv', 'staff:1', 1)
       RETURNING batch_id::text AS id`,
      [other.shopId],
    )
    const theirs = rows[0].id
    await database
      .owner()
      .query(
        `INSERT INTO bulk_line (shop_id, batch_id, line, status, customer_id, points, reason) VALUES ($1, $2, 2, 'ready', 9, 9, 'geheim')`,
        [other.shopId, theirs],
      )
    expect((await answerOf(() => open(theirs))).status).toBe(404)
    expect(await load(moreLines, '/x?which=good&after=0', { id: theirs })).toEqual({ lines: [] })
    for (const intent of ['confirm', 'discard', 'undo'])
      expect(await choose(theirs, intent)).toMatchObject({ data: { ok: false }, init: { status: 404 } })
    await runBatch(shopId, Number(theirs), Date.now)
    const { rows: after } = await database
      .owner()
      .query(`SELECT status FROM bulk_batch WHERE batch_id = $1`, [theirs])
    expect(after[0].status).toBe('ready')
    expect((await pages.open('/app/operations/bulk')).html).not.toContain('geheim')
  })

  test('a forged token opens nothing', async () => {
    const forged = await adminToken(pages.domain, {}, 'other-secret')
    for (const loader of [
      stuck,
      reconciliations,
      audits,
      pastOrders,
      requests,
      batchPage,
      download,
    ] as Loader[])
      expect(
        (await answerOf(() => loader(args(bearerCall('/app/operations', forged), { id: '1' })))).status,
      ).toBe(401)
  })
})
