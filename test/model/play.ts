import type pg from 'pg'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import type { Tx } from '../../app/db/tx.ts'
import { kindOf } from '../../app/domain/rewards/kinds.ts'
import { isDomainError } from '../../app/domain/text/errors.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { doByPeople } from '../../app/loyalty/codes/done-by-people.ts'
import { lapseRewards } from '../../app/loyalty/codes/lapse-rewards.ts'
import { takeBack } from '../../app/loyalty/codes/take-back.ts'
import { listMembers } from '../../app/loyalty/members/list-members.ts'
import { mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import { readFigures } from '../../app/loyalty/numbers/read-figures.ts'
import { endLater } from '../../app/loyalty/rewards/end-redemption.ts'
import { markMade } from '../../app/loyalty/rewards/issue-reward.ts'
import { redeemReward } from '../../app/loyalty/rewards/redeem-reward.ts'
import {
  isByPeople,
  isCoded,
  isOpen,
  lockRedemption,
  type Redemption,
  redemptionsAgain,
  redemptionsByCode,
} from '../../app/loyalty/rewards/redemption-record.ts'
import { settleCodesAgain } from '../../app/loyalty/rewards/settle-redemptions.ts'
import { markGone } from '../../app/loyalty/settlement/mark-gone.ts'
import { maturePoints } from '../../app/loyalty/settlement/mature-points.ts'
import { recordDispute } from '../../app/loyalty/settlement/record-dispute.ts'
import { type OrderReading, settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { guestHash, orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { seeded } from '../support/random.ts'
import { makeShop, publish } from '../support/shop.ts'
import { type ExpectedBalance, Model } from './expected.ts'
import { type History, PHASES } from './history.ts'
import type { Setting } from './programs.ts'
import { customerId, garbled, guestEmail, type News, NOW, type Story, tell } from './tellings.ts'

/** How the news arrives: one by one as it happened, or as a bad network tells it. */
export type Manner = 'clean' | 'garbled'

export interface Played {
  histories: number
  deliveries: number
  audits: number
  redemptions: number
}

/** A history ended otherwise than the model says. */
export class Mismatch extends Error {
  /** Place of the history in the batch; null: an invariant of the whole book is broken. */
  readonly story: number | null
  constructor(story: number | null, message: string) {
    super(message)
    this.story = story
  }
}

/**
 * Plays histories, each with customers of its own, side by side in one shop, and compares book and model at the end
 * of every phase; all invariants are audited there, too.
 * @throws Mismatch
 */
export async function playAll(
  owner: pg.Pool,
  histories: readonly History[],
  setting: Setting,
  manner: Manner,
): Promise<Played> {
  const shop = await makeShop(owner)
  for (const [i, { program, from }] of setting.programs.entries())
    await publish(owner, shop.shopId, i + 1, program, from)
  // Codes lapse without asking Shopify where the app was removed; nothing else looks at this.
  await owner.query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [shop.shopId])
  const play = new Play(
    shop.shopId,
    histories.map((history, n) => tell(history, n)),
    setting,
    manner,
  )
  for (let phase = 0; phase < PHASES; phase++) await play.phase(phase)
  return play.played
}

class Play {
  readonly played: Played
  private readonly codes: Map<number, string>[]
  /** What is no code, by the place of its wish. */
  private readonly given: Map<number, Redemption>[]
  private readonly models: Model[]
  private readonly shopId: number
  private readonly stories: Story[]
  private readonly manner: Manner

  constructor(shopId: number, stories: Story[], setting: Setting, manner: Manner) {
    this.shopId = shopId
    this.stories = stories
    this.manner = manner
    this.codes = stories.map(() => new Map())
    this.given = stories.map(() => new Map())
    this.models = stories.map((story) => new Model(story, setting, shopId))
    this.played = { histories: stories.length, deliveries: 0, audits: 0, redemptions: 0 }
  }

  async phase(phase: number): Promise<void> {
    const now = NOW[phase] as number
    await maturePoints(now)
    if (this.manner === 'clean') await this.tellCleanly(phase)
    else await this.tellGarbled(phase)
    await this.markGone(phase)
    await maturePoints(now)
    await this.make('late', phase)
    await this.endCodes(phase)
    await this.compare(phase)
    await this.redeem(phase)
  }

  /** Shopify makes what is no code, and each of two workers says so; people do it, or take it back, and two of them say so. */
  private async make(when: 'at-once' | 'late', phase: number): Promise<void> {
    for (const { number, history } of this.stories)
      for (const [n, redemption] of this.given[number] ?? []) {
        const wish = history.wishes[n]
        if (wish?.made !== when || (when === 'at-once') !== (wish.phase === phase)) continue
        for (const _ of [1, 2]) await this.makeOne(redemption, NOW[phase] as number)
        this.models[number]?.make(n, phase)
      }
  }

  private async makeOne(redemption: Redemption, now: number): Promise<void> {
    const { shopId, redemptionId } = redemption
    const { ours, spent } = kindOf(redemption.reward.kind)
    if (ours && spent === 'when-made') {
      // A donation can be taken back on its day alone.
      const back = takeBack({ shopId, redemptionId, actor: 'staff:1', now })
      await back.catch((error) => {
        if (!isDomainError(error, 'reward-not-open')) throw error
      })
    } else if (isByPeople(redemption)) {
      // Nobody does it once its points are back.
      const done = doByPeople('done', { shopId, redemptionId, actor: 'staff:1', now })
      await done.catch((error) => {
        if (!isDomainError(error, 'reward-not-open')) throw error
      })
    } else
      await markMade(redemption, `gid://shopify/StoreCreditAccountCreditTransaction/${redemptionId}`, now)
  }

  /** A deletion that was told before its order is looked into again; told twice, it does nothing. */
  private async markGone(phase: number): Promise<void> {
    const gone = this.stories.flatMap(({ orders }) =>
      orders.flatMap(({ id, gone: when }) => (when !== null && when <= phase ? [String(id)] : [])),
    )
    for (const id of gone) await acrossShops((tx) => markGone(tx, this.shopId, id, NOW[phase] as number))
  }

  /** Points went back, though an order that is worth something carries the code: told once more, they may be there. */
  private async codesToRetake(tx: Tx) {
    const { rows } = await tx.query<{ shopId: number; redemptionId: number }>(
      `SELECT r.shop_id AS "shopId", r.redemption_id AS "redemptionId" FROM redemption r
        WHERE r.shop_id = $1 AND r.status = 'returned'
          AND EXISTS (SELECT FROM redemption_order c
                        JOIN order_state o ON o.shop_id = c.shop_id AND o.order_id = c.order_id
                       WHERE c.shop_id = r.shop_id AND c.redemption_id = r.redemption_id
                         AND o.facts ->> 'cancelledAt' IS NULL AND o.facts ->> 'test' IS NULL)
        ORDER BY r.shop_id, r.redemption_id`,
      [this.shopId],
    )
    return redemptionsAgain(tx, rows)
  }

  /** Codes that have left their orders are used all the same, as Shopify would say; what is due ends. */
  private async endCodes(phase: number): Promise<void> {
    const now = NOW[phase] as number
    const left = this.stories.flatMap((story) => {
      const { wishes } = this.models[story.number] as Model
      return [...wishes.keys()]
        .filter((n) => this.models[story.number]?.hasLeft(n, phase))
        .map((n) => ({ story, n }))
    })
    for (const { story, n } of left) await this.endAsUsed(this.codes[story.number]?.get(n))
    while ((await lapseRewards(() => now)) > 0);
    await acrossShops(async (tx) => settleCodesAgain(tx, await this.codesToRetake(tx), now))
    const back = await this.returnedCodes()
    for (const model of this.models) {
      const codes = this.codes[model.number]
      model.arrive(phase, (n) => back.has(codes?.get(n) ?? ''))
      model.lapse(phase)
    }
  }

  private async endAsUsed(code: string | undefined): Promise<void> {
    if (code === undefined) return
    await acrossShops(async (tx) => {
      const [seen] = await redemptionsByCode(tx, [{ shopId: this.shopId, code }])
      const locked = seen && (await lockRedemption(tx, seen))
      if (locked && isOpen(locked.redemption) && locked.redemption.orderId === null)
        await endLater(tx, locked.redemption, 'code-removed')
    })
  }

  private returnedCodes(): Promise<Set<string>> {
    return withShop(this.shopId, async (tx) => {
      const { rows } = await tx.query<{ code: string }>(
        `SELECT code FROM redemption WHERE shop_id = $1 AND status = 'returned'`,
        [this.shopId],
      )
      return new Set(rows.map(({ code }) => code))
    })
  }

  /** The n-th news of every history go together, so that each hears its own one after the other. */
  private async tellCleanly(phase: number): Promise<void> {
    const most = Math.max(0, ...this.stories.map(({ news }) => news[phase]?.length ?? 0))
    for (let i = 0; i < most; i++) {
      const round = this.stories.flatMap((story) => {
        const news = story.news[phase]?.[i]
        return news ? [{ story, news }] : []
      })
      const doubts = await this.deliver(round, phase)
      if (doubts.length > 0) await this.read(doubts, phase)
    }
  }

  private async tellGarbled(phase: number): Promise<void> {
    const queues = this.stories.map((story) => ({ story, ...garbled(story, phase) }))
    const toRead = new Map<string, Which>()
    const remember = (which: Which) => toRead.set(`${which.story.number}/${which.order}`, which)
    for (const { story, lost } of queues)
      for (const order of lost) remember({ story, order, version: story.orders[order]?.versions.length ?? 0 })
    const random = seeded((this.stories[0]?.history.shuffle ?? 0) ^ 0x5bd1e995 ^ phase)
    while (queues.some(({ news }) => news.length > 0)) {
      const round = queues.flatMap(({ story, news }) =>
        news.splice(0, random.below(4)).map((one) => ({ story, news: one })),
      )
      for (const doubt of await this.deliver(random.shuffled(round), phase)) remember(doubt)
    }
    // What reconciliation reads is the state at that time.
    const latest = [...toRead.values()].map(({ story, order }) => ({
      story,
      order,
      version: story.orders[order]?.versions.findLastIndex((version) => version.phase <= phase) ?? -1,
    }))
    await this.read(
      latest.filter(({ version }) => version >= 0),
      phase,
    )
  }

  /** As one batch of the inbox: the orders together, then the rest. @returns what was left in doubt */
  private async deliver(round: { story: Story; news: News }[], phase: number): Promise<Which[]> {
    const now = NOW[phase] as number
    const orders = round.flatMap(({ story, news }) => (news.kind === 'order' ? [{ story, ...news }] : []))
    this.played.deliveries += round.length
    return acrossShops(async (tx) => {
      const settled = await settleOrders(
        tx,
        orders.map((which) => this.reading(which, 'delivery')),
        now,
      )
      for (const { story, news } of round) {
        if (news.kind === 'merge') await this.merge(tx, story, news.n, now)
        if (news.kind === 'dispute') await this.dispute(tx, story, news, now)
        if (news.kind === 'gone') await markGone(tx, this.shopId, String(story.orders[news.order]?.id), now)
      }
      return orders.filter((_, i) => settled[i]?.outcome === 'in-doubt')
    })
  }

  private async read(which: Which[], phase: number): Promise<void> {
    if (which.length === 0) return
    const readings = which.map((one) => this.reading(one, 'read'))
    this.played.deliveries += readings.length
    await acrossShops((tx) => settleOrders(tx, readings, NOW[phase] as number))
  }

  private reading({ story, order, version }: Which, origin: 'delivery' | 'read'): OrderReading {
    const planned = story.orders[order]
    const code = planned?.code == null ? null : (this.codes[story.number]?.get(planned.code) ?? null)
    const body = JSON.stringify(planned?.versions[version]?.payload(code))
    return { shopId: this.shopId, facts: orderFromWebhook(parseBody(body), this.shopId), origin }
  }

  private merge(tx: Parameters<typeof mergeMembers>[0], story: Story, n: number, now: number) {
    const customers = {
      keptId: String(customerId(story.number, n + 1)),
      deletedId: String(customerId(story.number, n)),
    }
    return mergeMembers(tx, this.shopId, customers, now, now)
  }

  private dispute(
    tx: Parameters<typeof recordDispute>[0],
    story: Story,
    news: Extract<News, { kind: 'dispute' }>,
    now: number,
  ) {
    const order = story.orders[news.order]?.id as number
    const payload = { id: order * 10 + news.id + 1, order_id: order, status: news.status, type: 'chargeback' }
    return recordDispute(tx, this.shopId, payload, now)
  }

  private async redeem(phase: number): Promise<void> {
    const balances = await this.balances()
    for (const story of this.stories) {
      const model = this.models[story.number] as Model
      for (const [n, wish] of story.history.wishes.entries()) {
        if (wish.phase !== phase) continue
        const me = customerId(story.number, wish.customer)
        const before = balances.get(String(me))
        const granted = model.wish(n, phase, before)
        this.played.redemptions++
        const key = `wish-${story.number}-${n}`
        const wanted = { ...model.reward(n, phase), customerId: String(me), requestKey: key }
        const made = await this.ask(wanted, phase)
        if ((made !== null) !== granted)
          throw new Mismatch(story.number, `phase ${phase}: wish ${n} was ${made ? 'granted' : 'refused'}`)
        if (made === null || !before) continue
        if (isCoded(made)) this.codes[story.number]?.set(n, made.code)
        else this.given[story.number]?.set(n, made)
        const again = wish.twice ? await this.ask(wanted, phase) : made
        if (again?.redemptionId !== made.redemptionId || again.code !== made.code)
          throw new Mismatch(story.number, `phase ${phase}: the same key gave another redemption`)
        const cost = (model.wishes.get(n) as { cost: number }).cost
        before.available -= cost // one object for all ids of a member
        if (made.status !== 'used') before.held += cost
      }
    }
    await this.make('at-once', phase)
    await this.compare(phase)
  }

  private async ask(
    wish: Pick<
      Parameters<typeof redeemReward>[0],
      'customerId' | 'rewardId' | 'price' | 'worth' | 'requestKey'
    >,
    phase: number,
  ) {
    const shop = { shopId: this.shopId, currency: 'EUR' } as Parameters<typeof redeemReward>[0]['shop']
    try {
      const now = NOW[phase] as number
      return await redeemReward({ shop, ...wish, now })
    } catch (error) {
      if (isDomainError(error)) return null
      throw error
    }
  }

  private async compare(phase: number): Promise<void> {
    const [balances, orders] = await Promise.all([this.balances(), this.posted()])
    for (const story of this.stories) this.compareStory(story, phase, balances, orders)
    await this.audit(phase)
    await this.figures(phase)
  }

  private compareStory(
    story: Story,
    phase: number,
    balances: Map<string, ExpectedBalance>,
    posted: Map<string, Posted>,
  ): void {
    const model = this.models[story.number] as Model
    const wrong = (what: string, is: unknown, expected: unknown): never => {
      throw new Mismatch(
        story.number,
        `phase ${phase}, told ${this.manner}: ${what} is ${JSON.stringify(is)}, expected ${JSON.stringify(expected)}`,
      )
    }
    const none = { pending: 0, available: 0, frozen: 0 }
    for (const { id, owner, worth, pending } of model.orders(phase)) {
      const is = posted.get(String(id))
      if (!is) wrong(`order ${id}`, 'unknown', 'known')
      if (worth === null) {
        // What is left of a disputed order's points is held: all of it where nothing was ever spent.
        const { available = 0, frozen = 0 } = is ?? {}
        if (frozen > available || (model.wishes.size === 0 && frozen < available))
          wrong(`what is held of order ${id}`, frozen, available)
        continue
      }
      if (is?.frozen !== 0) wrong(`what is held of order ${id}`, is?.frozen, 0)
      const expected =
        owner === null ? none : { pending: pending ? worth : 0, available: pending ? 0 : worth }
      if (is?.pending !== expected.pending || is?.available !== expected.available)
        wrong(`order ${id}`, is, expected)
    }
    const expected = model.balances(phase, (id) => posted.get(String(id)) ?? none)
    for (const owner of ['c0', 'c1', 'c2', 'g0', 'g1']) {
      const key = this.keyOf(story, owner)
      const want = expected.get(model.ownerOf(ownerOf(owner)) as string) ?? EMPTY
      const is = balances.get(key) ?? EMPTY
      const { pending, available, held, debt } = is
      if (
        pending !== want.pending ||
        available !== want.available ||
        held !== want.held ||
        debt !== want.debt
      )
        wrong(`the balance of ${owner}`, { pending, available, held, debt }, want)
      for (const { customer, wanted, state, cost } of model.wishes.values())
        if (
          `c${customer}` === owner &&
          wanted !== null &&
          state === 'returned' &&
          debt === 0 &&
          available >= cost
        )
          wrong(`a reward of ${owner} on an order`, state, wanted)
    }
  }

  private keyOf(story: Story, owner: string): string {
    const n = Number(owner.slice(1))
    if (owner.startsWith('c')) return String(customerId(story.number, n))
    return guestHash(this.shopId, guestEmail(story.number, n)) as string
  }

  /** By Shopify's customer id or the guest's hash; ids that were merged share one object. */
  private balances(): Promise<Map<string, ExpectedBalance>> {
    return withShop(this.shopId, async (tx) => {
      const { rows } = await tx.query<{ key: string; account: number } & ExpectedBalance>(
        `SELECT coalesce(a.customer_id::text, a.guest_hash) AS key, b.account_id AS account, b.pending, b.available, b.held, b.debt
           FROM account a JOIN balance b ON b.shop_id = a.shop_id AND b.account_id = coalesce(a.merged_into, a.account_id)
          WHERE a.shop_id = $1`,
        [this.shopId],
      )
      const accounts = new Map<number, ExpectedBalance>()
      return new Map(
        rows.map(({ key, account, ...balance }) => {
          const shared = accounts.get(account) ?? balance
          accounts.set(account, shared)
          return [key, shared]
        }),
      )
    })
  }

  private posted(): Promise<Map<string, Posted>> {
    return withShop(this.shopId, async (tx) => {
      const { rows } = await tx.query<Posted & { id: string }>(
        `SELECT order_id::text AS id, posted_pending AS pending, posted_available AS available,
                coalesce((SELECT sum(amount) FROM hold h WHERE h.shop_id = o.shop_id AND h.order_id = o.order_id
                           AND h.outcome IS NULL), 0)::int8 AS frozen
           FROM order_state o WHERE shop_id = $1`,
        [this.shopId],
      )
      return new Map(rows.map(({ id, ...posted }) => [id, posted]))
    })
  }

  /** What the home page tells is what the members list sums to, guests included. */
  private async figures(phase: number): Promise<void> {
    const now = new Date(NOW[phase] as number)
    const query = { shopId: this.shopId, levels: [], entryLevel: null, tier: null, limit: 1_000_000, now }
    const { told, listed } = await withShop(this.shopId, async (tx) => {
      const { outstanding } = await readFigures(tx, { shopId: this.shopId, timeZone: 'Europe/Berlin' }, now)
      const members = await listMembers(tx, { ...query, sort: 'customer', descending: false })
      const guests = await listMembers(tx, { ...query, group: 'guests', sort: 'customer', descending: false })
      return { told: outstanding, listed: [...members.members, ...guests.members] }
    })
    for (const bucket of ['available', 'held', 'pending'] as const) {
      const sum = listed.reduce((total, member) => total + member[bucket], 0)
      if (sum !== told[bucket])
        throw new Mismatch(null, `phase ${phase}: home says ${told[bucket]} ${bucket}, the list ${sum}`)
    }
  }

  private async audit(phase: number): Promise<void> {
    this.played.audits++
    const findings = await withShop(this.shopId, (tx) => auditLedger(tx, NOW[phase]))
    const broken = findings.filter(({ violations }) => violations > 0)
    if (broken.length > 0) throw new Mismatch(null, `audit: ${JSON.stringify(broken)}`)
  }
}

interface Which {
  story: Story
  order: number
  version: number
}

interface Posted {
  pending: number
  available: number
  /** Under an open chargeback. */
  frozen: number
}

const EMPTY: ExpectedBalance = { pending: 0, available: 0, held: 0, debt: 0 }

function ownerOf(name: string) {
  return { kind: name.startsWith('c') ? ('customer' as const) : ('guest' as const), n: Number(name.slice(1)) }
}
