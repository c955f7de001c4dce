import { sameDocument } from '../document/same-document.ts'
import type { Campaign } from '../earning/campaigns.ts'
import type { ExpiryRule } from '../expiry/expiry-rule.ts'
import type { Reward } from '../rewards/kinds.ts'
import { compileWindow } from '../time/time-window.ts'
import type { Program } from './program.ts'

/**
 * What a new version means for points that are collected already and for orders to come, where nothing has to be
 * counted for it. Pure; surfaces put the codes into words.
 */
export type ChangeEffect =
  /** The new arithmetic is for orders placed from publishing on, as all of these are. */
  'earning' | 'sources' | 'factors' | 'campaigns' | 'campaignsGone' | 'stacking' | 'returnWindow'

/**
 * What becomes of points that are collected already when the rule of expiry changes; see `lapsesOn`.
 * - never: nothing lapses any more, whatever day it had;
 * - undated: what has no last day yet stays for ever, what has one lapses on it;
 * - dated: each lot keeps its last day;
 * - inactivity: everything lapses together, no lot before the last day that it has;
 * - warning: another number of days ahead.
 */
export type ExpiryEffect = 'never' | 'undated' | 'dated' | 'inactivity' | 'warning'

/** @param now epoch ms */
export function changeEffects(before: Program, after: Program, now: number): ChangeEffect[] {
  const effects: ChangeEffect[] = []
  if (!sameDocument(before.earning, after.earning)) effects.push('earning')
  if (!sameDocument(onSources(before), onSources(after))) effects.push('sources')
  if (!sameDocument(factorsOf(before), factorsOf(after))) effects.push('factors')
  const [was, is] = [before, after].map((document) => openCampaigns(document, now)) as [Campaigns, Campaigns]
  if ([...is].some(([id, campaign]) => !sameDocument(was.get(id), campaign))) effects.push('campaigns')
  if ([...was.keys()].some((id) => !is.has(id))) effects.push('campaignsGone')
  if (before.stacking !== after.stacking && is.size > 1) effects.push('stacking')
  if (before.returnWindowDays !== after.returnWindowDays) effects.push('returnWindow')
  return effects
}

const onSources = ({ sources }: Program) => sources.filter(({ active }) => active)

export function expiryEffects(before: ExpiryRule, after: ExpiryRule): ExpiryEffect[] {
  if (after.kind === 'never') return before.kind === 'never' ? [] : ['never']
  const warning: ExpiryEffect[] =
    before.kind === 'never' || before.warnDays !== after.warnDays ? ['warning'] : []
  if (after.kind === 'after-inactivity') {
    const same = sameDocument({ ...before, warnDays: 0 }, { ...after, warnDays: 0 })
    return same ? warning : ['inactivity', ...warning]
  }
  if (before.kind !== 'after-earning') return ['undated', ...warning]
  return before.months === after.months ? warning : ['dated', ...warning]
}

/** What a code is worth and who may take it has changed; what it costs in points is told with the members who have them. */
export function otherTerms(before: Reward, after: Reward): boolean {
  const terms = (reward: Reward) => ({ ...reward, name: null, cost: null })
  return !sameDocument(terms(before), terms(after))
}

const factorsOf = ({ tiers }: Program) =>
  Object.fromEntries(tiers.levels.map(({ id, multiplier }) => [id, multiplier]))

type Campaigns = Map<string, Omit<Campaign, 'name'>>

/** Campaigns that orders to come may meet. */
function openCampaigns({ campaigns }: Program, now: number): Campaigns {
  return new Map(
    campaigns
      .filter(({ window }) => compileWindow(window).until > now)
      .map(({ name: _shown, ...counting }) => [counting.id, counting]),
  )
}
