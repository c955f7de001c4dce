import type { Campaign } from '../../app/domain/earning/campaigns.ts'
import type { EarningRule } from '../../app/domain/earning/earning-rule.ts'
import type { LineFacts, OrderFacts, RefundFacts } from '../../app/domain/orders/order-facts.ts'
import { type CompiledProgram, compileProgram } from '../../app/domain/program/compiled-program.ts'
import type { Program } from '../../app/domain/program/program.ts'
import { starterProgram } from '../../app/domain/templates/program-template.ts'

/** Builders: every test says only what it is about. Amounts are minor units. */
export const PLACED = Date.parse('2026-05-12T10:00:00Z')
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const NOTHING_BESIDE: EarningRule['counts'] = {
  taxOnTop: false,
  shipping: false,
  duties: false,
  tips: false,
  cashRounding: false,
}

export function line(net: number, more: Partial<LineFacts> = {}): LineFacts {
  return {
    lineId: '1',
    productId: '100',
    title: 'Teekanne',
    giftCard: false,
    quantity: 1,
    currentQuantity: more.quantity ?? 1,
    net,
    tax: 0,
    collections: [],
    tags: [],
    ...more,
  }
}

export function order(more: Partial<OrderFacts> = {}): OrderFacts {
  return {
    orderId: '9001',
    name: '#1001',
    customerId: '77',
    guestHash: null,
    currency: 'EUR',
    updatedAt: PLACED,
    placedAt: PLACED,
    test: false,
    paid: true,
    outstanding: 0,
    cancelledAt: null,
    dispute: 'none',
    taxesIncluded: true,
    source: 'web',
    lines: [line(4990)],
    shipping: 0,
    shippingTax: 0,
    duties: 0,
    dutiesTax: 0,
    tips: 0,
    cashRounding: 0,
    refunds: [],
    discountCodes: [],
    ...more,
  }
}

let nextRefund = 1

export function refund(more: Partial<RefundFacts> = {}): RefundFacts {
  return {
    refundId: String(5000 + nextRefund++),
    at: PLACED + DAY,
    lines: [],
    withoutLines: 0,
    shipping: 0,
    ...more,
  }
}

/** Sets what is left of each line, as the shop would tell it, from the refunds. */
export function settled(facts: OrderFacts): OrderFacts {
  return {
    ...facts,
    lines: facts.lines.map((item) => ({
      ...item,
      currentQuantity:
        item.currentQuantity -
        facts.refunds
          .flatMap((r) => r.lines)
          .filter((r) => r.lineId === item.lineId)
          .reduce((sum, r) => sum + r.quantity, 0),
    })),
  }
}

export function campaign(id: string, multiplier: string, more: Partial<Campaign> = {}): Campaign {
  return {
    id,
    name: { de: id },
    multiplier,
    scope: { kind: 'all' },
    tiers: [],
    window: { start: null, end: null, timeZone: 'Europe/Berlin' },
    ...more,
  }
}

export function document(more: Partial<Program> = {}): Program {
  return { ...starterProgram('EUR', 'Europe/Berlin'), ...more }
}

export function compiled(more: Partial<Program> = {}, currency = 'EUR'): CompiledProgram {
  return compileProgram(document(more), { currency, timeZone: 'Europe/Berlin' }, 3)
}

export function earning(more: Partial<EarningRule> = {}): EarningRule {
  return { pointsPerUnit: '1', rounding: 'floor', counts: NOTHING_BESIDE, ...more }
}
