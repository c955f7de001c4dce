import type { Reward } from '../../domain/rewards/kinds.ts'
import type { AdminGraphql } from '../ask-admin.ts'

/** Shopify refuses what a reward becomes for good: trying again would not help. */
export class RewardRefused extends Error {}

/** The shop has not given the app the access rights that it takes. */
export class RewardNotAllowed extends RewardRefused {}

/** What a redemption is to become in Shopify, or has become. */
export interface Wanted<R extends Reward = Reward> {
  reward: R
  /** Chosen before, for kinds that are a code; null for the others. */
  code: string | null
  /** What Shopify calls it, as far as it was heard of. */
  madeId: string | null
  /** What `mark` said before the first try. */
  mark: string | null
  /** What other redemptions of the same member have become. */
  others: readonly string[]
  /** Digits; null: the customer is gone. */
  customerId: string | null
  /** ISO 4217, the shop's. */
  currency: string
  /** The shop's language, for what the merchant sees in Shopify. */
  locale: string
  startsAt: Date
  endsAt: Date
}

/** What Shopify has of it. */
export interface Made {
  id: string
  /** How often it was used, as far as Shopify has counted; what is spent when it is made counts as used by that. */
  uses: number
  /** It can still be used. */
  open: boolean
}

/** How one kind of reward comes to be in Shopify, is found there, and ends. One for each kind: loyalty/rewards/makers.ts. */
export interface Maker<R extends Reward = Reward> {
  /**
   * For what Shopify does not know again by a name of ours: what is there before the first try. The book keeps it, and
   * `find` tells by it afterwards whether a call whose answer was lost was done.
   */
  mark?(graphql: AdminGraphql, wanted: Wanted<R>): Promise<string>
  /**
   * Makes it once: what was made by a call that was answered into the void is found again.
   * @returns its gid
   * @throws RewardRefused when Shopify says no; anything else is worth another try
   */
  make(graphql: AdminGraphql, wanted: Wanted<R>): Promise<string>
  /** As it is now; null: Shopify has none. */
  find(graphql: AdminGraphql, wanted: Wanted<R>): Promise<Made | null>
  /**
   * Nobody can use it any more, as far as it can be ended. What Shopify does not have is as good as ended.
   * @returns it as it is then, with the uses until its end; null: there is none
   */
  withdraw(graphql: AdminGraphql, wanted: Wanted<R>): Promise<Made | null>
}
