import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import { asKind, type Reward } from '../../app/domain/rewards/kinds.ts'
import { NO_LIMITS } from '../../app/domain/rewards/limits.ts'
import { type DomainError, isDomainError } from '../../app/domain/text/errors.ts'
import { post } from '../../app/ledger/post.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { cancelCode } from '../../app/loyalty/codes/cancel-code.ts'
import { type Deed, doByPeople } from '../../app/loyalty/codes/done-by-people.ts'
import { lapseRewards } from '../../app/loyalty/codes/lapse-rewards.ts'
import { takeBack } from '../../app/loyalty/codes/take-back.ts'
import { mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import { releaseRedemption } from '../../app/loyalty/rewards/end-redemption.ts'
import { markMade } from '../../app/loyalty/rewards/issue-reward.ts'
import { redeemReward } from '../../app/loyalty/rewards/redeem-reward.ts'
import { lockRedemption } from '../../app/loyalty/rewards/redemption-record.ts'
import { maturePoints } from '../../app/loyalty/settlement/mature-points.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import type { Shop } from '../../app/loyalty/shop/shop-of-request.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { type OrderOptions, orderPayload, refundOfLine } from '../support/order-payload.ts'
import { testProgram } from '../support/program.ts'
import { type Random, seeded } from '../support/random.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { makeShop } from '../support/shop.ts'
import { workOff } from '../support/work-off.ts'
import { emptyTables } from './histories.ts'
import type { DeepShare, Progress } from './share.ts'

/**
 * Clients that want the same points at the same time, each on a connection of its own. Whoever comes first, nothing
 * is spent twice, nothing is lost, and every deadlock is recovered from.
 */
const NOW = Date.parse('2026-12-10T12:00:00Z')
const LONG_AGO = '2026-10-01T10:00:00Z'
const LATELY = '2026-12-05T10:00:00Z'
/** Races of a batch share a shop; the whole book is audited after each. */
const BATCH = 60
/** Races that run side by side, unless they call what works over all customers. */
const SIDE_BY_SIDE = 3
const ALONE = new Set([
  'points mature while the order is refunded',
  'a code is used, cancelled and lapses at once',
  'what is no code is made and lapses at once, and its member is merged',
  'what people do is done, undone, taken back and lapses at once',
  'workers drain one inbox',
  'a customer is redacted while orders are delivered',
  'clients redeem the last ones of a reward',
])
/** The widest races take as long as ten others. */
const WIDEST = new Set([
  'clients redeem one balance',
  'clients redeem the last ones of a reward',
  'what people do is done, undone, taken back and lapses at once',
  'donations and tickets are taken, and taken back at once',
])
const COST = 100

const [first] = testProgram().rewards as [Reward]
const [STOCK, STOCKED] = [7, 'stocked']
const prize = { ...first, id: 'prize', cost: COST, validDays: 1 }
const program = testProgram({
  // One that is a code, one that is none, and one that people do.
  rewards: [
    prize,
    { ...asKind(prize, 'store-credit'), id: 'credit' } as Reward,
    { ...asKind(prize, 'experience'), id: 'visit', note: { de: 'An der Kasse' } } as Reward,
    { ...asKind(prize, 'donation'), id: 'trees', amount: '2.00', cause: { de: 'Bäume' } } as Reward,
    {
      ...asKind(prize, 'draw-ticket'),
      id: 'draw',
      tickets: 3,
      limits: { ...NO_LIMITS, offered: { start: null, end: '2099-12-24T18:00', timeZone: 'Europe/Berlin' } },
    } as Reward,
    // Two a day for each member, and so many in all.
    {
      ...prize,
      id: STOCKED,
      limits: { ...NO_LIMITS, stock: STOCK, perMember: { times: 2, per: 'day' } },
    } as Reward,
  ],
  tiers: {
    basis: 'spend',
    window: { kind: 'rolling', months: 12 },
    levels: [{ id: 'gold', name: { en: 'Gold' }, threshold: '1000.00', multiplier: '2' }],
  },
})

/** One race: its own customers and orders in a common shop. */
interface Track {
  shop: { shopId: number; domain: string }
  owner: pg.Pool
  random: Random
  /** The first of 10 customer ids, and of 10 order ids. */
  first: number
}

type Race = (track: Track) => Promise<void>

export const RACES: Record<string, Race> = {
  'clients redeem one balance': redeemOneBalance,
  'one click, many requests': oneClick,
  'an order is settled, refunded and moved at once': settleAndRefund,
  'an order of nobody is refunded and attached at once': refundAndAttach,
  'points mature while the order is refunded': matureAndRefund,
  'customers are merged while they earn and redeem': mergeWhileEarning,
  'a code is used, cancelled and lapses at once': useAndLapse,
  'what is no code is made and lapses at once, and its member is merged': makeAndLapse,
  'what people do is done, undone, taken back and lapses at once': doAndCancel,
  'donations and tickets are taken, and taken back at once': giveAndTakeBack,
  'workers drain one inbox': drainOneInbox,
  'a customer is redacted while orders are delivered': redactWhileDelivered,
  'clients redeem the last ones of a reward': redeemLastOnes,
}

export async function runRaces(owner: pg.Pool, share: DeepShare, progress: Progress): Promise<void> {
  const names = Object.keys(RACES)
  const deadlocksBefore = await deadlocks(owner)
  for (let done = 0, batch = 0; done < share.count; batch++) {
    const name = names[batch % names.length] as string
    const rounds = Math.min(WIDEST.has(name) ? BATCH / 10 : BATCH, share.count - done)
    const shop = await raceShop(owner)
    const random = seeded(share.seed + batch)
    const ids = Array.from({ length: rounds }, (_, i) => i)
    const runNext = async (): Promise<void> => {
      for (let i = ids.shift(); i !== undefined; i = ids.shift()) {
        await runRace(name, { shop, owner, random, first: 1_000 + i * 10 })
        progress({ rounds: 1, [name]: 1 })
      }
    }
    await Promise.all(Array.from({ length: ALONE.has(name) ? 1 : SIDE_BY_SIDE }, runNext))
    await audit(shop.shopId)
    await emptyTables(owner)
    done += rounds
  }
  progress({ 'deadlocks recovered': (await deadlocks(owner)) - deadlocksBefore })
}

export async function raceShop(owner: pg.Pool) {
  const shop = await makeShop(owner, { program })
  // Codes lapse without asking Shopify where the app was removed; nothing else looks at this.
  await owner.query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [shop.shopId])
  return shop
}

export async function runRace(name: string, track: Track): Promise<void> {
  try {
    await (RACES[name] as Race)(track)
  } catch (error) {
    throw new Error(`${name}, customer ${track.first}: ${(error as Error).stack}`)
  }
}

export async function audit(shopId: number): Promise<void> {
  const broken = (await withShop(shopId, auditLedger)).filter(({ violations }) => violations > 0)
  if (broken.length > 0) throw new Error(`audit after races: ${JSON.stringify(broken, null, 1)}`)
}

async function deadlocks(owner: pg.Pool): Promise<number> {
  const { rows } = await owner.query(
    'SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()',
  )
  return rows[0].n
}

// ── The races ────────────────────────────────────────────────────────────────────────────────────────────────────

async function redeemOneBalance(track: Track): Promise<void> {
  const prizes = 1 + track.random.below(5)
  await settle(track, {
    id: track.first,
    customer: track.first,
    ...worth(prizes * COST + 50),
    placedAt: LONG_AGO,
  })
  const outcomes = await Promise.all(
    Array.from({ length: 64 }, () => redeem(track, track.first, randomUUID())),
  )
  equal('redemptions', outcomes.filter((outcome) => outcome.startsWith('ST-')).length, prizes)
  equal('refusals', outcomes.filter((outcome) => outcome === 'not-enough-points').length, 64 - prizes)
  equal('balance', await balance(track, track.first), `0 50 ${prizes * COST} 0`)
}

/** Members compete for what is left, each for more than she may have: exactly the stock is taken, and what is given back again. */
async function redeemLastOnes(track: Track): Promise<void> {
  const { shop, owner, random } = track
  const members = Array.from({ length: 8 }, (_, i) => track.first + i)
  for (const id of members) await settle(track, { id, customer: id, ...worth(16 * COST), placedAt: LONG_AGO })
  const taken = `SELECT redemption_id AS id, account_id FROM redemption
                  WHERE shop_id = $1 AND reward_id = $2 AND status <> 'returned'`
  const rush = async () => {
    const before = (await owner.query(taken, [shop.shopId, STOCKED])).rows.length
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, i) => redeem(track, members[i % 8] as number, randomUUID(), STOCKED)),
    )
    const got = outcomes.filter((outcome) => outcome.startsWith('ST-')).length
    equal('taken of the stock', before + got, STOCK)
    equal('refusals', outcomes.filter((outcome) => outcome === 'reward-unavailable').length, 64 - got)
  }
  await rush()
  const { rows } = await owner.query(taken, [shop.shopId, STOCKED])
  const back = random.shuffled(rows).slice(0, 1 + random.below(STOCK))
  await Promise.all(back.map(({ id }) => giveBack(track, id)))
  await rush()
  const most = await owner.query(
    `SELECT max(n)::int AS most FROM (SELECT count(*) AS n FROM (${taken}) t GROUP BY account_id) m`,
    [shop.shopId, STOCKED],
  )
  if (most.rows[0].most > 2) throw new Error(`a member has taken ${most.rows[0].most}, two a day are allowed`)
  await audit(shop.shopId)
  // The next race has the stock anew.
  const { rows: left } = await owner.query(taken, [shop.shopId, STOCKED])
  for (const { id } of left) await giveBack(track, id)
}

async function giveBack({ shop }: Track, redemptionId: number): Promise<void> {
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, { shopId: shop.shopId, redemptionId })
    if (!locked) throw new Error(`There is no redemption ${redemptionId}`)
    const postings = await releaseRedemption(tx, locked.account, locked.redemption, 'cancelled', NOW)
    await post(tx, [locked.account], postings ?? [])
  })
}

async function oneClick(track: Track): Promise<void> {
  await settle(track, { id: track.first, customer: track.first, ...worth(5 * COST), placedAt: LONG_AGO })
  const key = randomUUID()
  const codes = await Promise.all(Array.from({ length: 6 }, () => redeem(track, track.first, key)))
  equal('codes', new Set(codes).size, 1)
  equal('balance', await balance(track, track.first), `0 ${4 * COST} ${COST} 0`)
}

async function settleAndRefund(track: Track): Promise<void> {
  const { first, random } = track
  const placedAt = random.chance(0.5) ? LONG_AGO : LATELY
  const base = { id: first, lines: [{ price: '40.00', quantity: 3 }], placedAt }
  const at = (minute: number) => `2026-12-06T10:0${minute}:00Z`
  const refund = refundOfLine(first, { id: first, amount: '40.00', at: at(3) })
  const refunded = { lines: [{ price: '40.00', quantity: 3, current: 2 }], refunds: [refund] }
  const states: OrderOptions[] = [
    { ...base, customer: null, status: 'pending', updatedAt: at(1) },
    { ...base, customer: first, updatedAt: at(2) },
    { ...base, ...refunded, customer: first, status: 'partially_refunded', updatedAt: at(3) },
    { ...base, ...refunded, customer: null, status: 'partially_refunded', updatedAt: at(4) },
    { ...base, ...refunded, customer: first + 1, status: 'partially_refunded', updatedAt: at(5) },
  ]
  const told = random.shuffled([...states, random.pick(states)])
  await Promise.all(told.map((state) => settle(track, state)))
  const expected = placedAt === LATELY ? '80 0 0 0' : '0 80 0 0'
  equal('the last holder', await balance(track, first + 1), expected)
  equal('the former holder', (await balance(track, first)) ?? '0 0 0 0', '0 0 0 0')
}

/** No account is locked for an order of nobody: the order itself has to be. */
async function refundAndAttach(track: Track): Promise<void> {
  const { first, random } = track
  const base = { id: first, source: 'pos', placedAt: LONG_AGO }
  const at = (minute: number) => `2026-12-06T10:0${minute}:00Z`
  const lines = (current: number) => [{ price: '40.00', quantity: 4, current }]
  const refund = (n: number) => refundOfLine(first, { id: first * 10 + n, amount: '40.00', at: at(n) })
  await settle(track, { ...base, customer: null, lines: lines(4) })
  const refunded = { ...base, status: 'partially_refunded' }
  const states: OrderOptions[] = [
    { ...refunded, customer: null, lines: lines(3), refunds: [refund(1)], updatedAt: at(1) },
    { ...refunded, customer: null, lines: lines(2), refunds: [refund(1), refund(2)], updatedAt: at(2) },
    { ...refunded, customer: first, lines: lines(2), refunds: [refund(1), refund(2)], updatedAt: at(3) },
  ]
  await Promise.all(random.shuffled([...states, ...states]).map((state) => settle(track, state)))
  equal('balance', await balance(track, first), '0 80 0 0')
}

async function matureAndRefund(track: Track): Promise<void> {
  const { first } = track
  const order = { id: first, customer: first, lines: [{ price: '40.00', quantity: 2 }], placedAt: LATELY }
  await settle(track, order)
  const later = NOW + 20 * 86_400_000
  const refund = refundOfLine(first, { id: first, amount: '40.00', at: '2026-12-09T10:00:00Z' })
  const refunded = {
    ...order,
    lines: [{ price: '40.00', quantity: 2, current: 1 }],
    refunds: [refund],
    status: 'partially_refunded',
    updatedAt: '2026-12-09T10:00:00Z',
  }
  await Promise.all([maturePoints(later), settle(track, refunded), maturePoints(later)])
  await maturePoints(later)
  equal('balance', await balance(track, first), '0 40 0 0')
}

async function mergeWhileEarning(track: Track): Promise<void> {
  const { first, random } = track
  const [gone, kept] = [first, first + 1]
  await settle(track, { id: first, customer: gone, ...worth(150), placedAt: LONG_AGO })
  await settle(track, { id: first + 1, customer: kept, ...worth(150), placedAt: LONG_AGO })
  const merge = () =>
    acrossShops((tx) =>
      mergeMembers(tx, track.shop.shopId, { keptId: String(kept), deletedId: String(gone) }, NOW, NOW),
    )
  const granted: string[] = []
  const deeds = random.shuffled([
    merge,
    merge,
    () => settle(track, { id: first + 2, customer: gone, ...worth(30), placedAt: LONG_AGO }),
    () => settle(track, { id: first + 3, customer: kept, ...worth(30), placedAt: LONG_AGO }),
    () =>
      settle(track, {
        id: first,
        customer: gone,
        ...worth(150),
        placedAt: LONG_AGO,
        cancelledAt: NOON,
        updatedAt: NOON,
      }),
    async () => granted.push(await redeem(track, gone, randomUUID())),
    async () => granted.push(await redeem(track, kept, randomUUID())),
  ])
  await Promise.all(deeds.map((deed) => deed()))
  const held = granted.filter((code) => code.startsWith('ST-')).length * COST
  const net = 150 + 30 + 30 - held
  equal('balance', await balance(track, kept), `0 ${Math.max(0, net)} ${held} ${Math.max(0, -net)}`)
  equal('the alias', await balance(track, gone), await balance(track, kept))
}

const NOON = '2026-12-08T12:00:00Z'

async function useAndLapse(track: Track): Promise<void> {
  const { first, random } = track
  await settle(track, { id: first, customer: first, ...worth(COST), placedAt: LONG_AGO })
  const code = await redeem(track, first, randomUUID())
  const order = { id: first + 1, customer: first, ...worth(10), placedAt: LONG_AGO, codes: [code] }
  const cancelled = { ...order, cancelledAt: NOON, updatedAt: NOON }
  const cancels = random.chance(0.5)
  const lapses = random.chance(0.5)
  const later = NOW + 3 * 86_400_000
  await Promise.all([
    settle(track, order),
    ...(cancels ? [settle(track, cancelled)] : []),
    ...(lapses ? [lapseRewards(() => later), lapseRewards(() => later)] : []),
  ])
  // What an order gave up before it was paid is held until its code has ended.
  if (cancels) await lapseRewards(() => later)
  // A paid order takes points again that a lapse gave back before it came.
  equal('balance', await balance(track, first), cancels ? `0 ${COST} 0 0` : '0 10 0 0')
}

/** The points are spent or back, never both: spent wherever a try was under way. */
async function makeAndLapse(track: Track): Promise<void> {
  const { first, random, shop, owner } = track
  await settle(track, { id: first, customer: first, ...worth(COST), placedAt: LONG_AGO })
  const wish = { rewardId: 'credit', price: COST, requestKey: randomUUID(), now: NOW }
  const credit = await redeemReward({ shop: shop as unknown as Shop, customerId: String(first), ...wish })
  const tried = random.chance(0.5)
  if (tried)
    await owner.query(
      `UPDATE redemption SET made_mark = '0', making_until = now() + interval '15 minutes'
        WHERE shop_id = $1 AND redemption_id = $2`,
      [shop.shopId, credit.redemptionId],
    )
  const gid = `gid://shopify/StoreCreditAccountCreditTransaction/${first}`
  const make = () => markMade(credit, gid, NOW)
  const lapse = () => lapseRewards(() => NOW + 9 * 86_400_000)
  const customers = { keptId: String(first + 1), deletedId: String(first) }
  const merge = () => acrossShops((tx) => mergeMembers(tx, shop.shopId, customers, NOW, NOW))
  const deeds = random.shuffled([make, make, lapse, lapse, ...(random.chance(0.5) ? [merge] : [])])
  await Promise.all(deeds.map((deed) => deed()))
  const left = await balance(track, first)
  if (tried || left !== `0 ${COST} 0 0`) equal('balance', left, '0 0 0 0')
  const { rows } = await owner.query(
    'SELECT status, discount_id IS NOT NULL AS made FROM redemption WHERE shop_id = $1 AND redemption_id = $2',
    [shop.shopId, credit.redemptionId],
  )
  const end = left === '0 0 0 0' ? { status: 'used', made: true } : { status: 'returned', made: false }
  equal('the redemption', JSON.stringify(rows[0]), JSON.stringify(end))
}

/** Staff, the member and the clock want different ends of it: it is open, done or back, and its points with it. */
async function doAndCancel(track: Track): Promise<void> {
  const { first, random, shop, owner } = track
  const { shopId } = shop
  await settle(track, { id: first, customer: first, ...worth(COST), placedAt: LONG_AGO })
  const wish = { rewardId: 'visit', price: COST, requestKey: randomUUID(), now: NOW }
  const { redemptionId } = await redeemReward({ shop: shop as Shop, customerId: String(first), ...wish })
  const act = (deed: Deed) => doByPeople(deed, { shopId, redemptionId, actor: 'staff:1', now: NOW })
  const takeBack = () =>
    cancelCode({
      shop: shop as Shop,
      customerId: String(first),
      redemptionId: String(redemptionId),
      actor: 'shopper',
      now: NOW,
    })
  // Often everybody wants the same, and the other end is to be met by the clock alone.
  const wanted = random.chance(0.5) ? (['done', 'undo'] as const) : (['done', 'undo', 'cancel'] as const)
  const customers = { keptId: String(first + 1), deletedId: String(first) }
  const deeds: (() => Promise<unknown>)[] = [
    ...Array.from({ length: 60 }, () => () => act(random.pick(wanted))),
    () => lapseRewards(() => NOW + 9 * 86_400_000),
    () => lapseRewards(() => NOW + 9 * 86_400_000),
    ...(wanted.length > 2 ? [takeBack, takeBack] : []),
    ...(random.chance(0.5) ? [() => acrossShops((tx) => mergeMembers(tx, shopId, customers, NOW, NOW))] : []),
  ]
  const ends = await Promise.allSettled(random.shuffled(deeds).map((deed) => deed()))
  for (const end of ends)
    if (end.status === 'rejected' && !isDomainError(end.reason, 'reward-done', 'reward-not-open'))
      throw end.reason
  const { rows } = await owner.query<{ status: 'ready' | 'used' | 'returned' }>(
    'SELECT status FROM redemption WHERE shop_id = $1 AND redemption_id = $2',
    [shopId, redemptionId],
  )
  const points = { ready: `0 0 ${COST} 0`, used: '0 0 0 0', returned: `0 ${COST} 0 0` }
  equal('balance', await balance(track, first), points[rows[0]?.status ?? 'ready'])
}

/** Every ticket has its number, the cause has what was not taken back, and each member her points. */
async function giveAndTakeBack(track: Track): Promise<void> {
  const { first, random, shop, owner } = track
  const { shopId } = shop
  const members = Array.from({ length: 8 }, (_, i) => first + i)
  for (const id of members) await settle(track, { id, customer: id, ...worth(8 * COST), placedAt: LONG_AGO })
  const taken: number[] = []
  const take = async (n: number) => {
    const wish = {
      rewardId: random.chance(0.5) ? 'draw' : 'trees',
      price: COST,
      requestKey: randomUUID(),
      now: NOW,
    }
    const customerId = String(members[n % 8])
    const { redemptionId } = await redeemReward({ shop: shop as Shop, customerId, ...wish })
    taken.push(redemptionId)
    const back = () => takeBack({ shopId, redemptionId, actor: 'staff:1', now: NOW })
    if (random.chance(0.4)) await Promise.all([back(), back()])
  }
  const customers = { keptId: String(first + 1), deletedId: String(first) }
  const merge = () => acrossShops((tx) => mergeMembers(tx, shopId, customers, NOW, NOW))
  await Promise.all(
    random.shuffled([...Array.from({ length: 48 }, (_, n) => () => take(n)), merge]).map((deed) => deed()),
  )
  const { rows } = await owner.query<{ used: number; spent: number }>(
    `SELECT count(*) FILTER (WHERE status = 'used')::int AS used,
            coalesce(sum(cost) FILTER (WHERE status = 'used'), 0)::int AS spent
       FROM redemption WHERE shop_id = $1 AND redemption_id = ANY($2)`,
    [shopId, taken],
  )
  const left = await owner.query(
    `SELECT sum(available)::int AS n FROM balance JOIN account a USING (shop_id, account_id)
      WHERE shop_id = $1 AND a.customer_id = ANY($2)`,
    [shopId, members],
  )
  equal('points', left.rows[0].n, 64 * COST - (rows[0]?.spent ?? 0))
  await audit(shopId)
}

async function drainOneInbox(track: Track): Promise<void> {
  const { first, random } = track
  const states = [0, 1, 2].flatMap((n) => {
    const order = { id: first + n, customer: first + (n % 2), ...worth(50), placedAt: LONG_AGO }
    return [
      order,
      { ...order, ...worth(70), updatedAt: '2026-12-07T10:00:00Z' },
      { ...order, ...worth(60), updatedAt: NOON },
    ]
  })
  await deliver(track, random.shuffled([...states, ...states.slice(0, 3)]).map(told))
  const drain = async () => {
    while ((await workOff(() => NOW, 4)) > 0);
  }
  await Promise.all([drain(), drain(), drain()])
  equal('balance of the first', await balance(track, first), '0 120 0 0')
  equal('balance of the second', await balance(track, first + 1), '0 60 0 0')
}

/** Whatever comes first: the orders of the redacted account name nobody, and in the end nothing names the customer. */
async function redactWhileDelivered(track: Track): Promise<void> {
  const { first, random, shop, owner } = track
  const order = (n: number) => ({ id: first + n, customer: first, ...worth(50), placedAt: LONG_AGO })
  for (const n of [0, 1]) await settle(track, order(n))
  const redaction = {
    topic: 'customers/redact',
    body: { shop_domain: shop.domain, customer: { id: first, email: null, phone: null } },
  }
  const changes = [0, 1].map((n) => told({ ...order(n), ...worth(60), updatedAt: NOON }))
  const drain = async () => {
    while ((await workOff(() => NOW, 1)) > 0);
  }
  await deliver(track, random.shuffled([redaction, ...changes, told(order(2)), told(order(3))]))
  await Promise.all([drain(), drain(), drain()])
  // What had to wait for the others has its turn again two seconds later.
  await owner.query('UPDATE inbox SET not_before = now() WHERE shop_id = $1', [shop.shopId])
  await drain()
  const { rows } = await owner.query(
    `SELECT 'order ' || order_id AS what FROM order_state WHERE shop_id = $1 AND facts ->> 'customerId' = $2::text
      UNION ALL SELECT 'account ' || account_id FROM account WHERE shop_id = $1 AND customer_id = $2::bigint
      UNION ALL SELECT 'inbox ' || delivery_id FROM inbox WHERE shop_id = $1`,
    [shop.shopId, String(first)],
  )
  equal('what names the customer', JSON.stringify(rows), '[]')
}

// ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────────

const worth = (points: number) => ({ lines: [{ price: `${points}.00` }] })

async function settle({ shop: { shopId } }: Track, order: OrderOptions) {
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(order))), shopId)
  await acrossShops((tx) => settleOrders(tx, [{ shopId, facts, origin: 'delivery' }], NOW))
}

interface Message {
  topic: string
  body: object
}

const told = (order: OrderOptions): Message => ({ topic: 'orders/updated', body: orderPayload(order) })

/** They lie in the inbox in this order. */
async function deliver({ shop, owner }: Track, messages: Message[]): Promise<void> {
  await owner.query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     SELECT $1, gen_random_uuid(), topic, $2, body FROM unnest($3::text[], $4::text[]) AS told (topic, body)`,
    [
      shop.shopId,
      shop.domain,
      messages.map(({ topic }) => topic),
      messages.map(({ body }) => JSON.stringify(body)),
    ],
  )
}

/** @returns the code, or the code of the refusal */
async function redeem(
  { shop }: Track,
  customer: number,
  requestKey: string,
  rewardId = 'prize',
): Promise<string> {
  const wish = {
    shop: shop as unknown as Shop,
    customerId: String(customer),
    rewardId,
    price: COST,
    requestKey,
    now: NOW,
  }
  try {
    return (await redeemCode(wish)).code
  } catch (error) {
    if (isDomainError(error)) return (error as DomainError).code
    throw error
  }
}

/** "pending available held debt" */
async function balance({ shop, owner }: Track, customer: number): Promise<string | undefined> {
  const { rows } = await owner.query(
    `SELECT concat_ws(' ', pending, available, held, debt) AS shown FROM account a JOIN balance b
         ON b.shop_id = a.shop_id AND b.account_id = coalesce(a.merged_into, a.account_id)
      WHERE a.shop_id = $1 AND a.customer_id = $2`,
    [shop.shopId, customer],
  )
  return rows[0]?.shown
}

function equal(what: string, is: unknown, expected: unknown): void {
  if (is !== expected) throw new Error(`${what}: ${is}, expected ${expected}`)
}
