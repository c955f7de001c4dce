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
  cancelled: boolean
}

export interface PlannedOrder {
  id: number
  phase: number
  code: number | null
  versions: Version[]
}

export type News =
  | { kind: 'order'; order: number; version: number }
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
    const wish = plan.code === null || taken.has(plan.code) ? undefined : history.wishes[plan.code]
    const code = wish && wish.phase < plan.phase ? plan.code : null
    if (code !== null) taken.add(code)
    return { id, phase: plan.phase, code, versions: versionsOf(plan, id, number) }
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
  }[]
  shippingCents: number
  shippingRefunded: boolean
  refunds: object[]
  refundedCents: number
  paid: boolean
  cancelledAt: string | null
  owner: Owner
}

function versionsOf(plan: OrderPlan, id: number, story: number): Version[] {
  const begin = plan.phase === 0 ? FIRST_PLACED : (NOW[plan.phase - 1] as number)
  const span = (NOW[plan.phase] as number) - begin - 2 * 3_600_000
  const placedAt = begin + Math.floor((span * plan.moment) / 1_000 / 1_000) * 1_000
  const now: Now = {
    lines: plan.lines.map((line) => ({ ...line, current: line.quantity })),
    shippingCents: plan.shippingCents,
    shippingRefunded: false,
    refunds: [],
    refundedCents: 0,
    paid: plan.paid,
    cancelledAt: null,
    owner: plan.owner,
  }
  let phase = plan.phase
  let updatedAt = placedAt
  const versions = [snapshot(now, { id, story, phase, placedAt, updatedAt })]
  plan.deeds.forEach(({ deed, later, sameSecond }, k) => {
    const nextPhase = Math.min(PHASES - 1, phase + later)
    if (!sameSecond || nextPhase !== phase) {
      const earliest =
        nextPhase === phase ? updatedAt + 1_000 : (NOW[nextPhase - 1] as number) + (k + 1) * 60_000
      updatedAt = Math.max(updatedAt + 1_000, earliest)
    }
    phase = nextPhase
    act(now, deed, { id, at: new Date(updatedAt).toISOString(), k })
    versions.push(snapshot(now, { id, story, phase, placedAt, updatedAt }))
  })
  return versions
}

function act(now: Now, deed: Deed, { id, at, k }: { id: number; at: string; k: number }): void {
  if (now.cancelledAt !== null && deed.do !== 'attach' && deed.do !== 'take-off') return
  if (deed.do === 'touch') return
  if (deed.do === 'pay') now.paid = true
  else if (deed.do === 'cancel') now.cancelledAt = at
  else if (deed.do === 'attach') now.owner = { kind: 'customer', n: deed.customer }
  else if (deed.do === 'take-off')
    now.owner = deed.guest === null ? { kind: 'nobody' } : { kind: 'guest', n: deed.guest }
  else if (deed.do === 'refund-shipping') {
    if (!now.paid || now.shippingRefunded || now.shippingCents === 0) return
    now.shippingRefunded = true
    now.refunds.push(
      refundOfAmount({ id: id * 100 + k, amount: euro(now.shippingCents), kind: 'shipping_refund', at }),
    )
  } else if (deed.do === 'refund-amount') {
    if (!now.paid) return
    now.refundedCents += deed.cents
    now.refunds.push(refundOfAmount({ id: id * 100 + k, amount: euro(deed.cents), at }))
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
  line.current -= quantity
  if (deed.do === 'remove-pieces' || !now.paid) return
  const net = Math.max(0, line.cents * line.quantity - line.discountCents)
  const amount = euro(Math.floor((net * quantity) / line.quantity))
  now.refunds.push(refundOfLine(id, { id: id * 100 + k, amount, quantity, line: place, at }))
}

function snapshot(
  now: Now,
  which: { id: number; story: number; phase: number; placedAt: number; updatedAt: number },
): Version {
  const frozen = structuredClone(now)
  const { id, story, phase, placedAt, updatedAt } = which
  const gone = frozen.lines.every((line) => line.current === 0)
  const status = !frozen.paid
    ? 'pending'
    : frozen.refunds.length === 0
      ? 'paid'
      : gone
        ? 'refunded'
        : 'partially_refunded'
  const { owner } = frozen
  return {
    phase,
    owner,
    paid: frozen.paid,
    cancelled: frozen.cancelledAt !== null,
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
        status,
        placedAt: new Date(placedAt).toISOString(),
        updatedAt: new Date(updatedAt).toISOString(),
        cancelledAt: frozen.cancelledAt,
        refunds: frozen.refunds,
        codes: code === null ? [] : [code],
      }),
  }
}

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
    if (one.kind === 'order' && random.chance(0.2)) {
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
