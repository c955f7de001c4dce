import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import type { Source } from '../../../app/domain/earning/sources.ts'
import { loadLots } from '../../../app/ledger/accounts.ts'
import { post } from '../../../app/ledger/post.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import { expirePoints } from '../../../app/loyalty/expiry/expire-points.ts'
import { warnMembers } from '../../../app/loyalty/expiry/warn-of-expiry.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { releaseRedemption } from '../../../app/loyalty/rewards/end-redemption.ts'
import { lockRedemption, type Redemption } from '../../../app/loyalty/rewards/redemption-record.ts'
import { type ShopLife, SMALL_REWARD, useShopLife } from '../../edge-cases/shop-life.ts'
import { sendWarnings } from '../../support/expiry.ts'
import { silentAdmin } from '../../support/member.ts'
import { mergePayload } from '../../support/order-payload.ts'
import { redeemCode } from '../../support/redeem-code.ts'

/**
 * A gift for a behaviour that is taken back: what is left of its own points goes, at once or when it comes free, and no
 * other point. After every test the audit looks whether something of it can still be spent.
 */
const shops = useShopLife()
const [MARA, NELE] = [7_700_660_011, 7_700_660_022]
const JOINED = '2026-11-03T10:00:00Z'
const WITHDRAWN = '2026-11-20T10:00:00Z'
const CONSENT = 'customers_email_marketing_consent/update'
const DAY = 86_400_000

const sources: Source[] = [{ source: 'newsletter', points: 50, active: true, confirmedOnly: true }]
const costing = (cost: number) => ({ ...SMALL_REWARD, id: `for-${cost}`, cost })
const rewards = [costing(20), costing(50), costing(300)]
const expiry = { kind: 'after-earning' as const, months: 1, warnDays: 14 }
const open = () => shops.open({ from: '2026-11-01T00:00:00Z', program: { sources, rewards, expiry } })

const tell = (life: ShopLife, id: number, state: string, at: string) =>
  life.tell(CONSENT, {
    customer_id: id,
    email_marketing_consent: { state, opt_in_level: 'confirmed_opt_in', consent_updated_at: at },
  })
const subscribe = (life: ShopLife, id: number, at = JOINED) => tell(life, id, 'subscribed', at)
const unsubscribe = (life: ShopLife, id: number) => tell(life, id, 'unsubscribed', WITHDRAWN)
const merge = (life: ShopLife) => life.tell('customers/merge', mergePayload(MARA, NELE))
const byHand = ({ shop, now }: ShopLife, id: number, points: number) =>
  adjustPoints(
    { shop, customerId: String(id), points, reason: 'Kulanz', actor: 'staff:1', key: randomUUID(), now },
    silentAdmin,
  )
const redeem = ({ shop, now }: ShopLife, id: number, price: number) =>
  redeemCode({
    shop,
    customerId: String(id),
    rewardId: `for-${price}`,
    price,
    requestKey: randomUUID(),
    now,
  })
const release = (seen: Redemption, now: number) =>
  acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, seen)
    if (!locked) throw new Error('The code is gone')
    await loadLots(tx, [locked.account])
    const back = await releaseRedemption(tx, locked.account, locked.redemption, 'cancelled', now)
    await post(tx, [locked.account], back ?? [])
  })
const has = async (life: ShopLife, id: number) => {
  const { available = 0, held = 0, debt = 0 } = (await life.balance(id)) ?? {}
  return { available, held, debt }
}
const told = async (life: ShopLife, id: number) =>
  (await life.history(id)).filter(({ title }) => title.includes('Punkte für den Newsletter zurückgenommen'))

/** The gift's last day, 3 December, is over and everybody was warned. */
async function lapse(life: ShopLife): Promise<void> {
  await warnMembers(life.shopId, life.now)
  await sendWarnings(shops.owner(), life.shopId, life.now)
  expect(await expirePoints(life.now + 20 * DAY)).toBeGreaterThan(0)
}

describe('when two customers become one', () => {
  test('a gift that lapsed is taken from no other points', async () => {
    const life = await open()
    await subscribe(life, MARA)
    await subscribe(life, NELE)
    await lapse(life)
    await byHand(life, NELE, 200)
    await merge(life)
    expect(await has(life, MARA)).toEqual({ available: 200, held: 0, debt: 0 })
    expect(await told(life, MARA)).toEqual([])
  })

  test.each([
    ['kept', 0, 1],
    ['gone', 1, 0],
  ])('the later of two gifts goes, whether the %s one has it', async (_, mara, nele) => {
    const life = await open()
    await subscribe(life, MARA, new Date(Date.parse(JOINED) + mara * DAY).toISOString())
    await subscribe(life, NELE, new Date(Date.parse(JOINED) + nele * DAY).toISOString())
    await byHand(life, MARA, 5)
    await merge(life)
    expect(await has(life, MARA)).toEqual({ available: 55, held: 0, debt: 0 })
    expect(await told(life, MARA)).toHaveLength(1)
  })

  test('what was spent of both stays spent', async () => {
    const life = await open()
    await subscribe(life, MARA)
    await subscribe(life, NELE)
    await byHand(life, MARA, -50)
    await byHand(life, NELE, -30)
    await byHand(life, NELE, 200)
    await merge(life)
    expect(await has(life, MARA)).toEqual({ available: 200, held: 0, debt: 0 })
    expect((await told(life, MARA)).map(({ points, detail }) => [points, detail.at(-1)])).toEqual([
      [-20, 'Zurückgegangen ist, was davon noch da war; 30 Punkte waren schon ausgegeben oder verfallen.'],
    ])
  })

  test('what a code keeps of the later one goes when it comes free', async () => {
    const life = await open()
    await subscribe(life, MARA)
    await subscribe(life, NELE)
    const code = await redeem(life, NELE, 20)
    await merge(life)
    expect(await has(life, MARA)).toEqual({ available: 50, held: 20, debt: 0 })
    expect((await told(life, MARA))[0]).toMatchObject({
      points: -30,
      detail: [
        'Vor der Zusammenführung, auf dem früheren Konto gebucht.',
        'Zwei Kundenkonten wurden eines, und beide hatten diese Punkte. Es gibt sie einmal je Person.',
        '20 Punkte davon sind noch für eine Prämie zurückgelegt. Werden sie wieder frei, gehen auch sie zurück.',
      ],
    })
    await release(code, life.now)
    expect(await has(life, MARA)).toEqual({ available: 50, held: 0, debt: 0 })
  })

  test('one who owes pays from what is left over', async () => {
    const life = await open()
    await subscribe(life, MARA)
    await subscribe(life, NELE)
    const code = await redeem(life, NELE, 50)
    const bought = { id: 880_001, customer: NELE, lines: [{ price: '30.00' }], status: 'paid' }
    await life.order(bought)
    life.now += DAY
    await life.wait(life.now)
    await byHand(life, NELE, -30)
    await life.order({ ...bought, cancelledAt: '2026-11-05T10:00:00Z', updatedAt: '2026-12-05T10:00:00Z' })
    expect(await has(life, NELE)).toEqual({ available: 0, held: 50, debt: 30 })
    await unsubscribe(life, NELE)
    await release(code, life.now)
    expect(await has(life, NELE)).toEqual({ available: 0, held: 0, debt: 0 })
    expect((await told(life, NELE)).map(({ points }) => points)).toEqual([-20])
  })
})

describe('a newsletter that is left again', () => {
  test('takes a gift that a code kept when the code is given back, and tells it once', async () => {
    const life = await open()
    await subscribe(life, MARA)
    await byHand(life, MARA, 250)
    const code = await redeem(life, MARA, 300)
    await unsubscribe(life, MARA)
    expect(await has(life, MARA)).toEqual({ available: 0, held: 300, debt: 0 })
    await release(code, life.now)
    expect(await has(life, MARA)).toEqual({ available: 250, held: 0, debt: 0 })
    expect(await told(life, MARA)).toEqual([
      {
        title: 'Punkte für den Newsletter zurückgenommen',
        points: -50,
        detail: [
          'Die Anmeldung wurde so bald widerrufen, dass die Punkte zurückgehen.',
          'Sie waren noch für eine Prämie zurückgelegt oder ausgegeben und sind jetzt wieder frei geworden.',
        ],
      },
    ])
    await release(await redeem(life, MARA, 20), life.now)
    expect(await has(life, MARA)).toEqual({ available: 250, held: 0, debt: 0 })
  })

  test('takes it when the code lapses', async () => {
    const life = await open()
    await subscribe(life, MARA)
    await redeem(life, MARA, 50)
    await unsubscribe(life, MARA)
    // Nobody can be asked for a shop that has removed the app.
    await shops.owner().query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [life.shopId])
    expect(await lapseRewards(() => life.now + 60 * DAY)).toBe(1)
    expect(await has(life, MARA)).toEqual({ available: 0, held: 0, debt: 0 })
  })

  test('takes it when the order that had used the code is cancelled', async () => {
    const life = await open()
    await subscribe(life, MARA)
    const { code } = await redeem(life, MARA, 50)
    const order = { id: 880_002, customer: MARA, lines: [{ price: '0.01' }], codes: [code], status: 'paid' }
    await life.order(order)
    await unsubscribe(life, MARA)
    await life.order({ ...order, cancelledAt: '2026-11-25T10:00:00Z', updatedAt: '2026-11-25T10:00:00Z' })
    expect(await has(life, MARA)).toEqual({ available: 0, held: 0, debt: 0 })
    expect((await told(life, MARA)).map(({ points }) => points)).toEqual([-50])
  })

  test('leaves the points with the other order that the code is on', async () => {
    const life = await open()
    await subscribe(life, MARA)
    const { code } = await redeem(life, MARA, 50)
    const order = { customer: MARA, lines: [{ price: '0.01' }], codes: [code] }
    await life.order({ ...order, id: 880_003, status: 'paid' })
    await life.order({ ...order, id: 880_004, status: 'pending' })
    await unsubscribe(life, MARA)
    const ended = { cancelledAt: '2026-11-25T10:00:00Z', updatedAt: '2026-11-25T10:00:00Z' }
    await life.order({ ...order, ...ended, id: 880_003, status: 'paid' })
    expect(await has(life, MARA)).toEqual({ available: 0, held: 50, debt: 0 })
    await life.order({ ...order, id: 880_004, status: 'paid', updatedAt: '2026-11-26T10:00:00Z' })
    expect(await has(life, MARA)).toEqual({ available: 0, held: 0, debt: 0 })
    expect(await told(life, MARA)).toEqual([])
  })

  test('takes no other points for those that were spent', async () => {
    const life = await open()
    await subscribe(life, MARA)
    await byHand(life, MARA, -50)
    await byHand(life, MARA, 200)
    await unsubscribe(life, MARA)
    expect(await has(life, MARA)).toEqual({ available: 200, held: 0, debt: 0 })
  })

  test('takes what comes free after the account was merged away', async () => {
    const life = await open()
    await subscribe(life, NELE)
    const code = await redeem(life, NELE, 50)
    await unsubscribe(life, NELE)
    await merge(life)
    await release(code, life.now)
    expect(await has(life, MARA)).toEqual({ available: 0, held: 0, debt: 0 })
  })
})

test('a gift that stands again after all is not given a second time where it was spent', async () => {
  const life = await open()
  await subscribe(life, MARA, '2026-11-06T10:00:00Z')
  await byHand(life, MARA, -20)
  // Whoever takes leave first had it before; then it turns out that the leave was from a later subscription.
  await tell(life, MARA, 'unsubscribed', '2026-11-05T10:00:00Z')
  expect(await has(life, MARA)).toMatchObject({ available: 0 })
  await life.tell(CONSENT, {
    customer_id: MARA,
    email_marketing_consent: {
      state: 'subscribed',
      opt_in_level: 'single_opt_in',
      consent_updated_at: '2026-11-04T10:00:00Z',
    },
  })
  expect(await has(life, MARA)).toMatchObject({ available: 30 })
})
