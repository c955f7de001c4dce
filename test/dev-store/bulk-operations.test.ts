import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { bulkText } from '../../app/shopify/orders/bulk-orders.ts'
import { openHarness } from './admin-harness.ts'

const harness = openHarness({ customers: 10, orders: 40 })
const RUN = `mutation Run($query: String!, $groupObjects: Boolean!) {
  bulkOperationRunQuery(query: $query, groupObjects: $groupObjects) {
    bulkOperation { id status url } userErrors { code message }
  }
}`
const STATE = `query State($id: ID!) {
  bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url }
}`

async function run(query: string, groupObjects = true) {
  const { data } = await harness.graphql(RUN, { query, groupObjects })
  return data.bulkOperationRunQuery
}

async function finished(id: string, { graphql } = harness) {
  for (;;) {
    const { data } = await graphql(STATE, { id })
    if (!['CREATED', 'RUNNING'].includes(data.bulkOperation.status)) return data.bulkOperation
    await pause(20)
  }
}

const pathOf = (url: string) => new URL(url).pathname
// biome-ignore lint/suspicious/noExplicitAny: lines are read by tests that know their shape.
const linesAt = async (url: string): Promise<any[]> =>
  (await (await harness.request(pathOf(url))).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const LINES = '{ orders { edges { node { id name lineItems { edges { node { id quantity } } } } } } }'

beforeAll(() => harness.graphql('{ shop { id } }'))

test('a query runs behind the answer and leaves one object a line, children with their parent', async () => {
  const { bulkOperation, userErrors } = await run(LINES)
  expect(userErrors).toEqual([])
  expect(bulkOperation).toMatchObject({ status: 'CREATED', url: null })
  const done = await finished(bulkOperation.id)
  const orders = harness.store.orders.all()
  const pieces = orders.flatMap(({ lines }) => lines)
  expect(done).toMatchObject({
    status: 'COMPLETED',
    rootObjectCount: String(orders.length),
    objectCount: String(orders.length + pieces.length),
  })
  const lines = await linesAt(done.url)
  expect(lines).toHaveLength(orders.length + pieces.length)
  let parent = ''
  for (const line of lines) {
    if (line.__parentId === undefined) parent = line.id
    else expect(line).toEqual({ id: expect.any(String), quantity: expect.any(Number), __parentId: parent })
  }
  expect(await (await harness.request(`${pathOf(done.url).slice(0, -8)}0.jsonl`)).status).toBe(404)
})

test('ungrouped, only parents before their children are promised', async () => {
  const { bulkOperation } = await run(LINES, false)
  const lines = await linesAt((await finished(bulkOperation.id)).url)
  const first = lines.findIndex((line) => line.__parentId !== undefined)
  expect(first).toBe(harness.store.orders.size)
})

test('what finds nothing has no file', async () => {
  const { bulkOperation } = await run('{ orders(query: "name:none") { edges { node { id } } } }')
  expect(await finished(bulkOperation.id)).toMatchObject({ status: 'COMPLETED', objectCount: '0', url: null })
})

test('the text of the app runs, and carries what it searches for', async () => {
  const { bulkOperation, userErrors } = await run(
    bulkText(`updated_at:>='2020-01-01T00:00:00Z' name:"#1001"`),
  )
  expect(userErrors).toEqual([])
  expect((await finished(bulkOperation.id)).rootObjectCount).toBe('1')
})

describe('Shopify’s restrictions are the practice store’s', () => {
  const deep = (depth: number): string =>
    depth === 0
      ? 'id'
      : `id products { edges { node { collections { edges { node { ${deep(depth - 1)} } } } } } }`
  test.each([
    ['a query that is none', '{ orders { edges { node { nme } } } }', /nme/],
    ['no connection', '{ shop { name } }', /at least one connection/],
    [
      'a connection inside a list',
      '{ orders { edges { node { refunds { refundLineItems { edges { node { quantity } } } } } } } }',
      /connection field within a list field/,
    ],
    [
      'two top-level fields',
      '{ orders { edges { node { id } } } products { edges { node { id } } } }',
      /one top-level/,
    ],
    ['too deep a nesting', `{ collections { edges { node { ${deep(2)} } } } }`, /depth greater than 2/],
    ['variables', 'query A($q: String) { orders(query: $q) { edges { node { id } } } }', /no variables/],
  ])('%s is refused', async (_, query, message) => {
    const { bulkOperation, userErrors } = await run(query)
    expect(bulkOperation).toBeNull()
    expect(userErrors).toEqual([{ code: 'INVALID', message: expect.stringMatching(message) }])
  })

  test('a sixth one beside five is refused, and a cancelled one never ends well', async () => {
    // All at once: the first must not be over before the sixth is asked for.
    const asked = await Promise.all(Array.from({ length: 6 }, () => run(LINES)))
    const five = asked.flatMap(({ bulkOperation }) => bulkOperation?.id ?? [])
    expect(five).toHaveLength(5)
    expect(asked.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'LIMIT_REACHED' }])
    const cancel = 'mutation Stop($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } } }'
    const { data } = await harness.graphql(cancel, { id: five[0] })
    expect(data.bulkOperationCancel.bulkOperation.status).toBe('CANCELED')
    for (const id of five.slice(1)) expect((await finished(id)).status).toBe('COMPLETED')
    expect(await finished(five[0])).toMatchObject({ status: 'CANCELED', url: null })
  })

  test('a token without the scope is refused in the operation, not before', async () => {
    const poor = openHarness({ customers: 10, orders: 60, scopes: ['read_products'] })
    const { data } = await poor.graphql(RUN, { query: LINES, groupObjects: true })
    const { id } = data.bulkOperationRunQuery.bulkOperation
    const refused = { status: 'FAILED', errorCode: 'ACCESS_DENIED', url: null }
    expect(await finished(id, poor)).toMatchObject(refused)
  })
})
