import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { taskList } from '../../../app/jobs/registry.ts'
import { compareCodes } from '../../../app/loyalty/codes/compare-codes.ts'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { mergeCustomers } from '../../../dev-store/deeds/customer-deeds.ts'
import type { Customer, DiscountNode } from '../../../dev-store/model.ts'
import { useDatabase } from '../../database.ts'
import { violations } from '../../support/expiry.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { codesIn, connectPractice } from '../../support/practice-codes.ts'
import { workOff } from '../../support/work-off.ts'

/** Customers are merged in the shop, and their open codes go to the one who is left within minutes. */
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 60, orders: 0 })
const { store, context, emitted } = practice.harness
let shop: Shop
const codes = codesIn(practice, () => shop, database.owner)
type Code = Awaited<ReturnType<typeof codes.open>>

const sql = async (text: string, ...values: unknown[]) => (await database.owner().query(text, values)).rows

beforeAll(async () => {
  shop = await connectPractice(practice, database.owner())
})
beforeEach(async () => {
  await sql('DELETE FROM graphile_worker._private_jobs')
})

const nodeOf = (code: Pick<Code, 'code'>) => store.discountByCode(code.code) as DiscountNode
const ownersOf = (code: Pick<Code, 'code'>) => {
  const { context } = nodeOf(code)
  return context.kind === 'customers' ? context.ids : context.kind
}
const give = (code: Pick<Code, 'code'>, ...ids: number[]) =>
  store.discounts.put({ ...nodeOf(code), context: { kind: 'customers', ids } })

/**
 * In the shop's admin; Shopify leaves the discounts where they are, and tells the app. Discounts name the customer who
 * is gone by the old number, or, when Shopify does not know that any more, nobody.
 */
async function merge(kept: Customer, gone: Customer, named = true): Promise<void> {
  const before = new Map(store.discounts.all().map((node) => [node.id, node.context]))
  mergeCustomers(context, kept.id, gone.id)
  for (const [id, owners] of before)
    store.discounts.put({ ...(store.discounts.get(id) as DiscountNode), context: owners })
  store.mergedCustomers.delete(gone.id)
  if (named) store.customers.put(gone)
  await tellMerge()
}

async function tellMerge(): Promise<void> {
  const told = emitted.findLast(({ topic }) => topic === 'customers/merge')
  await sql(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, $2, 'customers/merge', $3, $4)`,
    shop.shopId,
    randomUUID(),
    shop.domain,
    JSON.stringify(told?.payload),
  )
  while ((await workOff(codes.now)) > 0);
}

const queued = () =>
  sql(`SELECT j.payload FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'move-codes' ORDER BY j.id`)
/** The jobs as a worker runs them. @returns how many there were */
async function work(): Promise<number> {
  const jobs = await queued()
  for (const { payload } of jobs) await taskList()['move-codes']?.(payload, {} as never)
  return jobs.length
}
const moves = () => practice.asked.filter((what) => what === 'MoveDiscountCode').length

test('R1: open codes of a customer who was merged are given to the one who is left at once', async () => {
  const [first, second] = [await codes.open(), await codes.open()]
  const kept = await codes.member()
  await merge(kept, first.customer)
  expect(ownersOf(first)).toEqual([first.customer.id])
  expect(await work()).toBe(1)
  expect(ownersOf(first)).toEqual([kept.id])
  expect(ownersOf(second)).toEqual([second.customer.id])

  // A second run, and the same message once more, have nothing to do.
  expect([await work(), moves()]).toEqual([1, 1])
  await sql('DELETE FROM graphile_worker._private_jobs')
  await tellMerge()
  expect(await queued()).toEqual([])

  // And on to a third one: the number of the first counts as one of the second's.
  const last = await codes.member()
  await merge(last, kept)
  await work()
  expect(ownersOf(first)).toEqual([last.id])
  expect(await violations(shop.shopId)).toEqual([])
})

test('R1: what Shopify has given over itself, or the merchant to somebody else, is left as it is', async () => {
  const [moved, chosen] = [await codes.open(), await codes.open()]
  const [kept, friend] = [await codes.member(), await codes.member()]
  mergeCustomers(context, kept.id, moved.customer.id)
  await tellMerge()
  await merge(kept, chosen.customer)
  give(chosen, friend.id)
  expect(await work()).toBe(1)
  expect(moves()).toBe(0)
  expect([ownersOf(moved), ownersOf(chosen)]).toEqual([[kept.id], [friend.id]])
})

test('R1: a discount that names nobody any more is given to the one who is left', async () => {
  const code = await codes.open()
  const kept = await codes.member()
  await merge(kept, code.customer, false)
  await work()
  expect(ownersOf(code)).toContain(kept.id)
  expect([await work(), moves()]).toEqual([1, 1])
})

test('R1: a merge without open codes asks Shopify nothing', async () => {
  const [kept, gone] = [await codes.member(), await codes.member()]
  await merge(kept, gone)
  expect(await queued()).toEqual([])
})

test.each(['at', 'after'] as const)(
  'R1: a job that is cut off (%s the change) is run again',
  async (when) => {
    const code = await codes.open()
    const kept = await codes.member()
    await merge(kept, code.customer)
    practice[when] = (what) => {
      if (what === 'MoveDiscountCode') throw new TypeError('fetch failed')
    }
    await expect(work()).rejects.toThrow('fetch failed')
    expect(ownersOf(code)).toEqual(when === 'at' ? [code.customer.id] : [kept.id])
    practice[when] = () => {}
    await work()
    expect(ownersOf(code)).toEqual([kept.id])
  },
)

test('R1: two runs side by side, and the comparison beside them, leave the code with its owner', async () => {
  const code = await codes.open()
  const kept = await codes.member()
  await merge(kept, code.customer)
  await sql(`UPDATE redemption SET changed_at = changed_at - interval '3 hours'`)
  await Promise.all([work(), work(), compareCodes(shop.shopId, codes.now)])
  expect(ownersOf(code)).toEqual([kept.id])
  const { redemptionId } = code.which
  expect(await sql('SELECT why FROM code_finding WHERE redemption_id = $1', redemptionId)).toEqual([])
})

test.each<[string, (deed: () => Promise<void>) => void]>([
  [
    'while it is made',
    (deed) => {
      practice.at = async (what) => {
        if (what !== 'CreateDiscountCode') return
        practice.at = () => {}
        await deed()
      }
    },
  ],
  [
    'after it was made, when nobody had heard of that',
    (deed) => {
      practice.after = async (what) => {
        if (what !== 'CreateDiscountCode') return
        practice.after = () => {}
        await deed()
        throw new TypeError('fetch failed')
      }
    },
  ],
])('R1: a code whose customer is merged %s goes to the one who is left', async (_, arrange) => {
  const code = await codes.open(false)
  const kept = await codes.member()
  arrange(() => merge(kept, code.customer))
  await issueReward(code.which, codes.now(), false).catch(() => {})
  await issueReward(code.which, codes.now(), false)
  expect(ownersOf(code)).toEqual([code.customer.id])
  expect(await work()).toBe(1)
  expect(ownersOf(code)).toEqual([kept.id])
})
