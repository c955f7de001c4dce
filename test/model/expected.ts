import { evaluateOrder, statusSteps } from '../../app/domain/earning/evaluate-order.ts'
import type { OrderFacts } from '../../app/domain/orders/order-facts.ts'
import { type CompiledProgram, compileProgram } from '../../app/domain/program/compiled-program.ts'
import { kindOf, type Reward } from '../../app/domain/rewards/kinds.ts'
import { type StatusSteps, tierAt, tierProgress } from '../../app/domain/tiers/tiers.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import type { Setting } from './programs.ts'
import { DAY, type Money, NOW, type Story } from './tellings.ts'

/**
 * What must come out, by plain sums over final states: no events, no postings, no locks. Whoever reads it can check
 * it against the rules in a few minutes; everything that the app does must end in the same numbers.
 */
const LAPSE_GRACE = 3_600_000

export interface ExpectedOrder {
  id: number
  owner: string | null
  /** null: under an open chargeback the worth is what it was when that came, which depends on the way. */
  worth: number | null
  pending: boolean
}

export interface ExpectedBalance {
  pending: number
  available: number
  held: number
  debt: number
}

interface Wish {
  customer: number
  rewardId: string
  cost: number
  endsAt: number
  /** It is a code, which orders can carry; else it is the member's once it is made. */
  code: boolean
  /** It was spent with the click, in this phase; staff can take it back. */
  atOnce: boolean
  phase: number
  state: 'held' | 'captured' | 'returned'
  /** What the orders that carry the code want of its points; such a code does not lapse. */
  wanted: 'held' | 'captured' | null
  /** Some order has carried it: Shopify counts it as used for ever. */
  carried: boolean
}

type Compiled = { from: number; program: CompiledProgram }[]

export class Model {
  /** What was redeemed, by place in the history; absent: not yet, or refused. */
  readonly wishes = new Map<number, Wish>()
  private readonly programs: Compiled
  private readonly story: Story
  private readonly shopId: number
  private readonly alias: number[] = [0, 1, 2]

  constructor(story: Story, setting: Setting, shopId: number) {
    this.story = story
    this.shopId = shopId
    this.programs = compiledOnce(setting)
  }

  /** Codes that ended unused give their points back. */
  lapse(phase: number): void {
    for (const wish of this.wishes.values()) {
      const over = wish.endsAt < (NOW[phase] as number) - LAPSE_GRACE
      if (wish.state === 'held' && wish.wanted === null && over) wish.state = 'returned'
    }
  }

  /**
   * Everything that was told up to the end of this phase has arrived.
   * @param isBack whether the points of a code are back by the book. Only asked where an order wants the code, but
   *   before that another state gave the points back: they are taken again if they are there, which depends on the way.
   */
  arrive(phase: number, isBack: (wish: number) => boolean): void {
    for (const news of this.story.news[phase] ?? []) {
      if (news.kind !== 'merge') continue
      const [gone, kept] = [this.alias[news.n], this.alias[news.n + 1]]
      for (const [n, of] of this.alias.entries()) if (of === gone) this.alias[n] = kept as number
    }
    for (const [n, wish] of this.wishes) {
      if (!wish.code) continue
      const claims = this.claimsOn(n, phase)
      wish.carried ||= this.carriedBy(n, phase)
      wish.wanted = claims.includes('paid') ? 'captured' : claims.includes('unpaid') ? 'held' : null
      const shaken = wish.state !== 'held' || this.shaken(n, phase)
      if (wish.wanted !== null) wish.state = shaken && isBack(n) ? 'returned' : wish.wanted
      else if (wish.carried) wish.state = 'returned'
    }
  }

  /** What is no code is made: its points are spent, and nothing brings them back but staff. */
  make(n: number, phase: number): void {
    const wish = this.wishes.get(n)
    if (wish?.atOnce) {
      // The draw lasts; of a donation the day is over in the next phase.
      if (wish.rewardId === 'draw' || wish.phase === phase) wish.state = 'returned'
      return
    }
    if (wish && !wish.code && wish.state === 'held') wish.state = 'captured'
  }

  /** Some state of an order with the code would have given the points back, or made them be taken first. */
  private shaken(n: number, phase: number): boolean {
    return this.story.orders.some(
      ({ code, versions, gone }) =>
        code === n &&
        ((gone !== null && gone <= phase) ||
          versions.some((v) => v.phase <= phase && (v.test || v.cancelled || v.paid || v.code !== 'on'))),
    )
  }

  /** What the orders that carry the n-th wish's code are to it. */
  claimsOn(n: number, phase: number): ('paid' | 'unpaid' | 'dead')[] {
    return this.story.orders.flatMap((order) => {
      const final = order.code === n ? this.latest(order, phase) : undefined
      if (!final || final.code === 'off') return []
      if (final.test || final.cancelled || final.givenBack || final.code === 'idle') return ['dead']
      if (final.paid) return ['paid']
      return [order.gone !== null && order.gone <= phase ? 'dead' : 'unpaid']
    })
  }

  /** No order carries it any more, and Shopify counts it as used. */
  hasLeft(n: number, phase: number): boolean {
    return this.claimsOn(n, phase).length === 0 && this.carriedBy(n, phase)
  }

  get number(): number {
    return this.story.number
  }

  /** Some state of some order has carried the code by the end of the phase. */
  private carriedBy(n: number, phase: number): boolean {
    return this.story.orders.some(
      (order) =>
        order.code === n &&
        order.versions.some((version) => version.phase <= phase && version.code !== 'off'),
    )
  }

  orders(phase: number): ExpectedOrder[] {
    const now = NOW[phase] as number
    const told = this.story.orders.flatMap((order, n) => {
      const final = this.latest(order, phase)
      if (!final) return []
      const facts = orderFromWebhook(parseBody(JSON.stringify(final.payload(null))), this.shopId)
      facts.dispute = this.disputeOf(n, phase)
      const program = this.programOf(facts)
      expectMoney(program, facts, final.money)
      return [{ id: order.id, owner: this.ownerOf(final.owner), facts, program }]
    })
    return told.map(({ id, owner, facts, program }) => {
      const others = told.filter((other) => other.owner === owner && other.id !== id)
      const steps: StatusSteps[] = others.map((other) => statusSteps(other.program, other.facts))
      const tier = owner === null ? null : tierAt(program.ladder, steps, facts.placedAt, program.timeZone)
      const worth = evaluateOrder(program, facts, { tierId: tier?.id ?? null }).points
      return {
        id,
        owner,
        worth: facts.dispute === 'open' ? null : worth,
        pending: now < facts.placedAt + program.returnWindowDays * DAY,
      }
    })
  }

  /** @param frozen what the book holds of orders under an open chargeback, by order id */
  balances(
    phase: number,
    frozen: (id: number) => { pending: number; available: number; frozen: number },
  ): Map<string, ExpectedBalance> {
    const sums = new Map<string, { pending: number; net: number; held: number }>()
    const of = (owner: string) => {
      const sum = sums.get(owner) ?? { pending: 0, net: 0, held: 0 }
      sums.set(owner, sum)
      return sum
    }
    for (const { id, owner, worth, pending } of this.orders(phase)) {
      if (owner === null) continue
      const sum = of(owner)
      const posted =
        worth === null
          ? frozen(id)
          : { pending: pending ? worth : 0, available: pending ? 0 : worth, frozen: 0 }
      sum.pending += posted.pending
      sum.net += posted.available - posted.frozen
      sum.held += posted.frozen
    }
    for (const { customer, cost, state } of this.wishes.values()) {
      const sum = of(this.ownerOf({ kind: 'customer', n: customer }) as string)
      if (state !== 'returned') sum.net -= cost
      if (state === 'held') sum.held += cost
    }
    return new Map(
      [...sums].map(([owner, { pending, net, held }]) => [
        owner,
        { pending, available: Math.max(0, net), held, debt: Math.max(0, -net) },
      ]),
    )
  }

  /** May the wish be granted at the end of the phase? Notes it if so. */
  wish(n: number, phase: number, balance: ExpectedBalance | undefined): boolean {
    const { customer, reward } = this.story.history.wishes[n] as (typeof this.story.history.wishes)[number]
    const now = NOW[phase] as number
    const program = this.programAt(now)
    const offered = [...program.rewards.values()][reward]
    if (!offered || !balance || balance.debt > 0) return false
    const { price } = priceAsked(offered, n)
    if (balance.available < price) return false
    const me = this.ownerOf({ kind: 'customer', n: customer })
    const mine = (of: number) => this.ownerOf({ kind: 'customer', n: of }) === me
    const taken = [...this.wishes.values()].some(
      (wish) => mine(wish.customer) && wish.rewardId === offered.id && wish.state !== 'returned',
    )
    if (offered.oncePerMember && taken) return false
    if (offered.tiers.length > 0) {
      const steps = this.story.orders.flatMap((order, i) => {
        const final = this.latest(order, phase)
        if (!final || this.ownerOf(final.owner) !== me) return []
        const facts = orderFromWebhook(parseBody(JSON.stringify(final.payload(null))), this.shopId)
        facts.dispute = this.disputeOf(i, phase)
        return [statusSteps(this.programOf(facts), facts)]
      })
      const tier = tierProgress(program.ladder, steps, now, program.timeZone).current?.id
      if (tier === undefined || !offered.tiers.includes(tier)) return false
    }
    const { spent, ours, endsAt } = kindOf(offered.kind)
    const atOnce = ours === true && spent === 'when-made'
    this.wishes.set(n, {
      customer,
      rewardId: offered.id,
      cost: price,
      endsAt: endsAt({ ...offered }, now, program.timeZone),
      code: spent === 'with-order',
      atOnce,
      phase,
      state: atOnce ? 'captured' : 'held',
      wanted: null,
      carried: false,
    })
    return true
  }

  ownerOf(owner: Story['orders'][number]['versions'][number]['owner']): string | null {
    if (owner.kind === 'nobody') return null
    return owner.kind === 'guest' ? `g${owner.n}` : `c${this.alias[owner.n]}`
  }

  reward(n: number, phase: number): { rewardId: string; price: number; worth?: string } {
    const { reward } = this.story.history.wishes[n] as (typeof this.story.history.wishes)[number]
    const offered = [...this.programAt(NOW[phase] as number).rewards.values()][reward] as Reward
    return { rewardId: offered.id, ...priceAsked(offered, n) }
  }

  private latest(order: Story['orders'][number], phase: number) {
    return order.versions.findLast((version) => version.phase <= phase)
  }

  private disputeOf(order: number, phase: number): OrderFacts['dispute'] {
    const standings = new Map<number, string>()
    for (const news of this.story.news.slice(0, phase + 1).flat())
      if (news.kind === 'dispute' && news.order === order) standings.set(news.id, news.status)
    const all = [...standings.values()]
    return all.includes('lost') ? 'lost' : all.includes('needs_response') ? 'open' : 'none'
  }

  private programOf(facts: OrderFacts): CompiledProgram {
    return this.programAt(facts.placedAt)
  }

  private programAt(at: number): CompiledProgram {
    return (this.programs.findLast(({ from }) => from <= at) as Compiled[number]).program
  }
}

/**
 * The qualifying value by plain sums: what stands, and never more than the shop has kept. Where something stands
 * that does not count, the split of what is missing is the rules' matter and only the bounds are known here.
 */
function expectMoney(program: CompiledProgram, facts: OrderFacts, money: Money): void {
  if (facts.test || !facts.paid || facts.cancelledAt !== null || facts.dispute === 'lost') return
  const { qualifying } = evaluateOrder(program, facts, { tierId: null })
  const { shipping: counts } = program.counts
  const standing = money.goods + (counts ? money.shipping : 0)
  const most = Math.min(standing, money.kept)
  const beside = money.giftCards + (counts ? 0 : money.shipping)
  const exact = beside === 0 && !money.keptBack && !facts.lines.some(({ giftCard }) => giftCard)
  const least = exact && (counts || facts.refunds.every(({ shipping }) => shipping === 0)) ? most : 0
  if (qualifying > most || qualifying < least)
    throw new Error(`Order ${facts.orderId} counts ${qualifying}, right is ${least} to ${most}`)
}

const known = new WeakMap<Setting, Compiled>()

function compiledOnce(setting: Setting): Compiled {
  const before = known.get(setting)
  if (before) return before
  const made = setting.programs.map(({ program, from }, i) => ({
    from: Date.parse(from),
    program: compileProgram(program, { currency: 'EUR', timeZone: 'Europe/Berlin' }, i + 1),
  }))
  known.set(setting, made)
  return made
}

/** Of a price that is chosen: two, three or four steps of five points, each a quarter. */
function priceAsked({ kind, cost }: Reward, n: number): { price: number; worth?: string } {
  if (kind !== 'flexible-amount') return { price: cost }
  const steps = 2 + (n % 3)
  return { price: steps * cost, worth: (steps * 0.25).toFixed(2) }
}
