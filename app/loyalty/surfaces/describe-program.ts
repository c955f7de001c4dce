import { inLocale } from '../../domain/document/local-text.ts'
import type { Titles } from '../../domain/document/words.ts'
import { campaignText } from '../../domain/earning/campaign-text.ts'
import { sourceText } from '../../domain/earning/sources.ts'
import type { ExpiryRule } from '../../domain/expiry/expiry-rule.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { type Reward, rewardConditions, rewardText } from '../../domain/rewards/kinds.ts'
import { limitTexts } from '../../domain/rewards/limits.ts'
import { listFormat } from '../../domain/text/formatters.ts'
import type { TierLadder } from '../../domain/tiers/ladder.ts'
import { compileWindow, windowContains } from '../../domain/time/time-window.ts'
import { type Wording, wording } from '../../wording.ts'
import { rateText } from './order-words.ts'

/** The program in the shopper's words. Pure. */

/** Words in the program's own names; without a program in plain "points". */
export function programWording(
  locale: Wording['locale'],
  shop: { currency: string; timeZone: string },
  program: CompiledProgram | null,
): Wording {
  return wording(locale, { ...shop, pointName: program?.document.pointName })
}

/**
 * How points can be earned at `now` (epoch ms), from when they count and how long they last, one sentence each.
 * @param titles of the products and collections that campaigns name, as far as they are known
 */
export function waysToEarn(
  program: CompiledProgram,
  words: Wording,
  now: number,
  titles: Titles | null = null,
): { text: string }[] {
  const { document } = program
  const ways: string[] = []
  if (Number(document.earning.pointsPerUnit) > 0) {
    const rate = rateText(document.earning.pointsPerUnit, words)
    ways.push(words.say('way.spend', { rate, unit: words.unit(program.currency) }))
  }
  for (const one of program.sources.values()) ways.push(sourceText(one, words))
  for (const campaign of document.campaigns) {
    if (!windowContains(compileWindow(campaign.window), now)) continue
    const text = campaignText(campaign, document.tiers.levels, titles, words)
    ways.push(words.say('way.campaign', { name: inLocale(campaign.name, words.locale), text }))
  }
  for (const level of document.tiers.levels) {
    const factor = Number(level.multiplier) === 1 ? null : words.decimal(level.multiplier)
    const begins = thresholdText(document.tiers, level.threshold, program.currency, words)
    if (!begins && !factor) continue
    const name = words.say('way.tier', { name: inLocale(level.name, words.locale) })
    const tier = begins ? words.say('way.tier-from', { tier: name, begins }) : name
    ways.push(factor ? words.say('way.tier-factor', { tier, factor }) : tier)
  }
  if (document.returnWindowDays > 0) ways.push(words.say('way.pending', { count: document.returnWindowDays }))
  const expiry = expiryText(document.expiry, words)
  if (expiry) ways.push(expiry)
  return ways.map((text) => ({ text }))
}

/** "Punkte verfallen 12 Monate nach dem Einkauf."; null where they never do. */
function expiryText(rule: ExpiryRule, words: Wording): string | null {
  if (rule.kind === 'never') return null
  const actions = rule.kind === 'after-inactivity' ? rule.actions : []
  const named = actions.map((action) => words.say(`way.activity.${action}`))
  return words.say(`way.expiry-${rule.kind}`, {
    count: rule.months,
    actions: listFormat(words.locale, 'disjunction').format(named),
  })
}

/** "500,00 € Einkaufswert in 12 Monaten"; null for a tier that is there from the start. */
function thresholdText(
  ladder: TierLadder,
  threshold: string,
  currency: string,
  words: Wording,
): string | null {
  const count = Number(threshold)
  if (count === 0) return null
  const what = words.say(`threshold.${ladder.basis}`, {
    count,
    number: words.number(count),
    points: words.points(count),
    amount: words.money(threshold, currency),
  })
  const months = ladder.window.kind === 'rolling' ? ladder.window.months : 0
  return words.say(`threshold.${ladder.window.kind}`, { what, count: months })
}

/** "5,00 € Rabatt auf eine Bestellung · ab 30,00 € Einkaufswert · 30 Tage gültig" */
export function describeReward(program: CompiledProgram, reward: Reward, words: Wording): string {
  const parts = [rewardText(reward, words), ...rewardConditions(reward, words)]
  parts.push(...limitTexts(reward, words))
  const tiers = tierNames(program, reward.tiers, words)
  if (tiers) parts.push(words.say('reward.tiers', { tiers }))
  return parts.join(' · ')
}

function tierNames(program: CompiledProgram, ids: readonly string[], words: Wording): string {
  const names = program.document.tiers.levels
    .filter((level) => ids.includes(level.id))
    .map((level) => inLocale(level.name, words.locale))
  return listFormat(words.locale, 'disjunction').format(names)
}
