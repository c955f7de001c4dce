import { beforeAll, beforeEach, expect, test } from 'vitest'
import { taskList } from '../../app/jobs/registry.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { issueReward } from '../../app/loyalty/rewards/issue-reward.ts'
import { type Shop, shopById } from '../../app/loyalty/shop/shop-of-request.ts'
import { action, loader } from '../../app/routes/app.operations.reconciliation.tsx'
import { meet, silentAdmin } from '../support/member.ts'
import { useOperationsShop } from '../support/operations-shop.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { answerOf } from '../support/shopper-requests.ts'

/** The merchant has the codes compared with Shopify's discounts now, instead of in the night. */
const ours = useOperationsShop()
const { database, pages, load, send } = ours
let shop: Shop
const sql = async (text: string, ...values: unknown[]) => (await database.owner().query(text, values)).rows

let gifts = 0

beforeAll(async () => {
  shop = (await shopById(ours.shopId)) as Shop
})
beforeEach(async () => {
  await sql('DELETE FROM graphile_worker._private_jobs')
  await sql('DELETE FROM code_comparison')
  await sql(`UPDATE shop SET settings = settings - 'codesAsked'`)
})

async function redeem() {
  const customerId = ours.customers[0]?.id ?? ''
  await meet(shop.shopId, customerId)
  const gift = { points: 500, reason: 'Test', actor: 'staff:1', key: `a-gift-${++gifts}` }
  await adjustPoints({ shop, customerId, ...gift, now: Date.now() }, silentAdmin)
  const wish = { customerId, rewardId: 'five-off', price: 500, requestKey: `asked-by-hand-${gifts}` }
  const { redemptionId } = await redeemCode({ shop, ...wish, now: Date.now() })
  pages.harness.pass(Date.now() - pages.harness.store.now())
  await issueReward({ shopId: shop.shopId, redemptionId }, Date.now(), false)
  await sql(`UPDATE redemption SET changed_at = changed_at - interval '3 hours'`)
}

const press = () => send(action, { check: 'codes' })
const queued = () =>
  sql(
    `SELECT j.payload FROM graphile_worker._private_jobs j
       JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'compare-codes'`,
  )
/** As a worker runs what was asked for. */
async function work(): Promise<void> {
  const jobs = await queued()
  await sql('DELETE FROM graphile_worker._private_jobs')
  for (const { payload } of jobs) await taskList()['compare-codes']?.(payload, {} as never)
}
const page = async (locale: 'de' | 'en' = 'de') =>
  (await pages.open('/app/operations/reconciliation', { locale })).html.replaceAll('<!-- -->', '')

/** What happens once, while Shopify is asked for discounts. */
function whenAsked(deed: () => Promise<void>): void {
  const real = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (!(await request.clone().text()).includes('DiscountsByIds')) return real(request)
    globalThis.fetch = real
    await deed()
    return real(request)
  }
}

test('R1: the comparison that the merchant asks for runs once, however often one presses, and tells its result', async () => {
  await redeem()
  expect(await load(loader)).toMatchObject({ codesAsked: false, codes: { at: null, running: false } })
  expect(await press()).toEqual({ ok: true })
  await press()
  expect(await queued()).toHaveLength(1)
  expect((await load(loader)).codesAsked).toBe(true)
  expect(await page()).toContain('Der Vergleich beginnt gleich.')
  expect(await page('en')).toContain('The comparison is about to begin.')

  await work()
  expect(await load(loader)).toMatchObject({
    codesAsked: false,
    codes: { compared: 1, running: false, failed: false },
  })
  expect(await page()).toContain('1 Code verglichen. Alle stimmen überein.')
})

test('R1: the comparison that runs tells how far it is, and another one is not asked for', async () => {
  await redeem()
  const seen: unknown[] = []
  const shown: string[] = []
  whenAsked(async () => {
    seen.push((await load(loader)).codes)
    shown.push(await page(), await page('en'))
    await press()
    seen.push(await queued())
  })
  await press()
  await work()
  const [codes, jobs] = seen
  const total = (await sql('SELECT whole FROM code_comparison'))[0].whole
  expect(codes).toMatchObject({ running: true, total, at: null })
  expect(jobs).toEqual([])
  expect(shown[0]).toContain(`0 von ${total} Codes verglichen`)
  expect(shown[1]).toContain(`0 of ${total} codes compared`)
  expect(await load(loader)).toMatchObject({ codesAsked: false, codes: { running: false } })
})

test('R1: the comparison that Shopify did not answer says so until one has come to its end', async () => {
  await redeem()
  await press()
  whenAsked(async () => {
    throw new TypeError('fetch failed')
  })
  await expect(work()).rejects.toThrow('fetch failed')
  expect((await load(loader)).codes).toMatchObject({ running: false, failed: true, at: null })
  expect(await page()).toContain('Der letzte Vergleich kam nicht bis zum Ende')
  expect(await page('en')).toContain('The last comparison did not come to its end')
  await press()
  await work()
  expect((await load(loader)).codes).toMatchObject({ running: false, failed: false })
  expect(await page()).not.toContain('kam nicht bis zum Ende')
})

test('R1: the comparison whose process was killed is not waited for, and can be asked for again', async () => {
  await redeem()
  await press()
  await work()
  await sql(`UPDATE code_comparison SET ended_at = NULL, beat_at = now() - interval '11 minutes'`)
  expect((await load(loader)).codes).toMatchObject({ running: false, failed: true })
  await press()
  expect(await queued()).toHaveLength(1)
  await work()
  expect((await load(loader)).codes).toMatchObject({ running: false, failed: false })
})

test.each([{}, { days: 7 }, { check: 'codes', days: 7 }, { check: 'all' }])(
  'R1: of the comparison %j is no wish',
  async (wish) => {
    expect((await answerOf(() => send(action, wish))).status).toBe(400)
  },
)

test('R1: discounts that the book does not know are told in words, with a link, fifty by name', async () => {
  await sql(
    `INSERT INTO unknown_discount (shop_id, discount_id, code)
     SELECT $1, 77000 + n, 'ST-22222-' || (22221 + n) FROM generate_series(1, 51) n`,
    ours.shopId,
  )
  const [german, english] = [await page(), await page('en')]
  expect(german).toContain('51 Rabatte in Shopify, die das Punktebuch nicht kennt')
  expect(german).toContain('Die App ändert daran nichts')
  expect(german).toContain('shopify://admin/discounts/77001')
  expect(german).not.toContain('shopify://admin/discounts/77051')
  expect(german).toContain('und 1 weiterer')
  expect(english).toContain('51 discounts in Shopify that the ledger does not know')
  expect((await pages.open('/app')).html).toContain('51 Codes sind in Shopify anders als hier')
  await sql('UPDATE unknown_discount SET settled_at = now()')
  expect(await page()).not.toContain('die das Punktebuch nicht kennt')
})
