import type { LocalText } from '../document/local-text.ts'
import { kindOf, type Reward, rewardWorth } from '../rewards/kinds.ts'
import { compileWindow } from '../time/time-window.ts'
import type { Program } from './program.ts'

/**
 * What a valid program says and its merchant may not have meant. Nothing of it is forbidden: it is told beside the form
 * and once more before publishing. Pure; surfaces put the codes into words.
 */
export type HintCode =
  | 'rate-zero'
  | 'same-name'
  | 'same-german-name'
  | 'same-english-name'
  | 'no-german-name'
  | 'no-english-name'
  | 'tier-smaller-factor'
  | 'campaign-past'
  | 'campaign-no-more'
  | 'reward-generous'
  | 'reward-whole-order'
  | 'reward-all-units'
  | 'rewards-none'
  | 'expiry-too-soon'

export interface ProgramHint {
  /** Where in the document: "tiers.levels.2.multiplier". */
  path: string
  code: HintCode
  /** What a text may name. `name` is the other item's, or what stands for a missing one; `percent` of the spend comes back. */
  values: { name?: LocalText; factor?: string; percent?: number }
}

/** From here on a reward gives back so much of what was spent that a slip of the pen is likely. */
const GENEROUS_PERCENT = 50

/**
 * @param now epoch ms
 * @param languages those of the app's in which shoppers can read the shop
 */
export function programHints(
  document: Program,
  now: number,
  languages: readonly ('de' | 'en')[] = [],
): ProgramHint[] {
  const { earning, campaigns, tiers, rewards, expiry } = document
  const hints: ProgramHint[] = []
  const add = (path: string, code: HintCode, values: ProgramHint['values'] = {}) =>
    hints.push({ path, code, values })

  const missing = (path: string, name: LocalText) => {
    if (languages.includes('de') && name.de === undefined) add(path, 'no-german-name', { name })
    if (languages.includes('en') && name.en === undefined) add(path, 'no-english-name', { name })
  }

  if (Number(earning.pointsPerUnit) === 0) add('earning.pointsPerUnit', 'rate-zero')
  campaigns.forEach(({ multiplier, window }, i) => {
    if (Number(multiplier) <= 1) add(`campaigns.${i}.multiplier`, 'campaign-no-more', { factor: multiplier })
    if (compileWindow(window).until <= now) add(`campaigns.${i}.window`, 'campaign-past')
  })
  tiers.levels.forEach((level, i) => {
    const below = tiers.levels[i - 1]
    if (!below || Number(level.multiplier) >= Number(below.multiplier)) return
    const values = { name: below.name, factor: below.multiplier }
    add(`tiers.levels.${i}.multiplier`, 'tier-smaller-factor', values)
  })
  rewards.forEach((reward, i) => {
    const percent = percentBack(reward, Number(earning.pointsPerUnit))
    if (percent >= GENEROUS_PERCENT) add(`rewards.${i}.cost`, 'reward-generous', { percent })
    for (const { term, code } of kindOf(reward.kind).hints?.({ ...reward }) ?? [])
      add(`rewards.${i}.${term}`, code)
  })
  if (!rewards.some((reward) => reward.active)) add('rewards', 'rewards-none')
  // Points that lapse before they can be used are of no use to anybody.
  if (expiry.kind !== 'never' && document.returnWindowDays >= expiry.months * 28) {
    add('expiry.months', 'expiry-too-soon')
  }
  const lists = { campaigns, 'tiers.levels': tiers.levels, rewards }
  for (const [path, items] of Object.entries(lists)) {
    items.forEach(({ name }, i) => {
      const others = items.filter((_, at) => at !== i)
      for (const twin of twinNames(
        name,
        others.map((other) => other.name),
      ))
        add(`${path}.${i}.name`, twin.code, { name: twin.name })
      missing(`${path}.${i}.name`, name)
    })
  }
  missing('name', document.name)
  return hints
}

/** How much of a plain order's value the points it earns are worth again; 0 where that is not fixed. */
function percentBack(reward: Reward, pointsPerUnit: number): number {
  const worth = rewardWorth(reward)
  if (worth === null) return 0
  return Math.round((pointsPerUnit * Number(worth) * 100) / reward.cost)
}

const SAME_IN = { de: 'same-german-name', en: 'same-english-name' } as const

/** Names that cannot be told from this one: of another item in every language, else by the language in which it is so. */
function twinNames(name: LocalText, others: LocalText[]): { code: HintCode; name: LocalText }[] {
  const languages = (['de', 'en'] as const).filter((language) => name[language] !== undefined)
  const alike = (language: 'de' | 'en') => (other: LocalText) =>
    other[language]?.trim().toLowerCase() === name[language]?.trim().toLowerCase()
  const whole = others.find((other) => (['de', 'en'] as const).every((language) => alike(language)(other)))
  if (whole) return [{ code: 'same-name', name: whole }]
  return languages.flatMap((language) => {
    const twin = others.find(alike(language))
    return twin ? [{ code: SAME_IN[language], name: { [language]: twin[language] } }] : []
  })
}
