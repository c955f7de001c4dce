import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { jobHandlers } from '../../app/jobs/registry.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { shopById } from '../../app/loyalty/shop/shop-of-request.ts'
import { type JobName, jobCatalogue } from '../../app/queue/catalogue.ts'
import { useDatabase } from '../database.ts'
import { callHandler, HANDLERS, modules, nameOf, pathOf } from '../support/admin-handlers.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { adminRequests, type Carried, type Draw } from '../support/admin-requests.ts'
import { digestOfShop, type FullShop, fillShop, shopTables } from '../support/full-shop.ts'
import { buy, silentAdmin } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { makeShop, publish } from '../support/shop.ts'
import { adminToken } from '../support/shopper-requests.ts'

/**
 * Two shops: ours, and a neighbour with something in every table. Whatever a signed-in merchant of ours puts into the
 * address, the query or the form of any admin route, nothing of the neighbour's comes back and nothing of it changes.
 * Which routes there are is read from the folder: one that nobody has put into `adminRequests` makes this red.
 */
const MARK = 'XQ7NACHBAR'
const ONLY_THEIRS = '880077001'
const database = useDatabase()
const pages = useAdminPages()
let theirs: FullShop
let ourShopId = 0
/** A customer number that both shops know, as no two real ones do. */
let shared = ''
const rich = { points: 1_000_000, reason: 'Jubiläum', actor: 'test' }

const PAGES = Object.keys(modules).filter(
  (file) => file.endsWith('.tsx') && 'default' in (modules[file] ?? {}),
)

const call = (handler: string, carried: Carried) => callHandler(pages.domain, handler, carried)

/** A customer of theirs whom no other request names: who is adjusted by mistake is known from then on. */
const QUIET = '880077002'
const NOBODYS = '880077999'
/** What two bookings of ours differ in. */
const BOOKED = /"(postingId|lotId)":\d+|"key":"[^"]*"|"\d{4}-\d\d-\d\dT[\d:.]+Z"/g
/** Where an address names something: the column of its number. */
const NAMED: Record<string, string> = {
  'app.members.$customerId loader': 'customer_id',
  'app.members.$customerId action': 'customer_id',
  'app.members.$customerId_.history loader': 'customer_id',
  'app.members.draws_.$id loader': 'draw',
  'app.operations.bulk.$id._index loader': 'batch_id',
  'app.operations.bulk.$id._index action': 'batch_id',
  'app.operations.bulk.$id.lines loader': 'batch_id',
  'app.operations.bulk.$id.problems loader': 'batch_id',
  'app.operations.privacy_.$id loader': 'request_id',
}
const { requests, everywhere, id } = adminRequests(() => theirs.ids)

beforeAll(async () => {
  await pages.open('/app')
  const owner = database.owner()
  const { rows } = await owner.query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  ourShopId = rows[0].id
  const answer = await pages.harness.graphql('{ customers(first: 1) { nodes { id } } }')
  shared = answer.data.customers.nodes[0].id.split('/').pop()
  await publish(owner, ourShopId, 1, testProgram(), '2020-01-01T00:00:00Z')
  await buy(ourShopId, { id: 9102, customer: shared, lines: [{ price: '21.00' }] })
  // Ours is rich: a mistaken booking would go through.
  const ourShop = await shopById(ourShopId)
  for (const key of ['rich-one', 'rich-two', 'rich-three'])
    if (ourShop)
      await adjustPoints({ ...rich, shop: ourShop, customerId: shared, key, now: Date.now() }, silentAdmin)
  const { shopId } = await makeShop(owner)
  theirs = await fillShop(owner, shopId, MARK, [shared, ONLY_THEIRS])
  await buy(shopId, { id: 9107, customer: QUIET, lines: [{ price: '7654321.00' }] })
})

test('every loader and action of the folder has its requests', () => {
  expect(HANDLERS.length).toBeGreaterThan(25)
  expect(Object.keys(requests).sort()).toEqual([...HANDLERS].sort())
  const named = HANDLERS.filter((handler) => /\$\w/.test(handler))
  expect(Object.keys(NAMED).sort()).toEqual(named.sort())
})

test('the neighbour has something in every table, and it would be seen', async () => {
  const digest = await digestOfShop(database.owner(), theirs.shop)
  const empty = Object.entries(digest).filter(([name, { rows }]) => rows === 0 && name !== 'jobs')
  expect(empty).toEqual([])
  expect(theirs.secrets).toBeGreaterThan(30)
})

// The statements filter by shop, and row-level security stands behind them. Each alone has to do.
describe.each([
  ['with row-level security', 'ENABLE'],
  ['by the filters of the statements alone', 'DISABLE'],
])('%s', (_, rowSecurity) => {
  let before: Awaited<ReturnType<typeof digestOfShop>>
  beforeAll(async () => {
    for (const table of await shopTables(database.owner()))
      await database.owner().query(`ALTER TABLE ${table} ${rowSecurity} ROW LEVEL SECURITY`)
    before = await digestOfShop(database.owner(), theirs.shop)
  })
  const untouched = async () => expect(await digestOfShop(database.owner(), theirs.shop)).toEqual(before)

  test.each(HANDLERS)(
    '%s tells and changes nothing of the neighbour’s',
    async (handler) => {
      const statuses = new Set<number>()
      const carried = requests[handler] as Draw
      await fc.assert(
        fc.asyncProperty(carried, fc.option(everywhere), async (own, more) => {
          const { status, text } = await call(handler, { ...own, query: { ...more?.query, ...own.query } })
          expect(theirs.leak(text), text).toBeNull()
          expect(status, text).toBeLessThan(500)
          statuses.add(status)
        }),
        { numRuns: 40 },
      )
      await untouched()
      // Refused at the door alone would prove nothing.
      expect(
        [...statuses].some((status) => status !== 400),
        `${handler}: ${[...statuses]}`,
      ).toBe(true)
    },
    120_000,
  )

  test.each(Object.keys(NAMED))(
    '%s answers about the neighbour’s as about what nobody has',
    async (handler) => {
      const column = NAMED[handler] ?? ''
      const theirOwn = column === 'customer_id' ? [QUIET] : (theirs.ids.get(column) ?? [])
      expect(theirOwn).not.toEqual([])
      await fc.assert(
        fc.asyncProperty(requests[handler] as Draw, fc.constantFrom(...theirOwn), async (carried, their) => {
          const about = async (param: string) => {
            // The same form twice would be the same booking.
            const form = carried.form && { ...carried.form, key: crypto.randomUUID() }
            const { status, text } = await call(handler, { ...carried, param, ...(form && { form }) })
            return { status, text: text.replaceAll(param, '…').replace(BOOKED, '') }
          }
          expect(await about(their)).toEqual(await about(NOBODYS))
        }),
        { numRuns: 20 },
      )
      await untouched()
    },
    120_000,
  )

  test.each(PAGES)(
    '%s shows nothing of the neighbour’s',
    async (file) => {
      const name = nameOf(file)
      await fc.assert(
        fc.asyncProperty(
          everywhere,
          id('program'),
          fc.constantFrom('de', 'en'),
          async ({ query }, param, locale) => {
            const token = await adminToken(pages.domain, { jti: crypto.randomUUID() })
            const path = `${pathOf(name, param)}?${new URLSearchParams(query)}`
            const { status, html } = await pages.open(path, { token, locale })
            expect(theirs.leak(html)).toBeNull()
            expect(status).toBeLessThan(500)
          },
        ),
        { numRuns: 5 },
      )
      await untouched()
    },
    120_000,
  )

  test('the jobs that such requests left run for our shop only', async () => {
    const done = new Set<string>()
    // The shop's clock stands: what so many requests took from the API's budget comes back with the time.
    pages.harness.pass(30_000)
    for (let round = 0; round < 3; round++) for (const name of await runOurJobs()) done.add(name)
    expect([...done]).toEqual(expect.arrayContaining(['run-batch', 'reconcile-orders', 'audit-shop']))
    await untouched()
    const { rows } = await database.owner().query(
      `SELECT count(*)::int AS strays FROM posting p JOIN account a USING (account_id)
        WHERE p.shop_id = $1 AND a.shop_id <> $1`,
      [ourShopId],
    )
    expect(rows[0].strays).toBe(0)
  }, 120_000)
})

/** Runs what waits in the queue, as the worker would; a file that waits for its merchant is confirmed. */
async function runOurJobs(): Promise<JobName[]> {
  // The requests before have used up what the shop may be asked, and its clock stands.
  pages.harness.pass(20_000)
  const { rows } = await database.owner().query<{ id: string; name: JobName; payload: never }>(
    `SELECT j.id, t.identifier AS name, j.payload FROM graphile_worker._private_jobs j
       JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE j.payload ->> 'shopId' = $1`,
    [String(ourShopId)],
  )
  for (const job of rows) {
    await database.owner().query('DELETE FROM graphile_worker._private_jobs WHERE id = $1', [job.id])
    const run = jobHandlers[job.name] as (payload: unknown, helpers: unknown) => Promise<unknown>
    await run(jobCatalogue[job.name].payload.parse(job.payload), {
      job: { attempts: 1, max_attempts: 25 },
    }).catch((error: Error) => expect(error.message).not.toContain(MARK))
  }
  const { rows: batches } = await database
    .owner()
    .query(`SELECT batch_id::text AS id FROM bulk_batch WHERE shop_id = $1 AND status = 'ready'`, [ourShopId])
  for (const { id: batch } of batches)
    await call('app.operations.bulk.$id._index action', { param: batch, json: { intent: 'confirm' } })
  return rows.map(({ name }) => name)
}
