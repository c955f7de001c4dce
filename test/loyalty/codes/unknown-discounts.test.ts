import { randomBytes } from 'node:crypto'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import { rewardCode } from '../../../app/domain/rewards/reward-code.ts'
import { compareCodes } from '../../../app/loyalty/codes/compare-codes.ts'
import { searchUnknownDiscounts } from '../../../app/loyalty/codes/unknown-discounts.ts'
import { readAttention } from '../../../app/loyalty/numbers/read-figures.ts'
import { makerOf } from '../../../app/loyalty/rewards/makers.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { readCodeFindings } from '../../../app/loyalty/upkeep/read-operations.ts'
import { CodesInForce } from '../../../app/shopify/graphql/discounts.ts'
import { CODES_AT_ONCE } from '../../../app/shopify/rewards/discounts.ts'
import { shopAdmin } from '../../../app/shopify/shop-admin.ts'
import type { DiscountNode } from '../../../dev-store/model.ts'
import { useDatabase } from '../../database.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { codesIn, connectPractice } from '../../support/practice-codes.ts'
import { testProgram } from '../../support/program.ts'

/** An older database was put back: Shopify has codes that were made since, and the book does not know them. */
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 20, orders: 0 })
const { store } = practice.harness
let shop: Shop
const codes = codesIn(practice, () => shop, database.owner)
const sql = async (text: string, ...values: unknown[]) => (await database.owner().query(text, values)).rows

beforeAll(async () => {
  shop = await connectPractice(practice, database.owner())
})
afterEach(async () => {
  await sql('DELETE FROM unknown_discount')
  await sql('DELETE FROM code_comparison')
  for (const { id } of store.discounts.all()) store.discounts.delete(id)
})

/** A discount as the app makes it, of which no redemption is left. */
async function forgotten(): Promise<DiscountNode> {
  const reward = testProgram().rewards[0]
  if (!reward) throw new Error('The program has no rewards')
  const code = rewardCode(randomBytes(32))
  await makerOf(reward).make(await shopAdmin(shop.domain), {
    code,
    reward,
    madeId: null,
    mark: null,
    others: [],
    currency: 'EUR',
    customerId: String(store.customers.all()[0]?.id),
    locale: 'de',
    startsAt: new Date(codes.now()),
    endsAt: new Date(codes.now() + 30 * 86_400_000),
  })
  return store.discountByCode(code) as DiscountNode
}
const codeOf = ({ codes }: DiscountNode) => codes[0]?.code ?? ''
const change = (node: DiscountNode, what: Partial<DiscountNode>) => store.discounts.put({ ...node, ...what })

const view = () => acrossShops((tx) => readCodeFindings(tx, shop.shopId))
async function told(): Promise<string[]> {
  const { unknown } = await view()
  expect(unknown.count).toBe(unknown.first.length)
  return unknown.first.map(({ code }) => code).sort()
}
async function run(): Promise<void> {
  codes.pass(60_000)
  await compareCodes(shop.shopId, codes.now)
}

test('R1: a discount of ours that the book does not know is told to the merchant, and left as it is', async () => {
  const node = await forgotten()
  const before = store.discounts.get(node.id)
  await run()
  expect(await told()).toEqual([codeOf(node)])
  expect((await view()).toSee).toBe(1)
  expect((await acrossShops((tx) => readAttention(tx, shop.shopId))).codesToSee).toBe(1)
  expect(store.discounts.get(node.id)).toEqual(before)

  change(node, { endsAt: store.time() })
  await run()
  expect(await told()).toEqual([])
  expect((await view()).toSee).toBe(0)
  const [{ found }] = await sql('SELECT found_at AS found FROM unknown_discount')
  change(node, { endsAt: null })
  await run()
  expect(await told()).toEqual([codeOf(node)])
  expect((await sql('SELECT found_at AS found FROM unknown_discount'))[0].found).not.toEqual(found)
})

test('R1: of discounts that the book knows, that others made or that nobody can use nothing is told', async () => {
  const known = await codes.open()
  const [used, over, renamed, recoded] = [
    await forgotten(),
    await forgotten(),
    await forgotten(),
    await forgotten(),
  ]
  change(used, { uses: [{ customerId: 1, orderId: 1, code: codeOf(used), at: store.time() } as never] })
  change(over, { endsAt: store.time() })
  change(renamed, { title: 'Für Stammkunden' })
  change(recoded, { codes: [{ id: 1, code: 'SOMMER' }] })
  await run()
  expect(await told()).toEqual([])
  expect(store.discountByCode(known.code)).toBeDefined()
})

test('R1: unknown discounts are looked for page by page, and the next run goes on there', async () => {
  const first = await forgotten()
  const merchants = change(first, { title: 'Sommer', codes: [{ id: 1, code: 'SOMMER' }] })
  const highest = Math.max(...store.discounts.all().map(({ id }) => id))
  for (let i = 1; i <= 2 * CODES_AT_ONCE; i++)
    store.discounts.put({ ...merchants, id: highest + i, codes: [{ id: 1, code: `SOMMER${i}` }] })
  const last = store.discounts.put({
    ...merchants,
    id: highest + 2 * CODES_AT_ONCE + 1,
    title: '5 € Rabatt (ST-22222-22222)',
    codes: [{ id: 1, code: 'ST-22222-22222' }],
  })
  await Promise.all([run(), run()])
  expect(await told()).toEqual([codeOf(last)])

  // One page a run: what is not met on the first two is not settled by them.
  const graphql = await shopAdmin(shop.domain)
  const page = () => searchUnknownDiscounts(shop.shopId, graphql, 1)
  const places: number[] = []
  for (let i = 0; i < 3; i++) {
    await page()
    expect(await told()).toEqual([codeOf(last)])
    places.push((await sql('SELECT searched_id::int8 AS at FROM code_comparison'))[0].at)
  }
  expect(places.map(Number)).toEqual([highest + CODES_AT_ONCE - 1, highest + 2 * CODES_AT_ONCE - 1, 0])

  // Cut off when Shopify had answered: the same page is read again.
  practice.after = (what) => {
    if (what === 'CodesInForce') throw new TypeError('fetch failed')
  }
  await expect(page()).rejects.toThrow('fetch failed')
  practice.after = () => {}
  store.discounts.delete(last.id)
  for (let i = 0; i < 3; i++) await page()
  expect(await told()).toEqual([])
})

test('R1: a page of the search costs less than a tenth of what one question may', async () => {
  await forgotten()
  const variables = { first: CODES_AT_ONCE, query: 'status:active method:code id:>0' }
  const { extensions } = await practice.harness.graphql(`${CodesInForce}`, variables)
  expect(extensions.cost.requestedQueryCost).toBeLessThan(100)
})
