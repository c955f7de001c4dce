import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { runBatch } from '../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../app/loyalty/imports/upload-batch.ts'
import { issueReward } from '../../app/loyalty/rewards/issue-reward.ts'
import { withdrawReward } from '../../app/loyalty/rewards/withdraw-reward.ts'
import { maturePoints } from '../../app/loyalty/settlement/mature-points.ts'
import { recordDispute } from '../../app/loyalty/settlement/record-dispute.ts'
import { type Shop, shopByDomain } from '../../app/loyalty/shop/shop-of-request.ts'
import { publishProgramFacts } from '../../app/loyalty/surfaces/publish-program-facts.ts'
import { useDatabase } from '../database.ts'
import { memberOf, violations } from '../support/expiry.ts'
import { buy, meet } from '../support/member.ts'
import { disputePayload } from '../support/order-payload.ts'
import { testProgram } from '../support/program.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { makeShop, publish } from '../support/shop.ts'

/**
 * A worker that was cut off from PostgreSQL counts as dead: its job runs a second time while the first run is still
 * under way. Here the two are led past each other at the worst places.
 */
const database = useDatabase()
const CUSTOMER = '71'
const DAY = 86_400_000

/** Shopify: codes and the app's metafield. */
const shopify = {
  codes: new Map<string, { active: boolean }>(),
  facts: null as { pointsPerUnit: string } | null,
  /** So many searches for a code do not find yet what is there. */
  lags: 0,
  /** Called before an operation is answered. */
  at: async (_operation: string): Promise<void> => {},
}

interface Variables {
  code: string
  id: string
  discount: { code: string }
  metafields: { value: string }[]
}

const discountOf = (code: string) => ({
  id: code,
  codeDiscount: {
    __typename: 'DiscountCodeBasic',
    status: shopify.codes.get(code)?.active ? 'ACTIVE' : 'EXPIRED',
    endsAt: null,
    usageLimit: 1,
    asyncUsageCount: 0,
    combinesWith: { orderDiscounts: false, productDiscounts: true, shippingDiscounts: true },
    codes: { nodes: [{ code }] },
    context: { __typename: 'DiscountBuyerSelectionAll' },
    customerGets: {
      value: { __typename: 'DiscountPercentage', percentage: 0.1 },
      items: { __typename: 'AllDiscountItems' },
    },
  },
})

function answer(operation: string, { code, id, discount, metafields }: Variables): object {
  switch (operation) {
    case 'DiscountByCode': {
      const found = shopify.lags === 0 && shopify.codes.has(code)
      shopify.lags = Math.max(0, shopify.lags - 1)
      return { codeDiscountNodeByCode: found ? discountOf(code) : null }
    }
    case 'CreateDiscountCode': {
      const taken = shopify.codes.has(discount.code)
      if (!taken) shopify.codes.set(discount.code, { active: true })
      const codeDiscountNode = taken ? null : { id: discount.code }
      const userErrors = taken ? [{ code: 'TAKEN', message: 'is taken' }] : []
      return { discountCodeBasicCreate: { codeDiscountNode, userErrors } }
    }
    case 'DeactivateDiscountCode':
      shopify.codes.set(id, { active: false })
      return { discountCodeDeactivate: { codeDiscountNode: discountOf(id), userErrors: [] } }
    case 'AppInstallation':
      return { currentAppInstallation: { id: 'gid://shopify/AppInstallation/1' } }
    default:
      shopify.facts = JSON.parse(metafields[0]?.value ?? 'null')
      return { metafieldsSet: { userErrors: [] } }
  }
}

vi.mock('../../app/shopify/shop-admin.ts', () => ({
  shopAdmin: async () => async (document: unknown, options?: { variables?: Variables }) => {
    const operation = /(?:query|mutation) (\w+)/.exec(String(document))?.[1] ?? ''
    await shopify.at(operation)
    return new Response(JSON.stringify({ data: answer(operation, options?.variables ?? ({} as Variables)) }))
  },
}))

let shop: Shop
let orders = 0

beforeEach(async () => {
  const { domain } = await makeShop(database.owner(), { program: testProgram() })
  shop = (await shopByDomain(domain)) as Shop
  shopify.codes.clear()
  shopify.lags = 0
})
afterEach(async () => {
  shopify.at = async () => {}
  expect(await violations(shop.shopId)).toEqual([])
})

/** What happens once, before the operation is answered for the nth time. */
function onceAt(operation: string, n: number, deed: () => Promise<unknown>): void {
  const before = shopify.at
  let asked = 0
  shopify.at = async (name) => {
    await before(name)
    if (name === operation && ++asked === n) await deed()
  }
}

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('the job that makes a code', () => {
  let which: { shopId: number; redemptionId: number }
  let code = ''

  beforeEach(async () => {
    await buy(shop.shopId, { id: ++orders, customer: CUSTOMER, lines: [{ price: '500.00' }] })
    const wish = {
      customerId: CUSTOMER,
      rewardId: 'five-off',
      price: 500,
      requestKey: 'run-twice',
      now: Date.now(),
    }
    const { redemptionId, ...redemption } = await redeemCode({ shop, ...wish })
    which = { shopId: shop.shopId, redemptionId }
    code = redemption.code
  })
  const issue = (isLastTry = false) => issueReward(which, Date.now(), isLastTry)
  /** The code can be used if and only if its points are held. */
  async function end() {
    const { rows } = await database
      .owner()
      .query('SELECT status FROM redemption WHERE redemption_id = $1', [which.redemptionId])
    const balance = (await memberOf(shop.shopId, CUSTOMER))?.balance
    return { status: rows[0].status, held: balance?.held, usable: shopify.codes.get(code)?.active ?? false }
  }

  test('makes it once; who hears "taken" and cannot find it yet tries again and gives nothing back', async () => {
    onceAt('CreateDiscountCode', 1, async () => {
      await issue()
      shopify.lags = 1
    })
    await expect(issue()).rejects.toThrow('cannot be found yet')
    expect(await end()).toEqual({ status: 'ready', held: 500, usable: true })
    await issue()
    expect(await end()).toEqual({ status: 'ready', held: 500, usable: true })
  })

  test('that fails at its last try leaves the code which a second run has made', async () => {
    onceAt('CreateDiscountCode', 1, async () => {
      await issue()
      throw new TypeError('fetch failed')
    })
    await issue(true)
    expect(await end()).toEqual({ status: 'ready', held: 500, usable: true })
  })

  test('that finds no code to end leaves one which is made right then', async () => {
    onceAt('CreateDiscountCode', 1, async () => {
      throw new TypeError('fetch failed')
    })
    // The second search is that of the way back.
    onceAt('DiscountByCode', 2, async () => {
      await issue()
      shopify.lags = 1
    })
    await issue(true)
    expect(await end()).toEqual({ status: 'ready', held: 500, usable: true })
  })

  test('that makes the code when a second run has given the points back has it ended', async () => {
    const asking = gate()
    const givenBack = gate()
    let asked = 0
    shopify.at = async (operation) => {
      if (operation !== 'CreateDiscountCode') return
      if (++asked === 2) throw new TypeError('fetch failed')
      asking.open()
      await givenBack.opened
    }
    const slow = issue()
    await asking.opened
    await issue(true)
    expect(await end()).toEqual({ status: 'returned', held: 0, usable: false })
    givenBack.open()
    await slow
    const { rows } = await database
      .owner()
      .query('SELECT key FROM graphile_worker.jobs WHERE key = $1', [
        `withdraw-reward:${shop.shopId}:${which.redemptionId}`,
      ])
    expect(rows, 'a job ends it').toHaveLength(1)
    await withdrawReward(which, Date.now())
    expect(await end()).toEqual({ status: 'returned', held: 0, usable: false })
  })
})

test('the job that writes the program’s facts leaves the newest ones, whichever run writes last', async () => {
  onceAt('SetMetafields', 1, async () => {
    const newer = testProgram({ earning: { ...testProgram().earning, pointsPerUnit: '3' } })
    await publish(database.owner(), shop.shopId, 2, newer, '2021-01-01T00:00:00Z')
    await publishProgramFacts(shop.shopId, Date.now)
    expect(shopify.facts?.pointsPerUnit).toBe('3')
  })
  await publishProgramFacts(shop.shopId, Date.now)
  expect(shopify.facts?.pointsPerUnit).toBe('3')
})

test('the job that checks a file touches no line that was posted since', async () => {
  await meet(shop.shopId, CUSTOMER)
  const batchId = await uploadBatch({
    shop,
    kind: 'adjustment',
    fileName: 'a.csv',
    language: 'de',
    bytes: new TextEncoder().encode(`customer_id,points,reason\n${CUSTOMER},-5,Test\n`),
    actor: 'staff:1',
    now: Date.now(),
  })
  const set = (status: string) =>
    database.owner().query('UPDATE bulk_line SET status = $2 WHERE batch_id = $1', [batchId, status])
  await set('ready')
  // Another run is through, the merchant has confirmed and the line is posted, all while this one waits for its locks.
  const other = await database.owner().connect()
  await other.query('BEGIN')
  await other.query(`UPDATE bulk_line SET status = 'posted' WHERE batch_id = $1`, [batchId])
  await other.query(`UPDATE bulk_batch SET status = 'running' WHERE batch_id = $1`, [batchId])
  const late = runBatch(shop.shopId, batchId, Date.now)
  await expect.poll(waiting).toBe(1)
  await other.query('COMMIT')
  other.release()
  await late
  const { rows } = await database.owner().query('SELECT status FROM bulk_line WHERE batch_id = $1', [batchId])
  expect(rows).toEqual([{ status: 'posted' }])
})

test('points whose payment is disputed while the job looks for what is due do not mature', async () => {
  const now = Date.now()
  const order = ++orders
  const placedAt = new Date(now - 20 * DAY).toISOString()
  await buy(
    shop.shopId,
    { id: order, customer: CUSTOMER, placedAt, lines: [{ price: '30.00' }] },
    now - 10 * DAY,
  )
  let late: Promise<unknown> = Promise.resolve()
  await acrossShops(async (tx) => {
    const payload = disputePayload({ id: 8, order, status: 'needs_response' })
    await recordDispute(tx, shop.shopId, payload as never, now)
    late = maturePoints(now)
    await expect.poll(waiting).toBe(1)
  })
  await late
  expect((await memberOf(shop.shopId, CUSTOMER))?.balance).toMatchObject({ pending: 30, available: 0 })
})

/** How many connections wait for a row that another one has locked. */
async function waiting(): Promise<number> {
  const { rows } = await database
    .owner()
    .query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
  return rows[0].n
}
