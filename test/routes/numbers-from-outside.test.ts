import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { callHandler, HANDLERS } from '../support/admin-handlers.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { adminRequests, type Carried, type Draw } from '../support/admin-requests.ts'
import { testProgram } from '../support/program.ts'
import { publish } from '../support/shop.ts'

/** Round every bound that a number meets on its way into PostgreSQL: smallint, integer, JavaScript, bigint. */
const BOUNDS = [2n ** 15n, 2n ** 31n, 2n ** 32n, 10n ** 15n, 2n ** 53n, 10n ** 18n, 2n ** 63n, 2n ** 64n]
const NUMBERS = [...BOUNDS.flatMap((bound) => [bound - 1n, bound, bound + 1n, -bound]), 0n, -1n].map(String)
const ODD = ['1e3', '1.5', '0x10', '', ' 1', '-0', 'NaN', '9'.repeat(400)]
const COLUMNS = [
  'customer_id',
  'batch_id',
  'posting_id',
  'redemption_id',
  'revision',
  'version',
  'line',
  'points',
]

const database = useDatabase()
const pages = useAdminPages()
const { requests } = adminRequests(() => new Map(COLUMNS.map((column) => [column, [...NUMBERS, ...ODD]])))

beforeAll(async () => {
  await pages.open('/app')
  const { rows } = await database.owner().query('SELECT shop_id::int AS id FROM shop')
  await publish(database.owner(), rows[0].id, 1, testProgram(), '2020-01-01T00:00:00Z')
})

test.each(HANDLERS)('A10: %s answers to numbers that no column holds', async (handler) => {
  await fc.assert(
    fc.asyncProperty(requests[handler] as Draw, async (carried) => {
      // The shop's clock stands: what a request took from the API's budget comes back with the time.
      pages.harness.pass(30_000)
      const { status, text } = await callHandler(pages.domain, handler, carried)
      expect(status, text).toBeLessThan(500)
    }),
    { numRuns: 150 },
  )
})

test.each(['0000-01-01', '0001-01-01', '1899-12-31', '9999-12-31'])(
  'A10: the day %s breaks nothing',
  async (day) => {
    const member = {
      intent: 'reinstate',
      reason: 'Kulanz',
      key: 'key-00000001',
      postingId: '1',
      lastDay: day,
    }
    const asked: [string, Carried][] = [
      ['app.program action', { json: { intent: 'start' } }],
      ['app.program.publish action', { json: { revision: 1, countFrom: day, note: '' } }],
      ['app.operations.past-orders action', { json: { intent: 'start', from: day, award: false } }],
      ['app.members.$customerId action', { param: '6001', form: member }],
    ]
    for (const [handler, carried] of asked) {
      // The shop's clock stands: what a request took from the API's budget comes back with the time.
      pages.harness.pass(30_000)
      const { status, text } = await callHandler(pages.domain, handler, carried)
      expect(status, `${handler}: ${text}`).toBeLessThan(500)
    }
  },
)

test('A10: routes take numbers of rows by one schema', () => {
  const sources = import.meta.glob<string>('../../app/routes/*.{ts,tsx}', {
    eager: true,
    query: '?raw',
    import: 'default',
  })
  const own = Object.entries(sources).filter(([, source]) =>
    /\bz\.(?:int|bigint|coerce)\b(?!.*\.max\()/.test(source),
  )
  expect(own.map(([file]) => file)).toEqual([])
})
