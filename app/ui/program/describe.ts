import type { TFunction } from 'i18next'
import { inLocale } from '../../domain/document/local-text.ts'
import { type GoodsScope, scopeText as sharedScope } from '../../domain/document/titles.ts'
import type { Titles } from '../../domain/document/words.ts'
import { campaignText as sharedText } from '../../domain/earning/campaign-text.ts'
import type { Campaign } from '../../domain/earning/campaigns.ts'
import { type Source, sourceText as sharedSource } from '../../domain/earning/sources.ts'
import type { ExpiryRule } from '../../domain/expiry/expiry-rule.ts'
import { expiryEffects } from '../../domain/program/change-effect.ts'
import type { Program } from '../../domain/program/program.ts'
import {
  type Reward,
  rewardWorth,
  rewardConditions as sharedConditions,
  rewardText as sharedReward,
} from '../../domain/rewards/kinds.ts'
import { limitsOf, limitTexts } from '../../domain/rewards/limits.ts'
import { isChosen } from '../../domain/rewards/price.ts'
import type { TierLadder } from '../../domain/tiers/ladder.ts'
import { clockOddity, compileWindow, isTimeZone } from '../../domain/time/time-window.ts'
import type { Format } from '../use-format.ts'
import { wordsOf } from '../words.ts'

/** Parts of a program in one plain sentence each. */
type T = TFunction<'program'>

export type CampaignStatus = 'planned' | 'running' | 'over'

/** Where `now` (epoch ms) lies in the campaign's window. */
export function campaignStatus(campaign: Pick<Campaign, 'window'>, now: number): CampaignStatus {
  if (!isTimeZone(campaign.window.timeZone)) return 'planned'
  const { from, until } = compileWindow(campaign.window)
  if (now < from) return 'planned'
  return now < until ? 'running' : 'over'
}

/** What a campaign counts for or a reward is good for, as shoppers read it. */
export function scopeText(t: T, scope: GoodsScope, titles: Titles | null, format: Format): string {
  return sharedScope(scope, titles, wordsOf(t, format))
}

/** The whole campaign, as shoppers read it. */
export function campaignText(t: T, campaign: Campaign, { document, titles, format }: Shown): string {
  return sharedText(campaign, document.tiers.levels, titles, wordsOf(t, format))
}

export function windowText(t: T, window: Campaign['window'], format: Format): string {
  const compiled = isTimeZone(window.timeZone) ? compileWindow(window) : null
  const from = compiled && window.start ? format.dateTime(compiled.from) : null
  const until = compiled && window.end ? format.dateTime(compiled.until) : null
  if (from && until) return t('window.both', { from, until })
  if (from) return t('window.from', { from })
  return until ? t('window.until', { until }) : t('window.always')
}

/** What the merchant must know of a start or end in the night in which the clocks are changed; null: nothing. */
export function clockNote(t: T, window: Campaign['window'], edge: 'start' | 'end'): string | null {
  const wallClock = window[edge]
  if (wallClock === null || !isTimeZone(window.timeZone)) return null
  const oddity = clockOddity(wallClock, window.timeZone)
  return oddity && t(`window.${oddity}.${edge}`, { time: wallClock.slice(11, 16) })
}

export function tiersText(t: T, ids: string[], document: Program, format: Format): string | null {
  if (ids.length === 0) return null
  const names = ids.map((id) => {
    const level = document.tiers.levels.find((found) => found.id === id)
    return level ? inLocale(level.name, format.language) : id
  })
  return t('onlyTiers', { names: names.join(', ') })
}

/** What a reward gives, as shoppers read it. */
export function rewardText(t: T, reward: Reward, format: Format): string {
  return sharedReward(reward, wordsOf(t, format))
}

/** "5,00 € Rabatt für 500 Punkte" */
export function rewardSentence(t: T, reward: Reward, document: Program, format: Format): string {
  const what = rewardText(t, reward, format)
  if (isChosen(reward)) return what
  return t('rewards.sentence', { what, points: format.points(reward.cost, document.pointName) })
}

/** "5,00 € Rabatt für 500 Punkte · ab 30,00 € Einkaufswert · 30 Tage gültig" */
export function rewardTerms(t: T, reward: Reward, shown: Shown): string {
  return [
    rewardSentence(t, reward, shown.document, shown.format),
    ...rewardConditions(t, reward, shown),
  ].join(' · ')
}

interface Shown {
  document: Program
  /** Null until Shopify has answered. */
  titles: Titles | null
  format: Format
}

export function rewardConditions(t: T, reward: Reward, { document, titles, format }: Shown): string[] {
  return [
    ...sharedConditions(reward, { ...wordsOf(t, format), titles }),
    ...rewardLimits(t, reward, format),
    tiersText(t, reward.tiers, document, format),
  ].filter((part) => typeof part === 'string')
}

/** "einmal je Mitglied", "100 Stück insgesamt"; nothing of a window whose zone cannot be read. */
export function rewardLimits(
  t: T,
  reward: Pick<Reward, 'oncePerMember' | 'limits'>,
  format: Format,
): string[] {
  const offered = reward.limits?.offered
  const readable = !offered || isTimeZone(offered.timeZone)
  const told = readable ? reward : { ...reward, limits: { ...limitsOf(reward), offered: null } }
  return limitTexts(told, { ...wordsOf(t, format), date: format.date })
}

/** "100 Punkte sind 1,00 € wert": what the points come to in a reward of a fixed worth. */
export function worthText(t: T, reward: Reward, document: Program, format: Format): string | null {
  const amount = Number(rewardWorth(reward))
  if (!(reward.cost > 0) || !(amount > 0)) return null
  const worth = (amount / reward.cost) * 100
  return t('reward.worth', {
    points: format.points(100, document.pointName),
    amount: format.money(worth.toFixed(2)),
  })
}

/** "100 Punkte für die Eröffnung eines Kundenkontos · einmal je Person", as shoppers read it. */
export function sourceTerms(t: TFunction<never>, one: Source, document: Program, format: Format): string {
  return sharedSource(one, wordsOf(t, format), document.pointName)
}

export function thresholdText(t: T, basis: TierLadder['basis'], threshold: string, format: Format): string {
  if (Number(threshold) === 0) return t('tiers.fromStart')
  if (basis === 'spend') return t('tiers.fromSpend', { amount: format.money(threshold) })
  return t(`tiers.from.${basis}`, { count: Number(threshold), number: format.number(Number(threshold)) })
}

export function ladderText(t: T, ladder: TierLadder): string {
  const basis = t(`tiers.basis.${ladder.basis}`)
  if (ladder.window.kind === 'rolling') return t('tiers.rolling', { basis, count: ladder.window.months })
  return t(`tiers.${ladder.window.kind}`, { basis })
}

export function expiryText(t: T, expiry: ExpiryRule): string {
  if (expiry.kind === 'never') return t('expiry.never')
  const rule = t(`expiry.${expiry.kind}`, { count: expiry.months })
  return t('expiry.withWarning', { rule, warning: t('expiry.warning', { count: expiry.warnDays }) })
}

/** With what counts as activity, where that decides. */
export function wholeExpiryText(t: T, expiry: ExpiryRule): string {
  const rule = expiryText(t, expiry)
  if (expiry.kind !== 'after-inactivity') return rule
  return t('expiry.counting', {
    rule,
    actions: expiry.actions.map((action) => t(`expiry.actions.${action}`)).join(', '),
  })
}

/** What another rule of expiry means for points that are collected already. */
export function expiryEffectTexts(t: T, live: ExpiryRule, draft: ExpiryRule): string[] {
  return expiryEffects(live, draft).map((code) =>
    t(`expiry.effect.${code}`, {
      count: draft.kind === 'never' ? 0 : code === 'warning' ? draft.warnDays : draft.months,
    }),
  )
}

/** What purchases earn: the rate, and what counts. */
export function earningTexts(t: T, { earning, pointName }: Program, format: Format): [string, string] {
  const counted = Object.entries(earning.counts).flatMap(([name, counts]) =>
    counts ? [t(`earning.counts.${name}.label`)] : [],
  )
  const rate = t('earning.sentence', {
    rate: format.rate(earning.pointsPerUnit, pointName),
    unit: format.money('1'),
  })
  return [
    `${rate} ${t(`earning.roundingShort.${earning.rounding}`)}`,
    counted.length === 0 ? t('earning.onlyGoods') : t('earning.alsoCounts', { names: counted.join(', ') }),
  ]
}

/** All that a program says beside its campaigns, tiers and rewards. */
export function ruleTexts(t: T, document: Program, format: Format): string[] {
  const { name, pointName, campaigns, tiers } = document
  const words = pointName[format.language]
  return [
    t('rules.named', { name: inLocale(name, format.language) }),
    t('rules.called', { one: words.one, many: words.many }),
    ...earningTexts(t, document, format),
    t('rules.pendingFor', { count: document.returnWindowDays }),
    wholeExpiryText(t, document.expiry),
    ...(campaigns.length > 1
      ? [
          t('change.part', {
            part: t('change.field.stacking'),
            content: t(`change.value.${document.stacking}`),
          }),
        ]
      : []),
    tiers.levels.length === 0 ? t('tiers.none') : `${t('tiers.title')}: ${ladderText(t, tiers)}`,
  ]
}

/** A free id for a new item, made of its name: "Doppelte Sterne!" → "doppelte-sterne". */
export function freeId(name: string, fallback: string, taken: string[]): string {
  const plain = name
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 32)
    .replace(/^-+|-+$/g, '')
  const base = plain || fallback
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!taken.includes(id)) return id
  }
}
