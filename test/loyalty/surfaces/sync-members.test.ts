import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { syncMembers } from '../../../app/loyalty/surfaces/sync-members.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { buy } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const now = Date.now()
let shopId = 0
let customerId = ''
let orderId = 9100

beforeAll(async () => {
  await pages.open('/app')
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  shopId = rows[0].id
  await publish(database.owner(), shopId, 1, testProgram({ returnWindowDays: 0 }), '2020-01-01T00:00:00Z')
  const { data } = await pages.harness.graphql('{ customers(first: 1) { nodes { id } } }')
  customerId = data.customers.nodes[0].id.split('/').pop()
})
beforeEach(() => vi.restoreAllMocks())

const order = () =>
  buy(shopId, {
    id: ++orderId,
    customer: customerId,
    lines: [{ price: '10.00' }],
    placedAt: new Date(now - 86_400_000).toISOString(),
  })

const shown = async () => {
  const { data } = await pages.harness.graphql(
    `{ customer(id: "gid://shopify/Customer/${customerId}") {
         metafield(namespace: "$app:stammgast", key: "membership") { value } } }`,
  )
  return JSON.parse(data.customer.metafield?.value ?? 'null')?.available
}
const booked = async () => {
  const { rows } = await database
    .owner()
    .query('SELECT sum(available)::int AS points FROM balance WHERE shop_id = $1', [shopId])
  return rows[0].points
}

/** The next call that writes metafields waits on its way to Shopify until it is let go. */
function holdNextWrite() {
  const real = globalThis.fetch
  let letGo = () => {}
  let held = () => {}
  const isHeld = new Promise<void>((resolve) => {
    held = resolve
  })
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let first = true
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    if (first && String(init?.body ?? '').includes('metafieldsSet')) {
      first = false
      held()
      await gate
    }
    return real(input, init)
  })
  return { isHeld, letGo }
}

test('two jobs of one shop: the older value does not overtake the newer one, and the work is left to nobody', async () => {
  await order()
  const write = holdNextWrite()
  const older = syncMembers(shopId, () => now)
  await write.isHeld
  await order()
  await database.owner().query('SELECT graphile_worker.remove_job($1)', [`sync-members:${shopId}`])
  await syncMembers(shopId, Date.now)
  const { rows } = await database
    .owner()
    .query('SELECT attempts, run_at > now() AS later FROM graphile_worker.jobs WHERE key = $1', [
      `sync-members:${shopId}`,
    ])
  expect(rows, 'should the first one fail').toEqual([{ attempts: 0, later: true }])
  write.letGo()
  await older
  expect(await shown()).toBe(await booked())
})

test('two processes: whoever finds that another one wrote the same member meanwhile writes her again', async () => {
  await order()
  const write = holdNextWrite()
  const older = syncMembers(shopId, () => now)
  await write.isHeld
  await order()
  vi.resetModules() // another process knows nothing of what this one is doing
  const other = await import('../../../app/loyalty/surfaces/sync-members.ts')
  await other.syncMembers(shopId, () => now)
  expect(await shown()).toBe(await booked())
  write.letGo()
  await older
  expect(await shown()).toBe(await booked())
  const { rows } = await database.owner().query('SELECT FROM member_to_sync WHERE shop_id = $1', [shopId])
  expect(rows).toEqual([])
})
