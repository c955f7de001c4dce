import type { Factor } from '../money/factor.ts'
import type { WhatCounts } from '../orders/what-counts.ts'
import type { CompiledLadder } from '../tiers/ladder.ts'
import type { CampaignIndex } from './campaign-index.ts'
import type { Stacking } from './campaigns.ts'
import type { EarningRule } from './earning-rule.ts'

/** What of a published program decides the points of an order, made ready for judging many. */
export interface EarningTerms {
  /** The number under which the program was published; kept in every explanation. */
  version: number
  /** The shop's currency, in whose minor units all money is counted. */
  currency: string
  /** Points for one unit of money. */
  rate: Factor
  rounding: EarningRule['rounding']
  counts: WhatCounts
  stacking: Stacking
  campaigns: CampaignIndex
  ladder: CompiledLadder
}
