import { randomBytes } from 'node:crypto'
import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { reserve } from '../../domain/account/account.ts'
import { sameAmount } from '../../domain/rewards/discount-value.ts'
import type { Gift } from '../../domain/rewards/kind.ts'
import { donationOf, kindOf, type Reward, rewardWorth, ticketsOf } from '../../domain/rewards/kinds.ts'
import { limitsOf } from '../../domain/rewards/limits.ts'
import { type RewardOffer, rewardOffer } from '../../domain/rewards/offers.ts'
import { giftsOf, isChosen, takenFor } from '../../domain/rewards/price.ts'
import { rewardCode, shownCode } from '../../domain/rewards/reward-code.ts'
import type { CompiledReward } from '../../domain/rewards/rewards-section.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { tierProgress, windowStart } from '../../domain/tiers/tiers.ts'
import { keyOf, type NamedAccount, type OpenAccount, openAccount } from '../../ledger/accounts.ts'
import { writeHold } from '../../ledger/holds.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { numberTickets } from '../draws/number-tickets.ts'
import { loadTimelines } from '../orders/orders.ts'
import { IS_ORDER } from '../orders/stored-facts.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { askGift } from './ask-gift.ts'
import { captureRedemption, reservePosting } from './end-redemption.ts'
import { changeRedemption, type Redemption, redemptionByRequest, timesTaken } from './redemption-record.ts'
import { assertInStock, soldOutRewards } from './sold-out.ts'

interface Wish {
  shop: Shop
  /** Shopify's id, digits, from a verified login: never from the shopper's own words. */
  customerId: string
  rewardId: string
  /** Points that the member was shown as the reward's price, or has chosen. */
  price: number
  /** Of a price that she chooses: decimal money that she was shown for it. */
  worth?: string | undefined
  /** Of a piece of the shop's goods: the variant that she has chosen, digits. */
  variant?: string | undefined
  /** Chosen by the client once per click; the same key again answers with the same redemption. */
  requestKey: string
  /** Who asks: the shopper herself, or staff at the till. */
  actor?: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Turns points into a reward: reserves them, chooses the code, and leaves its making in Shopify to a job; what Shopify
 * has nothing of is made at once. Either all of it is stored or nothing.
 * @throws DomainError invalid-payload, price-changed (with the new `cost`), price-not-offered, worth-changed (with the new `worth`), member-unknown, program-missing, reward-unknown, reward-unavailable (with the `reason`, and `opensAt` where the calendar says it), reward-already-taken,
 *   in-debt, not-enough-points, key-conflict (the key stands for another reward)
 */
export async function redeemReward(wish: Wish): Promise<Redemption> {
  const { requestKey, price } = wish
  if (!/^[\w-]{8,64}$/.test(requestKey)) {
    throw new DomainError('invalid-payload', 'key must be 8–64 letters, digits, "-" or "_"', { field: 'key' })
  }
  if (!Number.isSafeInteger(price) || price < 1)
    throw new DomainError(
      'invalid-payload',
      `price is ${price}; it must be the points that were shown, a whole number from 1`,
      {
        field: 'price',
      },
    )
  const first = await redeemNow(wish)
  if (!('askFor' in first)) return first
  // Of what the shop's goods are the price is asked for with no transaction open, and then everything is looked at anew.
  const gift = await askGift(wish.shop, first.askFor, wish.variant)
  const second = await redeemNow(wish, gift)
  if (!('askFor' in second)) return second
  const message = `The reward "${wish.rewardId}" gives other goods than a moment ago`
  throw new DomainError('reward-unavailable', message, { reason: 'no-product' })
}

function redeemNow(wish: Wish, gift?: Gift): Promise<Redemption | { askFor: Reward }> {
  const { shop, customerId, rewardId, price, worth, requestKey, actor = 'shopper', now } = wish
  return withShop(shop.shopId, async (tx) => {
    const key = await accountOfCustomer(tx, shop.shopId, customerId)
    const account = await openAccount(tx, key)
    const before = await redemptionByRequest(tx, key, requestKey)
    if (before) return sameWish(before, rewardId)
    const offered = await offeredReward(tx, account, rewardId, now)
    const gifts = giftsOf(offered.reward)
    if (gifts.length > 0 && !(gift && gifts.includes(gift.variant))) return { askFor: offered.reward }
    const reward = takenFor(offered.reward, price, shop.currency, gift)
    if (isChosen(offered.reward)) assertWorth(reward, worth)
    return store(tx, account, { ...offered, reward }, { requestKey, actor, now })
  })
}

/** Of a price that she chooses she was shown what it gives: a rate that was changed meanwhile may not take her points. */
function assertWorth(taken: Reward, shown: string | undefined): void {
  const gives = rewardWorth(taken)
  if (gives === null || (shown !== undefined && sameAmount(shown, gives))) return
  const message = `For ${taken.cost} points the reward "${taken.id}" gives ${gives}, shown was ${shown}`
  throw new DomainError('worth-changed', message, { cost: taken.cost, worth: gives })
}

/**
 * What a key stands for already. Another reward is another wish: answered with the first one's code, it would seem
 * redeemed. Another price is not. The page of a shopper whose answer was lost reads the rewards anew and asks again with
 * the key it had and the price of now, which may have been changed meanwhile; the points went at the old one, and a
 * refusal would have the shopper redeem a second time.
 */
function sameWish(before: Redemption, rewardId: string): Redemption {
  if (before.rewardId === rewardId) return before
  throw new DomainError('key-conflict', `the key stands for the reward "${before.rewardId}" already`, {})
}

async function accountOfCustomer(tx: Tx, shopId: number, customerId: string): Promise<NamedAccount> {
  const { rows } = await tx.query<{ accountId: number }>(
    `SELECT coalesce(merged_into, account_id) AS "accountId" FROM account WHERE shop_id = $1 AND customer_id = $2`,
    [shopId, customerId],
  )
  const accountId = rows[0]?.accountId
  if (accountId === undefined) throw new DomainError('member-unknown', 'This customer has no points yet', {})
  return { shopId, accountId, named: true }
}

interface Offered {
  reward: CompiledReward
  version: number
  /** The last second of its code. */
  endsAt: Date
}

async function offeredReward(tx: Tx, account: OpenAccount, rewardId: string, now: number): Promise<Offered> {
  const program = programAt((await loadPrograms(tx, [account.shopId])).get(account.shopId), now)
  if (!program) throw new DomainError('program-missing', 'The shop has no program yet', {})
  const reward = program.rewards.get(rewardId)
  if (!reward)
    throw new DomainError('reward-unknown', `There is no reward "${rewardId.slice(0, 40)}"`, { rewardId })
  const since = windowStart(program.ladder.window, now, program.timeZone)
  const timeline = (await loadTimelines(tx, [{ ...account, since }])).get(keyOf(account)) ?? []
  const steps = timeline.map((order) => order.statusSteps)
  const member = {
    available: account.available,
    debt: account.debt,
    tierId: tierProgress(program.ladder, steps, now, program.timeZone).current?.id ?? null,
    taken: new Map([[rewardId, await timesTaken(tx, account, rewardId)]]),
    hasOrder: limitsOf(reward).firstOrder && (await hasOrder(tx, account)),
  }
  const soldOut = await soldOutRewards(tx, account.shopId, { rewards: new Map([[rewardId, reward]]) })
  assertOpen(rewardOffer(reward, member, { now, timeZone: program.timeZone, soldOut }))
  const endsAt = kindOf(reward.kind).endsAt({ ...reward }, now, program.timeZone)
  return { reward, version: program.version, endsAt: new Date(endsAt) }
}

/** Debt is told by the account, with its figure. */
function assertOpen({ reward: { id }, reason, opensAt }: RewardOffer): void {
  if (reason === null || reason === 'debt') return
  if (reason === 'once')
    throw new DomainError('reward-already-taken', `The reward "${id}" was taken before`, {})
  const message = `The reward "${id}" is not open to this member`
  throw new DomainError('reward-unavailable', message, { reason, opensAt })
}

async function hasOrder(tx: Tx, { shopId, accountId }: OpenAccount): Promise<boolean> {
  const { rows } = await tx.query<{ is: boolean }>(
    `SELECT EXISTS (SELECT FROM order_state o
                     WHERE o.shop_id = $1 AND o.account_id = $2 AND ${IS_ORDER}) AS is`,
    [shopId, accountId],
  )
  return rows[0]?.is ?? false
}

async function store(
  tx: Tx,
  account: OpenAccount,
  { reward, version, endsAt }: Offered,
  { requestKey, actor, now }: { requestKey: string; actor: string; now: number },
): Promise<Redemption> {
  const kind = kindOf(reward.kind)
  const { moves, shares } = reserve(account, reward.cost)
  const holdId = await writeHold(tx, account, { shares, createdAt: now, expiresAt: endsAt.getTime() })
  const redemption: Omit<Redemption, 'redemptionId'> = {
    shopId: account.shopId,
    accountId: account.accountId,
    requestKey,
    programVersion: version,
    rewardId: reward.id,
    reward,
    cost: reward.cost,
    holdId,
    // What is no code is known by what it becomes.
    code: kind.discount ? rewardCode(randomBytes(32)) : null,
    shownCode: kind.spent === 'when-done' ? shownCode(randomBytes(32)) : null,
    doneAt: null,
    donated: donationOf(reward),
    status: 'preparing',
    returnReason: null,
    ending: null,
    endingBy: null,
    madeId: null,
    mark: null,
    making: false,
    orderId: null,
    uncoveredAt: null,
    formerHolds: [],
    createdAt: new Date(now),
    endsAt,
  }
  const { rows } = await tx.query<{ redemptionId: number }>(
    `INSERT INTO redemption (shop_id, account_id, request_key, program_version, reward_id, reward, cost, hold_id, code,
                             created_at, ends_at, shown_code, donated)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING redemption_id AS "redemptionId"`,
    [
      redemption.shopId,
      redemption.accountId,
      requestKey,
      version,
      reward.id,
      JSON.stringify(redemption.reward),
      reward.cost,
      holdId,
      redemption.code,
      redemption.createdAt,
      endsAt,
      redemption.shownCode,
      redemption.donated,
    ],
  )
  const stored: Redemption = { ...redemption, redemptionId: rows[0]?.redemptionId as number }
  const reserved = reservePosting(stored, moves, actor)
  await post(tx, [account], kind.ours ? [reserved, ...(await make(tx, account, stored, now))] : [reserved])
  const { shopId, redemptionId } = stored
  if (!kind.ours) await enqueue(tx, 'issue-reward', { shopId, redemptionId })
  await markForSync(tx, [account])
  await numberTickets(tx, { shopId, redemptionId, draw: reward.id, count: ticketsOf(reward) })
  await assertInStock(tx, shopId, reward)
  return stored
}

/** What Shopify has nothing of. */
async function make(tx: Tx, account: OpenAccount, redemption: Redemption, now: number): Promise<Posting[]> {
  if (kindOf(redemption.reward.kind).spent === 'when-done') {
    await changeRedemption(tx, redemption, { status: 'ready' })
    return []
  }
  const captured = await captureRedemption(tx, account, redemption, { orderId: null, at: now })
  return captured ? [captured] : []
}
