import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../app/domain/time/time-window.ts'
import { runAudit } from '../../app/loyalty/audit/run-audit.ts'
import { importOrders } from '../../app/loyalty/reconciliation/import-orders.ts'
import { reconcileOrders } from '../../app/loyalty/reconciliation/reconcile-orders.ts'
import { beginRun, failRun } from '../../app/loyalty/reconciliation/reconciliation-run.ts'
import { resumeWork } from '../../app/loyalty/upkeep/resume-work.ts'
import { action as askAudit, loader as audits } from '../../app/routes/app.operations.audit.tsx'
import { loader as batchPage } from '../../app/routes/app.operations.bulk.$id._index.tsx'
import { action as again, loader as stuck } from '../../app/routes/app.operations.deliveries.tsx'
import { action as past, loader as pastOrders } from '../../app/routes/app.operations.past-orders.tsx'
import { loader as requests } from '../../app/routes/app.operations.privacy.tsx'
import { loader as download } from '../../app/routes/app.operations.privacy_.$id.ts'
import {
  action as askReconciliation,
  loader as reconciliations,
} from '../../app/routes/app.operations.reconciliation.tsx'
import { type Loader, useOperationsShop } from '../support/operations-shop.ts'
import { adminToken, answerOf, bearerCall } from '../support/shopper-requests.ts'
import { workOff } from '../support/work-off.ts'

const ours = useOperationsShop()
const { database, pages, args, load, send, sound } = ours
const orders = () =>
  [...pages.harness.store.orders.all()].sort((a, b) => (a.processedAt < b.processedAt ? -1 : 1))

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
      ours.shopId,
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
    await workOff(Date.now)
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
    await workOff(Date.now)
    expect(await statusOf(id)).toBe('quarantined')
    expect(await send(again, { deliveryId: null })).toEqual({ ok: true, tried: 1 })
    await workOff(Date.now)
  })

  test('that are broken altogether are listed too', async () => {
    await deliver(ours.shopId, 'orders/create', '{"id": ')
    await workOff(Date.now)
    const { deliveries } = await load(stuck)
    expect(deliveries[0]).toMatchObject({ reason: { code: 'not-json' }, order: null, fields: [] })
  })

  test('A9: with a name of 150,000 digits and a blank do not hold the page up', async () => {
    const body = JSON.stringify({
      admin_graphql_api_id: 'x',
      name: `${'1'.repeat(150_000)} `,
      updated_at: '',
    })
    const id = await deliver(ours.shopId, 'orders/updated', body)
    await workOff(Date.now)
    const begun = performance.now()
    const { deliveries } = await load(stuck)
    // Quadratic, it took ten seconds.
    expect(performance.now() - begun).toBeLessThan(4_000)
    expect(deliveries[0]).toMatchObject({ deliveryId: id, status: 'quarantined' })
    expect(deliveries[0].fields).not.toContainEqual(expect.objectContaining({ name: 'name' }))
    await database.owner().query('DELETE FROM delivery_outcome WHERE delivery_id = $1', [id])
  })

  test('of another shop are neither seen nor tried', async () => {
    const theirs = await deliver(
      ours.other.shopId,
      'orders/updated',
      JSON.stringify({ id: 4711, updated_at: 'nie' }),
    )
    await workOff(Date.now)
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
    const first = await reconcileOrders(ours.shopId, Date.now, { kind: 'manual', days: 60 })
    // The practice shop's orders are months old; those of the last sixty days are read.
    const all = await reconcileOrders(ours.shopId, Date.now, { kind: 'nightly', days: 3650 })
    expect(all.checked).toBe(orders().length)
    expect(first.repaired + all.repaired).toBe(orders().length)
    expect(await reconcileOrders(ours.shopId, Date.now, { kind: 'manual', days: 3650 })).toEqual({
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
    const read = () => reconcileOrders(ours.shopId, Date.now, { kind: 'manual', days: 3650 })
    await database
      .owner()
      .query(
        `UPDATE order_state SET updated_at = updated_at - interval '1 day', digest = 0 WHERE shop_id = $1`,
        [ours.shopId],
      )
    expect((await read()).repaired).toBe(0)
    const forget = () =>
      database
        .owner()
        .query('DELETE FROM order_state WHERE shop_id = $1 AND name = $2', [ours.shopId, order?.name])
    await forget()
    expect((await read()).repaired).toBe(1)
    await forget()
    const { rows } = await database.owner().query(
      `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, 'on-its-way', 'orders/updated', 'x', $2)
       RETURNING delivery_id AS id`,
      [ours.shopId, `{"admin_graphql_api_id":"gid://shopify/Order/${order?.id}"}`],
    )
    expect((await read()).repaired).toBe(0)
    await database.owner().query('DELETE FROM inbox WHERE delivery_id = $1', [rows[0].id])
  })

  test('a run that broke off is alarming only until a later one has read all that it missed', async () => {
    const broken = await beginRun(ours.shopId, 'manual', Date.now(), 3650 * DAY_MS)
    const shown = async () =>
      (await load(reconciliations)).runs.find((run: { id: number }) => run.id === broken.id)
    const page = async (locale: 'de' | 'en') =>
      (await pages.open('/app/operations/reconciliation', { locale })).html
    await reconcileOrders(ours.shopId, Date.now, { kind: 'manual', days: 30 })
    expect(await shown()).toMatchObject({ error: 'interrupted', madeUp: false })
    expect(await page('de')).toContain('Dieser Abgleich wurde unterbrochen.')
    await failRun(
      ours.shopId,
      (await beginRun(ours.shopId, 'manual', Date.now(), 3651 * DAY_MS)).id,
      'no answer',
    )
    expect(await shown(), 'by one that failed itself').toMatchObject({ madeUp: false })
    await reconcileOrders(ours.shopId, Date.now, { kind: 'nightly', days: 3651 })
    expect(await shown()).toMatchObject({ error: 'interrupted', madeUp: true })
    const html = await page('de')
    expect(html).toContain('Nachgeholt')
    expect(html).not.toContain('Dieser Abgleich wurde unterbrochen.')
    expect(await page('en')).toContain('Made up for')
  })

  test('is asked for once, however often one presses', async () => {
    await send(askReconciliation, { check: 'orders', days: 7 })
    await send(askReconciliation, { check: 'orders', days: 7 })
    const { rows } = await database
      .owner()
      .query(`SELECT 1 FROM graphile_worker.jobs WHERE key = $1`, [`reconcile-orders:${ours.shopId}`])
    expect(rows).toHaveLength(1)
    expect((await load(reconciliations)).asked).toBe(true)
    expect((await answerOf(() => send(askReconciliation, { check: 'orders', days: 61 }))).status).toBe(400)
  })

  test('is waited for until it begins, though the clock of the worker is ahead', async () => {
    await reconcileOrders(ours.shopId, () => Date.now() + 90 * DAY_MS, { kind: 'manual', days: 1 })
    await send(askReconciliation, { check: 'orders', days: 1 })
    expect((await load(reconciliations)).asked).toBe(true)
    await reconcileOrders(ours.shopId, Date.now, { kind: 'hourly' })
    expect((await load(reconciliations)).asked, 'another kind of run').toBe(true)
    await reconcileOrders(ours.shopId, Date.now, { kind: 'manual', days: 1 })
    expect((await load(reconciliations)).asked).toBe(false)
  })
})

describe('past orders', () => {
  const local = (iso: string) => iso.slice(0, 10)
  const runImport = async () => {
    await importOrders(ours.shopId, Date.now)
    const { imports } = await load(pastOrders)
    return imports[0]
  }

  test('W3: are reckoned without a trace, then taken over with their points, as the first version judges them', async () => {
    const [, second] = orders()
    expect(
      await send(past, { intent: 'start', from: local(second?.processedAt ?? ''), award: true }),
    ).toEqual({ ok: true })
    // A second wish while it runs changes nothing.
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    const estimate = await runImport()
    expect(estimate).toMatchObject({ status: 'estimated', award: true, error: null })
    // Nothing has happened yet.
    const { rows: untouched } = await database
      .owner()
      .query(`SELECT 1 FROM order_state WHERE shop_id = $1 AND program_version IS NOT NULL`, [ours.shopId])
    expect(untouched).toEqual([])
    expect(await send(past, { intent: 'confirm', id: estimate.id })).toEqual({ ok: true })
    expect(await send(past, { intent: 'confirm', id: estimate.id })).toEqual({ ok: true })
    const done = await runImport()
    expect(done).toMatchObject({
      status: 'done',
      award: true,
      error: null,
      taken: estimate.taken,
      given: done.taken,
      expectedPoints: estimate.points,
      confirmedBy: 'staff:42',
    })
    // A tier that is only reached with these orders is the one thing that the estimate does not know.
    expect(done.points).toBeGreaterThanOrEqual(estimate.points)
    expect(done.points).toBeLessThanOrEqual(2 * estimate.points)
    expect(await send(past, { intent: 'confirm', id: done.id })).toEqual({ ok: true })
    expect((await load(pastOrders)).imports[0]).toMatchObject({ status: 'done' })
    expect(done.taken).toBe(done.checked)
    expect(done.points).toBeGreaterThan(0)
    const { rows } = await database
      .owner()
      .query(
        `SELECT sum(worth)::int AS worth, count(*)::int AS judged FROM order_state WHERE shop_id = $1 AND program_version = 1`,
        [ours.shopId],
      )
    expect(rows[0]).toEqual({ worth: done.points, judged: done.taken })
    await sound()
  })

  test('PR3: an estimate that finds nothing says so, and offers nothing to agree to', async () => {
    await send(past, { intent: 'start', from: local(new Date().toISOString()), award: true })
    expect(await runImport()).toMatchObject({ status: 'estimated', taken: 0 })
    const page = async (locale: 'de' | 'en') =>
      (await pages.open('/app/operations/past-orders', { locale })).html
    expect(await page('de')).toContain('gibt es keine frühere Bestellung, die noch nicht zählt')
    expect(await page('de')).toContain('Doch nicht')
    expect(await page('de')).not.toContain('Übernehmen und Punkte geben')
    expect(await page('en')).toContain('there is no past order that does not count yet')
    await send(past, { intent: 'cancel' })
  })

  test('or as history, which climbs the ladder and is worth nothing, whatever becomes of them', async () => {
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    const done = await runImport()
    expect(done).toMatchObject({ status: 'done', award: false, points: 0, checked: orders().length })
    expect(done.taken).toBeGreaterThan(0)
    const { rows } = await database.owner().query(
      `SELECT o.worth::int AS worth, o.program_version AS version, json_array_length(o.status_steps) AS steps, b.tier_id AS tier
         FROM order_state o LEFT JOIN balance b USING (shop_id, account_id) WHERE o.shop_id = $1 AND o.facts ->> 'history' = 'true'`,
      [ours.shopId],
    )
    expect(rows).toHaveLength(done.taken)
    for (const row of rows) expect(row).toMatchObject({ worth: 0, version: 1 })
    expect(rows.some((row) => row.steps > 0 && row.tier === 'gold')).toBe(true)
    const worth = async () => {
      const { rows } = await database
        .owner()
        .query(`SELECT sum(worth)::int AS worth FROM order_state WHERE shop_id = $1`, [ours.shopId])
      return rows[0].worth
    }
    const before = await worth()
    expect(before).toBeGreaterThan(0)
    // Read again with a newer state, they stay history.
    await database
      .owner()
      .query(
        `UPDATE order_state SET updated_at = updated_at - interval '1 day', digest = 0 WHERE shop_id = $1`,
        [ours.shopId],
      )
    await reconcileOrders(ours.shopId, Date.now, { kind: 'manual', days: 3650 })
    expect(await worth()).toBe(before)
    await sound()
  })

  test('can be stopped, and go on after a killed worker', async () => {
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    await send(past, { intent: 'cancel' })
    await importOrders(ours.shopId, Date.now)
    expect((await load(pastOrders)).imports[0]).toMatchObject({ status: 'cancelled', checked: 0 })
    await send(past, { intent: 'start', from: '2020-01-01', award: false })
    await database.owner().query(`SELECT graphile_worker.remove_job($1)`, [`import-orders:${ours.shopId}`])
    await database
      .owner()
      .query(`UPDATE order_import SET touched_at = now() - interval '1 hour' WHERE shop_id = $1`, [
        ours.shopId,
      ])
    await resumeWork()
    const { rows } = await database
      .owner()
      .query(`SELECT 1 FROM graphile_worker.jobs WHERE key = $1`, [`import-orders:${ours.shopId}`])
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
    expect(await runAudit(ours.shopId, 'manual')).toBe(0)
    expect((await load(audits)).asked).toBe(false)
    expect((await pages.open('/app/operations/audit')).html).toContain('Alle Regeln eingehalten')
    const one = `shop_id = ${ours.shopId} AND account_id = (SELECT min(account_id) FROM balance WHERE shop_id = ${ours.shopId})`
    await database.owner().query(`UPDATE balance SET pending = pending + 1 WHERE ${one}`)
    expect(await runAudit(ours.shopId, 'nightly')).toBe(1)
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
      [ours.shopId, 501],
      [ours.other.shopId, 502],
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
