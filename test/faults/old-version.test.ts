import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { loader as membership } from '../../app/routes/api.membership.ts'
import { loader as orderPoints } from '../../app/routes/api.order-points.ts'
import { loader as panel } from '../../app/routes/proxy.panel.ts'
import { action as giveBack } from '../../app/routes/proxy.panel_.give-back.ts'
import { loader as history } from '../../app/routes/proxy.panel_.history.ts'
import { action as redeem } from '../../app/routes/proxy.panel_.redeem.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { buy, cancel, quoteCart } from '../../dev-store/deeds/order-deeds.ts'
import { themeContext } from '../../dev-store/liquid/context.ts'
import { renderBlock } from '../../dev-store/liquid/render.ts'
import { freePort } from '../../scripts/embedded-postgres.ts'
import { migrate } from '../../scripts/migrate.ts'
import { NOTHING, useDatabase } from '../database.ts'
import { callHandler, HANDLERS } from '../support/admin-handlers.ts'
import { openPracticeShop, type PracticeShop } from '../support/practice-shop.ts'
import { type AppProcess, startServer, startWorker, until } from '../support/processes.ts'
import { answerOf, bearerCall, extensionToken, proxyCall } from '../support/shopper-requests.ts'
import { type Book, differences, inboxCounts, readBook } from './book.ts'
import { checkCodes } from './codes-in-shop.ts'
import { fillOldStore, LEFT_AT, loadOldBook, readAfterwards } from './old-version.ts'
import { jobsLeft, queueJob } from './queue.ts'

/**
 * The app is brought up to date on the data of the version before, which was killed in the midst of its work: orders and
 * jobs were waiting, a file half posted, a code made whose answer nobody heard. Today's processes go on with it.
 */
const database = useDatabase(NOTHING)
const owner = () => database.owner()
const SHOP_ID = 1
const QUIET_MS = 50_000
/** A job that looks again after a minute may be among what was left. */
const LEFT_MS = 150_000

let practice: PracticeShop
let server: AppProcess
let worker: AppProcess
let before: Kept

beforeAll(async () => {
  await loadOldBook(database.url(), owner())
  before = await readKept(owner())
  const port = await freePort()
  practice = await openPracticeShop(`http://127.0.0.1:${port}`, fillOldStore)
  practice.context.store.clockOffset = LEFT_AT - Date.now()
  storefront.push(await readStorefront())
  await migrate(database.url())
  // What the update has put off is due: the database's clock is another than the shop's, and which is ahead depends on
  // the day of the test.
  await owner().query(
    `UPDATE graphile_worker._private_jobs SET run_at = least(run_at, to_timestamp($1 / 1000.0)) WHERE attempts = 0`,
    [LEFT_AT],
  )
  const around = { storeUrl: practice.url }
  server = await startServer(database.url(), port, around)
  worker = await startWorker(database.url(), around)
  await quiet(LEFT_MS)
  storefront.push(await readStorefront())
  reachShop()
}, 300_000)

afterAll(async () => {
  vi.useRealTimers()
  await Promise.all([worker?.kill(), server?.kill()])
  await closeShopify()
  await practice?.close()
})

/** This process finds the shop where the app's processes find it, at the time that its clock shows. */
function reachShop(): void {
  const fetchBefore = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { hostname, pathname, search } = new URL(request.url)
    if (!hostname.endsWith('.myshopify.com')) return fetchBefore(request)
    const headers = new Headers(request.headers)
    headers.set('x-shop-domain', hostname)
    const body = request.method === 'GET' ? undefined : await request.text()
    return fetchBefore(`${practice.url}${pathname}${search}`, { method: request.method, headers, body })
  }
  vi.useFakeTimers({ toFake: ['Date'], now: practice.context.store.now() })
}

/** What each member has, and what the storefront's block says of it. */
type Shown = [balances: Map<string, string>, shown: Map<string, string>]
const storefront: Shown[] = []

/** Of members whose points have not changed since they were last written to the shop. */
async function readStorefront(): Promise<Shown> {
  const { store } = practice.context
  const { rows } = await owner().query<{ id: string; points: string }>(
    `SELECT customer_id::text AS id, b.available::text AS points FROM account a JOIN balance b USING (shop_id, account_id)
      WHERE customer_id IS NOT NULL AND merged_into IS NULL
        AND NOT EXISTS (SELECT FROM member_to_sync m WHERE m.shop_id = a.shop_id AND m.account_id = a.account_id)`,
  )
  // Whoever was merged in the shop is no customer there any more.
  const known = rows.filter(({ id }) => store.customers.get(id) !== undefined)
  const balances = new Map(known.map(({ id, points }) => [id, points]))
  const shown = new Map<string, string>()
  for (const id of balances.keys()) {
    const context = themeContext(store, {
      customerId: Number(id),
      productId: null,
      locale: 'de',
      page: 'index',
    })
    const html = await renderBlock({ handle: 'balance', context })
    const text = html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
    shown.set(id, /([\d.]+) Punkte? verfügbar/.exec(text)?.[1]?.replaceAll('.', '') ?? text)
  }
  return [balances, shown]
}

/** All that waited has been done, and nothing has failed. */
async function quiet(ms = QUIET_MS): Promise<void> {
  let left: unknown[] = []
  const isQuiet = async () => {
    const { waiting = 0 } = await inboxCounts(owner())
    const { rowCount: unwritten } = await owner().query('SELECT FROM member_to_sync')
    left = [waiting, unwritten, practice.context.webhooks.pendingCount, ...(await jobsLeft(owner()))]
    return left.every((one) => one === 0)
  }
  await until('all that waited is done', ms, isQuiet, 200).catch((error: Error) => {
    throw new Error(`${error.message}; left: ${left.join('; ')}\n${worker.words().slice(-3_000)}`)
  })
}

const posted = { entry: 'entry_id', posting: 'posting_id', lot: 'lot_id', hold: 'hold_id' } as const
type Kept = Map<string, Map<string, Record<string, unknown>>>

/** What the book says, row by row. Lots and holds go on living: of them only what they were made of. */
async function readKept(pool: pg.Pool): Promise<Kept> {
  const kept: Kept = new Map()
  for (const [table, key] of Object.entries(posted)) {
    const living = `- '{reason,remaining,held,closed,outcome,ended_at}'::text[]`
    const { rows } = await pool.query(
      `SELECT ${key}::text AS id, to_jsonb(t) ${living} AS row FROM ${table} t ORDER BY ${key}`,
    )
    kept.set(table, new Map(rows.map(({ id, row }) => [id, row])))
  }
  return kept
}

async function violated() {
  const found = await withShop(SHOP_ID, (tx) => auditLedger(tx, practice.context.store.now()))
  return found.filter(({ violations }) => violations > 0)
}

async function audit(): Promise<void> {
  expect(await violated()).toEqual([])
}

describe('what the version before left', () => {
  test('is in the book as it was, line by line', async () => {
    const now = await readKept(owner())
    for (const [table, rows] of before)
      for (const [id, row] of rows) expect(now.get(table)?.get(id), `${table} ${id}`).toMatchObject(row)
    expect(before.get('entry')?.size).toBeGreaterThan(400)
  })

  test('and what was waiting ends as the version before itself would have ended it, once each', async () => {
    const { redemptions, ...book } = readAfterwards()
    const should = {
      balances: new Map(Object.entries(book.balances)),
      orders: new Map(Object.entries(book.orders)),
    }
    const is = await readBook(owner(), SHOP_ID)
    for (const one of [is, should]) await leaveOutDisputed(one)
    expect(differences(is, should, 100)).toEqual([])
    const { rows } = await owner().query(
      `SELECT redemption_id::text AS id, concat_ws(' ', status, return_reason, order_id) AS stands FROM redemption`,
    )
    expect(Object.fromEntries(rows.map(({ id, stands }) => [id, stands]))).toEqual(redemptions)
    expect(await checkCodes(owner(), practice.context.store)).toEqual([])
  })

  test('a file that was half posted is posted, each line once', async () => {
    const { rows } = await owner().query(
      `SELECT count(*)::int AS postings, count(DISTINCT reason)::int AS lines FROM posting WHERE reason LIKE 'Halb %'`,
    )
    expect(rows).toEqual([{ postings: 600, lines: 600 }])
    const batches = await owner().query('SELECT status FROM bulk_batch ORDER BY batch_id')
    expect(batches.rows.map(({ status }) => status)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'ready',
      'done',
    ])
  })

  test('an import that had begun has ended, and can be taken back', async () => {
    const { rows } = await owner().query('SELECT status, checked, error FROM order_import')
    expect(rows).toEqual([{ status: 'done', checked: 150, error: null }])
  })

  test('the storefront shows every member her points, before the update and after it', async () => {
    for (const [balances, shown] of storefront) expect(shown).toEqual(balances)
    expect(storefront).toHaveLength(2)
    const { store } = practice.context
    const written = [...(storefront[1]?.[0].keys() ?? [])].flatMap((id) =>
      store.metafieldsOf('CUSTOMER', Number(id)),
    )
    const named = store
      .metafieldsOf('APP_INSTALLATION', store.installation.id)
      .concat(written)
      .map(({ value }) => JSON.parse(value).book)
    expect(new Set(named)).toEqual(new Set([SHOP_ID]))
  })

  test('stands before every rule of points accounting', audit)
})

/**
 * An order that is disputed before it was ever judged is worth nothing until that is decided; which comes first of an
 * order and its dispute that wait together is chance.
 */
async function leaveOutDisputed(book: Book): Promise<void> {
  const { rows } = await owner().query<{ order: string; customers: string[] }>(
    `SELECT d.order_id::text AS order, array_agg(a.customer_id::text) AS customers
       FROM dispute d JOIN order_state o USING (shop_id, order_id)
       JOIN account a ON a.shop_id = o.shop_id AND coalesce(a.merged_into, a.account_id) = o.account_id
      WHERE d.standing = 'open' GROUP BY 1`,
  )
  for (const { order, customers } of rows) {
    const [, pending = '0'] = (book.orders.get(order) ?? '').split(' ')
    for (const customer of customers) {
      const [all = '0', ...others] = (book.balances.get(customer) ?? '').split(' ')
      book.balances.set(customer, [Number(all) - Number(pending), ...others].join(' '))
    }
    book.orders.delete(order)
  }
}

/** As the shop's clock shows, for what this process does itself. */
const now = () => {
  vi.setSystemTime(practice.context.store.now())
  return Math.floor(Date.now() / 1000)
}
const args = (request: Request) => ({ request, params: {}, context: {} }) as never
const ofPanel = (path: string, customer: string, json?: unknown) =>
  args(proxyCall(path, { shop: practice.domain, customer, timestamp: now(), json }))
const admin = (handler: string, carried: Parameters<typeof callHandler>[2] = {}) => {
  now()
  return callHandler(practice.domain, handler, carried)
}

interface Code {
  id: string
  code: string
  customer: string
  reward: string
  cost: number
  stands: string
}
async function codes(): Promise<Code[]> {
  const { rows } = await owner().query<Code>(
    `SELECT redemption_id::text AS id, code, customer_id::text AS customer, reward_id AS reward, cost::int,
            concat_ws(' ', r.status, return_reason) AS stands
       FROM redemption r JOIN account USING (shop_id, account_id) ORDER BY redemption_id`,
  )
  return rows
}
/** The oldest code that the version before made and nobody has used. */
async function openCode(reward: string): Promise<Code> {
  const found = (await codes()).find(
    (one) => one.reward === reward && one.stands === 'ready' && !taken.has(one.id),
  )
  if (!found) throw new Error(`there is no open code of ${reward}`)
  taken.add(found.id)
  return found
}
/** On an order that is not paid yet, and of earlier tests. */
const taken = new Set(['3'])
const becomes = (id: string, stands: string) =>
  until(`redemption ${id} is ${stands}`, QUIET_MS, async () =>
    (await codes()).some((one) => one.id === id && one.stands === stands),
  )
const points = async (customer: string) => {
  const { rows } = await owner().query(
    `SELECT (available - debt)::int AS points FROM balance JOIN account USING (shop_id, account_id) WHERE customer_id = $1`,
    [customer],
  )
  return rows[0].points as number
}

function shopFor(customer: string, used: string[] = []) {
  const { context } = practice
  const { store } = context
  const buyer = store.customer(Number(customer))
  const product = store.products.find((one) => !one.giftCard && one.status === 'active')
  const [variant] = product?.variants ?? []
  if (!buyer || !product || !variant) throw new Error('the practice shop lacks a customer or its goods')
  const lines = [{ product, variant, quantity: 5 }]
  return buy(context, {
    quote: quoteCart(store, lines, used, buyer.id, { shipped: true, locale: 'de' }),
    source: 'web',
    customerId: buyer.id,
    email: buyer.email,
    locale: 'de',
    currency: 'EUR',
    gateway: 'shopify_payments',
    at: store.time(),
    address: buyer.address,
  })
}

describe('today’s version goes on', () => {
  test('with a new redemption: its code is made', async () => {
    const [{ customer }] = (await codes()) as [Code]
    const key = randomUUID()
    const answer = await answerOf(() =>
      redeem(ofPanel('/panel/redeem', customer, { rewardId: 'amount-5', price: 50, key })),
    )
    const { redemption } = await answer.json()
    expect(answer.status, JSON.stringify(redemption)).toBe(200)
    await becomes(redemption.id, 'ready')
    await audit()
  })

  test('with a code of the version before: an order uses it, and its cancellation gives the points back', async () => {
    const { id, code, customer, cost } = await openCode('percent-10')
    const order = shopFor(customer, [code])
    expect(order.discountApplications).toHaveLength(1)
    await becomes(id, 'used')
    const had = await points(customer)
    cancel(practice.context, order.id, 'customer')
    await becomes(id, 'returned order-cancelled')
    expect(await points(customer)).toBe(had + cost)
  })

  test('a member gives an old code back, and its points are hers again', async () => {
    const { id, customer, cost } = await openCode('amount-5')
    const had = await points(customer)
    const answer = await answerOf(() => giveBack(ofPanel('/panel/give-back', customer, { id })))
    expect(answer.status).toBe(200)
    await becomes(id, 'returned cancelled')
    expect(await points(customer)).toBe(had + cost)
  })

  test('the documents of all versions are shown, an old one is taken up again and published, and judges an order', async () => {
    for (const version of ['1', '2', '3'])
      expect(await admin('app.program.history loader', { query: { version } })).toMatchObject({ status: 200 })
    const revision = async () =>
      (await owner().query('SELECT revision::int AS n FROM program_draft')).rows[0].n
    for (const version of [2, 1]) {
      const restored = await admin('app.program action', {
        json: { intent: 'restore', revision: await revision(), version },
      })
      expect(restored, restored.text).toMatchObject({ status: 200 })
      const published = await admin('app.program.publish action', {
        json: { revision: await revision(), countFrom: null, note: '' },
      })
      expect(published.text).toContain('"outcome":"published"')
    }
    // An order knows the second in which it was placed, and no more.
    await pause(1_100)
    const [{ customer }] = (await codes()) as [Code]
    const { id } = shopFor(customer)
    await until('the order is judged', QUIET_MS, async () => {
      const { rows } = await owner().query(
        'SELECT program_version AS v, worth::int FROM order_state WHERE order_id = $1',
        [id],
      )
      return rows[0]?.v === 5 && rows[0].worth > 0
    })
    await quiet()
    await audit()
  })
})

test('codes that the version before made are in Shopify what the book says, and none is unknown to it', async () => {
  // A night later: what has just changed is not compared yet.
  await owner().query(`UPDATE redemption SET changed_at = changed_at - interval '1 day'`)
  await queueJob(owner(), 'compare-codes', { shopId: SHOP_ID })
  await until('the codes are compared', QUIET_MS, async () => {
    const { rows } = await owner().query('SELECT whole FROM code_comparison')
    return rows[0]?.whole > 0
  })
  await quiet()
  for (const table of ['code_finding', 'unknown_discount'])
    expect((await owner().query(`SELECT * FROM ${table}`)).rows).toEqual([])
})

describe('for every member and every page', () => {
  test('panel, history, customer account and the merchant’s pages answer', async () => {
    const { rows: members } = await owner().query<{ id: string; merged: boolean }>(
      `SELECT customer_id::text AS id, merged_into IS NOT NULL AS merged FROM account WHERE customer_id IS NOT NULL`,
    )
    expect(members.length).toBeGreaterThan(10)
    for (const { id, merged } of members) {
      for (const [path, loader] of [
        ['/panel', panel],
        ['/panel/history', history],
      ] as const)
        expect((await answerOf(() => loader(ofPanel(path, id)))).status, `${path} ${id}`).toBe(200)
      now()
      const token = await extensionToken({ shop: practice.domain, customer: id })
      expect((await answerOf(() => membership(args(bearerCall('/api/membership', token))))).status).toBe(200)
      for (const handler of ['app.members.$customerId loader', 'app.members.$customerId_.history loader']) {
        const { status, text } = await admin(handler, { param: id })
        expect([200, ...(merged ? [302] : [])], `${handler} ${id}: ${text.slice(0, 300)}`).toContain(status)
      }
    }
  })

  test('every order says what it has brought', async () => {
    const { rows } = await owner().query<{ order: string; customer: string }>(
      `SELECT order_id::text AS order, customer_id::text AS customer FROM order_state JOIN account USING (shop_id, account_id)
        WHERE customer_id IS NOT NULL AND redacted_at IS NULL`,
    )
    expect(rows.length).toBeGreaterThan(100)
    for (const { order, customer } of rows) {
      now()
      const token = await extensionToken({ shop: practice.domain, customer })
      const answer = await answerOf(() =>
        orderPoints(args(bearerCall(`/api/order-points?order=${order}`, token))),
      )
      expect(answer.status, order).toBe(200)
    }
  })

  test('the merchant’s other pages and files answer', async () => {
    const ids: Record<string, string[]> = {}
    for (const [column, table] of [
      ['batch_id', 'bulk_batch'],
      ['request_id', 'data_request'],
    ] as const)
      ids[column] = (await owner().query(`SELECT ${column}::text AS id FROM ${table}`)).rows.map(
        ({ id }) => id,
      )
    for (const handler of HANDLERS.filter((one) => one.endsWith(' loader'))) {
      if (handler.includes('$customerId') || handler === 'app.$ loader') continue
      const params = handler.includes('bulk.$id')
        ? ids.batch_id
        : handler.includes('privacy_.$id')
          ? ids.request_id
          : // A shop of the version before has no draw yet.
            [handler.includes('draws_.$id') ? 'no-draw' : '']
      for (const param of params ?? []) {
        const { status, text } = await admin(handler, { param })
        expect(status, `${handler} ${param}: ${text.slice(0, 300)}`).toBe(200)
      }
    }
  })
})

describe('in time', () => {
  test('a code of the version before lapses, and the book stays sound', async () => {
    const { id } = await openCode('einmal-25')
    for (const step of ['month', 'month', 'week']) {
      const moved = await fetch(`${practice.url}/admin/clock`, {
        method: 'POST',
        body: new URLSearchParams({ step }),
        redirect: 'manual',
      })
      expect(moved.status).toBe(303)
    }
    await becomes(id, 'returned lapsed')
    await quiet()
    // The round that the last step of the clock began may still be looking at the others.
    await expect.poll(violated, { timeout: QUIET_MS }).toEqual([])
    expect(await checkCodes(owner(), practice.context.store)).toEqual([])
  })
})
