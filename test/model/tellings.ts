import { orderPayload, refundOfAmount, refundOfLine } from '../support/order-payload.ts'
import { type Random, seeded } from '../support/random.ts'
import { type Deed, type History, type OrderPlan, type Owner, PHASES } from './history.ts'

/** How a history reaches the app: the states of its orders as Shopify would tell them, and the order of the news. */

export const DAY = 86_400_000
const START = Date.parse('2026-02-01T09:00:00Z')
/** The clock at the end of each phase. */
export const NOW = [START + 30 * DAY, START + 60 * DAY, START + 110 * DAY] as const
const FIRST_PLACED = START

export interface Version {
  phase: number
  /** The payload; `code` stands in for the redemption's code, which each run chooses for itself. */
  payload(code: string | null): object
  /** What the model needs to know without reading payloads. */
  owner: Owner
  paid: boolean
  /** Cancelled, or its payment was given up. */
  cancelled: boolean
  /** All pieces have left it, something was paid back, and nothing of the payments is the shop's to keep. */
  givenBack: boolean
  test: boolean
  code: 'on' | 'idle' | 'off'
  money: Money
}

/** What an order is about by plain sums, cents. */
export interface Money {
  /** Goods that stand; gift cards that stand; shipping that stands. */
  goods: number
  giftCards: number
  shipping: number
  /** Of what came in the shop still has so much, and owes nothing of it. */
  kept: number
  /** More left the goods at once than was paid back for them. */
  keptBack: boolean
}

export interface PlannedOrder {
  id: number
  phase: number
  code: number | null
  placedAt: number
  versions: Version[]
  /** The phase in which it is deleted; null: never. */
  gone: number | null
}

export type News =
  | { kind: 'order'; order: number; version: number }
  | { kind: 'gone'; order: number }
  | { kind: 'dispute'; order: number; id: number; status: 'needs_response' | 'won' | 'lost' }
  | { kind: 'merge'; n: number }

export interface Story {
  history: History
  /** Makes ids of this story's customers and orders its own. */
  number: number
  orders: PlannedOrder[]
  /** As it happened, by phase. */
  news: News[][]
}

export const customerId = (story: number, n: number) => 1_000_000 + story * 10 + n
export const guestEmail = (story: number, n: number) => `gast-${story}-${n}@example.com`
const orderId = (story: number, n: number) => 5_000_000 + story * 10 + n

export function tell(history: History, number: number): Story {
  const taken = new Set<number>()
  const orders = history.orders.map((plan, n): PlannedOrder => {
    const id = orderId(number, n)
    const free = plan.code !== null && (plan.second || !taken.has(plan.code))
    const wish = plan.code !== null && free ? history.wishes[plan.code] : undefined
    const code = wish && wish.phase < plan.phase ? plan.code : null
    if (code !== null) taken.add(code)
    return { id, phase: plan.phase, code, ...versionsOf(plan, id, number) }
  })
  return { history, number, orders, news: newsOf(history, orders) }
}

interface Now {
  lines: {
    cents: number
    quantity: number
    current: number
    discountCents: number
    giftCard: boolean
    product: number
    /** Of its price, what refunds of pieces gave back. */
    refunded: number
    /** Pieces that left without a refund. */
    removed: number
  }[]
  shippingCents: number
  shippingRefunded: boolean
  refunds: object[]
  received: number
  refunded: number
  /** What refunds paid back beyond the worth of what left, or less. */
  beyond: number
  keptBack: boolean
  paid: boolean
  cancelledAt: string | null
  ended: 'voided' | 'expired' | null
  test: boolean
  code: Version['code']
  owner: Owner
}

function versionsOf(
  plan: OrderPlan,
  id: number,
  story: number,
): Pick<PlannedOrder, 'placedAt' | 'versions' | 'gone'> {
  const begin = plan.phase === 0 ? FIRST_PLACED : (NOW[plan.phase - 1] as number)
  const span = (NOW[plan.phase] as number) - begin - 2 * 3_600_000
  const placedAt = begin + Math.floor((span * plan.moment) / 1_000 / 1_000) * 1_000
  const now: Now = {
    lines: plan.lines.map((line) => ({ ...line, current: line.quantity, refunded: 0, removed: 0 })),
    shippingCents: plan.shippingCents,
    shippingRefunded: false,
    refunds: [],
    received: 0,
    refunded: 0,
    beyond: 0,
    keptBack: false,
    paid: false,
    cancelledAt: null,
    ended: null,
    test: plan.test,
    code: 'on',
    owner: plan.owner,
  }
  if (plan.paid) pay(now, plan.deposit)
  let phase = plan.phase
  let updatedAt = placedAt
  const versions = [snapshot(now, { id, story, phase, placedAt, updatedAt })]
  let gone: number | null = null
  // Of one that is deleted nobody can ask Shopify which of two states of one second is the newer.
  const inDoubt = !plan.deeds.some(({ deed }) => deed.do === 'delete')
  plan.deeds.forEach(({ deed, later, sameSecond }, k) => {
    if (gone !== null) return
    const nextPhase = Math.min(PHASES - 1, phase + later)
    if (deed.do === 'delete') {
      if (!now.paid || now.cancelledAt !== null) gone = nextPhase
      return
    }
    if (!sameSecond || !inDoubt || nextPhase !== phase) {
      const earliest =
        nextPhase === phase ? updatedAt + 1_000 : (NOW[nextPhase - 1] as number) + (k + 1) * 60_000
      updatedAt = Math.max(updatedAt + 1_000, earliest)
    }
    phase = nextPhase
    act(now, deed, { id, at: new Date(updatedAt).toISOString(), k })
    versions.push(snapshot(now, { id, story, phase, placedAt, updatedAt }))
  })
  return { placedAt, versions, gone }
}

function act(
  now: Now,
  deed: Exclude<Deed, { do: 'delete' }>,
  { id, at, k }: { id: number; at: string; k: number },
): void {
  if (now.cancelledAt !== null && deed.do !== 'attach' && deed.do !== 'take-off') return
  if (deed.do === 'touch') return
  if (deed.do === 'pay' || deed.do === 'pay-part') {
    pay(now, deed.do === 'pay' ? 1_000 : deed.share)
    if (now.paid) now.ended = null
  } else if (deed.do === 'void') now.ended = now.paid ? null : 'voided'
  else if (deed.do === 'expire') now.ended = now.paid ? null : 'expired'
  else if (deed.do === 'drop-code') now.code = 'off'
  else if (deed.do === 'idle-code') now.code = now.code === 'on' ? 'idle' : now.code
  else if (deed.do === 'cancel') now.cancelledAt = at
  else if (deed.do === 'attach') now.owner = { kind: 'customer', n: deed.customer }
  else if (deed.do === 'take-off')
    now.owner = deed.guest === null ? { kind: 'nobody' } : { kind: 'guest', n: deed.guest }
  else if (deed.do === 'refund-shipping') {
    // Only what was paid can go back.
    if (now.shippingRefunded || now.shippingCents === 0 || now.shippingCents > inHand(now)) return
    now.shippingRefunded = true
    now.refunded += now.shippingCents
    now.refunds.push(
      refundOfAmount({ id: id * 100 + k, amount: euro(now.shippingCents), kind: 'shipping_refund', at }),
    )
  } else if (deed.do === 'refund-all') {
    if (!now.paid) return
    const refund = (part: number, of: Parameters<typeof act>[1]) => act(now, of, { id, at, k: k + 10 * part })
    for (const line of now.lines.keys()) refund(line + 1, { do: 'refund-line', line, quantity: 99 })
    refund(5, { do: 'refund-shipping' })
    refund(6, { do: 'refund-amount', cents: inHand(now) })
  } else if (deed.do === 'refund-amount') {
    const cents = Math.min(deed.cents, inHand(now))
    if (cents <= 0) return
    now.refunded += cents
    now.beyond += cents
    now.refunds.push(refundOfAmount({ id: id * 100 + k, amount: euro(cents), at }))
  } else changePieces(now, deed, { id, at, k })
}

function changePieces(
  now: Now,
  deed: Extract<Deed, { line: number }>,
  { id, at, k }: { id: number; at: string; k: number },
): void {
  const place = deed.line % now.lines.length
  const line = now.lines[place] as Now['lines'][number]
  if (deed.do === 'add-pieces') {
    line.quantity += deed.quantity
    line.current += deed.quantity
    return
  }
  const quantity = Math.min(deed.quantity, line.current)
  if (quantity === 0) return
  const worth =
    quantity === line.current ? standing(line) : Math.floor((netOf(line) * quantity) / line.quantity)
  const back = Math.min(worth, inHand(now))
  line.current -= quantity
  if (deed.do === 'remove-pieces' || !now.paid || back <= 0) {
    line.removed += quantity
    return
  }
  line.refunded += worth
  now.refunded += back
  now.beyond -= worth - back
  now.keptBack ||= worth > back
  const kept = worth > back ? { kept: euro(worth - back) } : {}
  now.refunds.push(
    refundOfLine(id, { id: id * 100 + k, amount: euro(worth), quantity, line: place, at, ...kept }),
  )
}

type Line = Now['lines'][number]

const netOf = ({ cents, quantity, discountCents }: Line) =>
  Math.max(0, cents * quantity - Math.min(discountCents, cents))

/** What of a line's price stands: removed pieces take their share of it, refunds what they say. */
function standing(line: Line): number {
  if (line.current === 0) return 0
  return Math.max(0, netOf(line) - Math.floor((netOf(line) * line.removed) / line.quantity) - line.refunded)
}

const shippingStanding = ({ shippingCents, shippingRefunded }: Now) => (shippingRefunded ? 0 : shippingCents)
const sumOf = (lines: Line[]) => lines.reduce((sum, line) => sum + standing(line), 0)
/** What stands of the price: the order as Shopify sums it up. */
const total = (now: Now) => sumOf(now.lines) + shippingStanding(now) - now.beyond
const inHand = ({ received, refunded }: Now) => received - refunded
const open = (now: Now) => total(now) - inHand(now)

function pay(now: Now, share: number): void {
  const amount = Math.floor((Math.max(0, open(now)) * share) / 1_000)
  now.received += amount
  if (amount > 0 || total(now) === 0) now.paid = true
}

function moneyOf(now: Now): Money {
  return {
    goods: sumOf(now.lines.filter(({ giftCard }) => !giftCard)),
    giftCards: sumOf(now.lines.filter(({ giftCard }) => giftCard)),
    shipping: shippingStanding(now),
    kept: Math.max(0, Math.min(inHand(now), total(now))),
    keptBack: now.keptBack,
  }
}

function statusOf(now: Now): string {
  if (!now.paid) return now.ended ?? 'pending'
  if (now.refunded > 0) return inHand(now) > 0 ? 'partially_refunded' : 'refunded'
  return open(now) > 0 ? 'partially_paid' : 'paid'
}

function snapshot(
  now: Now,
  which: { id: number; story: number; phase: number; placedAt: number; updatedAt: number },
): Version {
  const frozen = structuredClone(now)
  const { id, story, phase, placedAt, updatedAt } = which
  const { owner } = frozen
  const money = moneyOf(frozen)
  return {
    phase,
    owner,
    paid: frozen.paid,
    cancelled: frozen.cancelledAt !== null || frozen.ended !== null,
    givenBack: frozen.refunded > 0 && money.kept === 0 && frozen.lines.every(({ current }) => current === 0),
    test: frozen.test,
    code: frozen.code,
    money,
    payload: (code) =>
      orderPayload({
        id,
        customer: owner.kind === 'customer' ? customerId(story, owner.n) : null,
        ...(owner.kind === 'guest' && { email: guestEmail(story, owner.n) }),
        lines: frozen.lines.map((line) => ({
          price: euro(line.cents),
          quantity: line.quantity,
          current: line.current,
          discount: euro(Math.min(line.discountCents, line.cents)),
          giftCard: line.giftCard,
          product: line.product,
        })),
        shipping: euro(frozen.shippingCents),
        status: statusOf(frozen),
        total: signed(total(frozen)),
        outstanding: signed(open(frozen)),
        placedAt: new Date(placedAt).toISOString(),
        updatedAt: new Date(updatedAt).toISOString(),
        cancelledAt: frozen.cancelledAt,
        refunds: frozen.refunds,
        test: frozen.test,
        codes: code === null || frozen.code === 'off' ? [] : [code],
        ...(code !== null &&
          frozen.code === 'idle' && {
            more: { discount_codes: [{ code, amount: '0.00', type: 'fixed_amount' }] },
          }),
      }),
  }
}

const signed = (cents: number) => (cents < 0 ? `-${euro(-cents)}` : euro(cents))
const euro = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

function newsOf(history: History, orders: PlannedOrder[]): News[][] {
  const news: News[][] = Array.from({ length: PHASES }, () => [])
  const at = (phase: number) => news[Math.min(PHASES - 1, phase)] as News[]
  const told: { phase: number; at: number; news: News }[] = []
  orders.forEach(({ versions }, order) => {
    for (const [version, { phase }] of versions.entries())
      told.push({ phase, at: version, news: { kind: 'order', order, version } })
  })
  told.sort((a, b) => a.phase - b.phase || a.at - b.at)
  for (const one of told) at(one.phase).push(one.news)
  orders.forEach(({ gone }, order) => {
    if (gone !== null) at(gone).push({ kind: 'gone', order })
  })
  history.disputes.forEach(({ order, later, end }, id) => {
    const disputed = orders[order]
    if (!disputed) return
    const opened = Math.min(PHASES - 1, disputed.phase + later)
    at(opened).push({ kind: 'dispute', order, id, status: 'needs_response' })
    if (end) at(opened + end.later).push({ kind: 'dispute', order, id, status: end.standing })
  })
  for (const { n, phase } of history.merges) at(phase).push({ kind: 'merge', n })
  return news
}

/** The news of a phase as a bad network tells it: shuffled, some twice, some states of orders never. */
export function garbled(story: Story, phase: number): { news: News[]; lost: Set<number> } {
  const random: Random = seeded(story.history.shuffle + phase * 7919)
  const lost = new Set<number>()
  const news: News[] = []
  for (const one of story.news[phase] ?? []) {
    // What is lost of a deleted order nobody will ever read.
    if (one.kind === 'order' && story.orders[one.order]?.gone === null && random.chance(0.2)) {
      lost.add(one.order)
      continue
    }
    const times = random.chance(0.3) ? 2 : 1
    for (let i = 0; i < times; i++) news.push(one)
  }
  // An old delivery can come again much later, too.
  for (const one of story.news.slice(0, phase).flat()) if (random.chance(0.15)) news.push(one)
  return { news: random.shuffled(news), lost }
}
