import { sameCode } from './code-standing.ts'
import { type Combines, combinesOf, sameCombines } from './combines.ts'
import { classOf, type DiscountValue, sameDiscount } from './discount-value.ts'
import { kindOf, type Reward } from './kinds.ts'

/**
 * Whether a reward code is in Shopify what it is in the book. The book may be right in itself and Shopify not know of
 * it: a discount can be deleted, ended, changed or started again there by anybody with access, and an answer that was
 * lost may have made one that nobody has heard of.
 */

/** What the book says of a code. */
export interface BookedCode {
  status: 'preparing' | 'ready' | 'used' | 'returned'
  code: string
  reward: Reward
  /** An order carries it that can still be paid. */
  onOrder: boolean
  /** It is being ended already. */
  ending: boolean
  endsAt: Date
  /** The member's customer number; null: the customer is gone. */
  customerId: string | null
  /** Numbers that the member had before customers were merged. */
  formerIds: string[]
}

/** A reward's discount as Shopify has it. */
export interface CodeInShopify {
  code: string | null
  status: 'ACTIVE' | 'EXPIRED' | 'SCHEDULED'
  /** How often Shopify counts it as used; it counts a little later than orders come. */
  uses: number
  usageLimit: number | null
  /** In digits; null: it is for others than customers named one by one. */
  customerIds: string[] | null
  /** Null: it takes off something that no reward of ours does. */
  value: DiscountValue | null
  combines: Combines
}

export type Deviation =
  /** Points are held for it, and Shopify has no such discount. */
  | 'missing'
  /** Points are held for it, and somebody has ended it. */
  | 'ended'
  /** Points are held for it and no order carries it, and Shopify counts a use. */
  | 'used'
  /** Its points went back, and it can be used. */
  | 'usable'
  /** An order has used it, and it can be used once more. */
  | 'usable-again'
  | 'other-code'
  | 'other-customer'
  | 'for-everybody'
  /** It takes off something else than the reward says, or more often, or beside other discounts. */
  | 'other-terms'

/** How the app puts it right; null: only a person knows what was meant. */
export type CodeRepair = 'ask' | 'end' | 'move' | null

export interface Found {
  why: Deviation
  repair: CodeRepair
}

/**
 * @param now epoch milliseconds
 * @returns null when both agree, or when the code is on its way somewhere and others see to it
 */
export function compareCode(booked: BookedCode, found: CodeInShopify | null, now: number): Found | null {
  if (booked.status === 'returned') return found && canBeUsed(found) ? { why: 'usable', repair: 'end' } : null
  if (booked.status === 'used')
    return found && canBeUsed(found) ? { why: 'usable-again', repair: null } : null
  // What stands on an order has been taken off there, whatever becomes of the discount.
  if (booked.status !== 'ready' || booked.onOrder || booked.ending || booked.endsAt.getTime() <= now)
    return null
  return compareOpen(booked, found)
}

function compareOpen(booked: BookedCode, found: CodeInShopify | null): Found | null {
  if (!found) return { why: 'missing', repair: 'ask' }
  if (!sameCode(found.code ?? '', booked.code)) return { why: 'other-code', repair: null }
  if (found.uses > 0) return { why: 'used', repair: 'ask' }
  if (found.status === 'EXPIRED') return { why: 'ended', repair: 'ask' }
  if (found.customerIds === null) return { why: 'for-everybody', repair: null }
  const { customerId, formerIds } = booked
  if (customerId !== null && !found.customerIds.includes(customerId)) {
    // Shopify leaves the number of a customer that was merged, or none; any other one was chosen by somebody.
    const left = found.customerIds.every((id) => formerIds.includes(id))
    return { why: 'other-customer', repair: left ? 'move' : null }
  }
  return found.usageLimit === 1 && sameTerms(booked.reward, found)
    ? null
    : { why: 'other-terms', repair: null }
}

function canBeUsed({ status, uses, usageLimit }: CodeInShopify): boolean {
  return status !== 'EXPIRED' && (usageLimit === null || uses < usageLimit)
}

function sameTerms(reward: Reward, { value, combines }: CodeInShopify): boolean {
  const meant = kindOf(reward.kind).discount?.({ ...reward })
  if (meant === undefined || value === null || !sameDiscount(meant, value)) return false
  return sameCombines(
    combinesOf('combines' in reward ? reward.combines : undefined, classOf(meant)),
    combines,
  )
}
