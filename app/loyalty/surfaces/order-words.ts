import { inLocale, type LocalText } from '../../domain/document/local-text.ts'
import type { OrderWhy } from '../../domain/earning/order-why.ts'
import { fromMinor } from '../../domain/money/money.ts'
import type { Program } from '../../domain/program/program.ts'
import { REDACTED } from '../../domain/text/redacted.ts'
import type { Wording } from '../../wording.ts'

/** How the points of an order came about, in words. Pure. */

/** What the ids in an explanation were called in the version that judged the order. */
export interface ProgramNames {
  campaigns: Record<string, LocalText>
  tiers: Record<string, LocalText>
}

export function namesOf(document: Pick<Program, 'campaigns' | 'tiers'>): ProgramNames {
  const byId = (items: { id: string; name: LocalText }[]) =>
    Object.fromEntries(items.map((item) => [item.id, item.name]))
  return { campaigns: byId(document.campaigns), tiers: byId(document.tiers.levels) }
}

/** The arithmetic: one line when nothing multiplies, else what counted, what multiplied it, and the result. */
export function calculation(
  why: OrderWhy,
  { names }: { names: ProgramNames | null },
  words: Wording,
): string[] {
  const values = {
    value: money(qualifying(why), why, words),
    rate: rateText(why.rate, words),
    unit: words.unit(why.currency),
    rounded: roundedText(why, words),
  }
  const tier = why.tier !== null && why.tier.factor !== '1' ? why.tier : null
  const multiplied = why.lines.filter((part) => (part.campaigns?.length ?? 0) > 0)
  if (tier === null && multiplied.length === 0) return [words.say('detail.simple', values)]
  const lines = [words.say('detail.value', values)]
  for (const group of groupByCampaigns(multiplied))
    lines.push(...campaignLines(group, why, names?.campaigns, words))
  if (tier !== null) {
    lines.push(
      words.say('detail.tier', {
        tier: nameOf(tier.id, names?.tiers, words),
        factor: words.decimal(tier.factor),
      }),
    )
  }
  return [...lines, words.say('detail.result', values)]
}

type WhyPart = OrderWhy['lines'][number]

/** Lines that the same campaigns touched are told together: an order of fifty items stays readable. */
function groupByCampaigns(parts: WhyPart[]): WhyPart[][] {
  const groups = new Map<string, WhyPart[]>()
  for (const part of parts) {
    const key = JSON.stringify([part.factor, part.campaigns, part.outdone])
    const group = groups.get(key)
    if (group) group.push(part)
    else groups.set(key, [part])
  }
  return [...groups.values()]
}

function campaignLines(
  group: WhyPart[],
  why: OrderWhy,
  names: Record<string, LocalText> | undefined,
  words: Wording,
): string[] {
  const [first] = group
  if (!first) return []
  const title = first.title === REDACTED ? undefined : first.title
  const single = title ?? words.say(`detail.kind.${first.kind}`)
  const item = group.length === 1 ? single : words.say('detail.items', { count: group.length })
  const told = words.say('detail.campaign', {
    item,
    value: money(
      group.reduce((sum, part) => sum + part.value, 0),
      why,
      words,
    ),
    factor: words.decimal(first.factor ?? '1'),
    campaign: (first.campaigns ?? []).map(({ id }) => quoted(nameOf(id, names, words), words)).join(' + '),
  })
  const outdone = (first.outdone ?? []).map((id) =>
    words.say('detail.campaign-outdone', { campaign: quoted(nameOf(id, names, words), words) }),
  )
  return [told, ...outdone]
}

/** What did not count, each reason once with its sum. */
export function leftOut(why: OrderWhy, words: Wording): string[] {
  const sums = new Map<string, number>()
  for (const { code, amount } of why.out) sums.set(code, (sums.get(code) ?? 0) + amount)
  return [...sums]
    .filter(([, amount]) => amount !== 0)
    .map(([code, amount]) => words.say(`detail.out.${code}`, { value: money(amount, why, words) }))
}

function roundedText(why: OrderWhy, words: Wording): string {
  const values = { exact: words.decimal(why.exact), points: words.points(why.points) }
  const whole = !why.exact.includes('.')
  return words.say(`detail.rounded.${whole ? 'none' : why.rounding}`, values)
}

/** "1 Punkt", "1,5 Punkte": a rate can have decimals, which whole points never have. */
export function rateText(rate: string, words: Wording): string {
  return `${words.decimal(rate)} ${words.pointWord(Number(rate))}`
}

export function qualifying(why: OrderWhy): number {
  return why.lines.reduce((sum, part) => sum + part.value, 0)
}

export function money(minor: number, why: OrderWhy, words: Wording): string {
  return words.money(fromMinor(minor, why.currency), why.currency)
}

export function nameOf(
  id: string | undefined,
  names: Record<string, LocalText> | undefined,
  words: Wording,
): string {
  if (id === undefined) return words.say('detail.no-tier')
  const name = names?.[id]
  return name ? inLocale(name, words.locale) : id
}

function quoted(text: string, words: Wording): string {
  return words.say('quoted', { text })
}
