import type { Campaign, CampaignScope } from '../app/domain/earning/campaigns.ts'
import type { OrderFacts } from '../app/domain/orders/order-facts.ts'
import type { Program } from '../app/domain/program/program.ts'
import { starterProgram } from '../app/domain/templates/program-template.ts'

/**
 * What the rule engines are measured with: 20 campaigns of every kind of scope, every fifth for one tier, every
 * fifth with a start or an end amid the orders; orders of one to five lines, every tenth with a refund, every fifth
 * of a member with a tier.
 */
const FIRST = Date.parse('2026-05-05T10:00:00Z')
/** 2,000 orders take a fortnight. */
const BETWEEN = 10 * 60_000
/** Every fourth order is placed at the very moment at which campaigns end and others start. */
const TURN = Date.parse('2026-05-12T10:00:00Z')

export interface SampleOrder {
  facts: OrderFacts
  tierId: string | null
}

export function sampleProgram(): Program {
  const scopes: ((i: number) => CampaignScope)[] = [
    () => ({ kind: 'all' }),
    (i) => ({ kind: 'products', ids: Array.from({ length: 10 }, (_, n) => String(i * 7 + n)) }),
    (i) => ({ kind: 'collections', ids: [String(i), String(i + 1)] }),
    (i) => ({ kind: 'tags', tags: [`Tag-${i}`, `Tag-${i + 1}`] }),
  ]
  const campaigns = Array.from(
    { length: 20 },
    (_, i): Campaign => ({
      id: `campaign-${i}`,
      name: { de: `Aktion ${i}`, en: `Campaign ${i}` },
      // Each its own, so that equal points mean the same campaigns.
      multiplier: (([1.1, 1.5, 3, 2][i % 4] as number) + i / 100).toFixed(2),
      scope: (scopes[i % 4] as (i: number) => CampaignScope)(i),
      tiers: i % 5 === 0 ? ['gold'] : [],
      window: {
        start: i % 10 === 9 ? '2026-05-12T12:00' : '2026-05-01T00:00',
        end: i % 10 === 4 ? '2026-05-12T12:00' : '2026-06-01T00:00',
        timeZone: 'Europe/Berlin',
      },
    }),
  )
  return { ...starterProgram('EUR', 'Europe/Berlin'), campaigns }
}

/** @param first the number of the first order; each number is another order */
export function sampleOrders(count: number, first = 0): SampleOrder[] {
  return Array.from({ length: count }, (_, n) => sampleOrder(first + n))
}

function sampleOrder(i: number): SampleOrder {
  const placedAt = i % 4 === 3 ? TURN : FIRST + (i % 2_000) * BETWEEN
  const lines = Array.from({ length: 1 + (i % 5) }, (_, n) => ({
    lineId: String(n + 1),
    productId: String((i * 13 + n * 29) % 150),
    title: 'Teekanne',
    giftCard: false,
    quantity: 1 + (n % 2),
    currentQuantity: 1 + (n % 2),
    net: 990 + ((i * 37 + n * 101) % 9000),
    tax: 158,
    collections: [String((i + n) % 30), String((i + n * 3) % 30)],
    tags: [`tag-${(i + n) % 30}`, 'neu'],
  }))
  const facts: OrderFacts = {
    orderId: String(i),
    name: `#${i}`,
    customerId: String(i % 300),
    guestHash: null,
    currency: 'EUR',
    updatedAt: placedAt,
    placedAt,
    test: false,
    paid: true,
    outstanding: 0,
    cancelledAt: null,
    dispute: 'none',
    taxesIncluded: true,
    source: 'web',
    lines,
    shipping: 490,
    shippingTax: 78,
    duties: 0,
    dutiesTax: 0,
    tips: 0,
    cashRounding: 0,
    refunds:
      i % 10 === 0 ? [{ refundId: '1', at: placedAt + 1, lines: [], withoutLines: 500, shipping: 0 }] : [],
    discountCodes: [],
  }
  // Not by i % 5, which also says how many lines there are.
  return { facts, tierId: i % 7 < 2 ? 'gold' : i % 7 === 2 ? 'silver' : null }
}
