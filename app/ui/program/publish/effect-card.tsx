import { List, SkeletonBodyText, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../../domain/document/local-text.ts'
import { changeEffects, otherTerms } from '../../../domain/program/change-effect.ts'
import type { Program } from '../../../domain/program/program.ts'
import type { Reward } from '../../../domain/rewards/kinds.ts'
import { bestWorth, hasOpenWorth, pointsWorth } from '../../../domain/rewards/points-worth.ts'
import { priceOf } from '../../../domain/rewards/price.ts'
import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import type { PublishEffect, TierEffect } from '../../../loyalty/numbers/read-publish-effect.ts'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { expiryEffectTexts } from '../describe.ts'
import { useProgram } from '../draft/use-program.ts'
import { exampleAmount, plainWorth } from '../preview.ts'

interface Props {
  live: Program
  draft: Program
  effect: PublishEffect
}

/** What publishing does to the members of today: counted where it can be, else in words. */
export function EffectCard({ live, draft, effect }: Props) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { now } = useProgram()
  const lines = [
    ...useOrderLine(live, draft),
    ...useTierLine(live, draft, effect),
    ...useRewardLines(live, draft, effect),
    ...useWorthLine(live, draft, effect),
    ...changeEffects(live, draft, now).map((code) =>
      t(`effect.${code}`, { rule: t(`stacking.${draft.stacking}.label`) }),
    ),
    ...expiryEffectTexts(t, live.expiry, draft.expiry),
  ]
  return (
    <TitledCard title={t('effect.title')}>
      <Text as="p" tone="subdued">
        {t('effect.members', { count: effect.members, number: format.number(effect.members) })}
      </Text>
      {lines.length === 0 ? (
        <Text as="p">{t('effect.none')}</Text>
      ) : (
        <List>
          {lines.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
    </TitledCard>
  )
}

/** The same place while it is counted. */
export function EffectSkeleton() {
  const { t } = useTranslation('program')
  return (
    <TitledCard title={t('effect.title')}>
      <div role="status" aria-label={t('effect.loading')}>
        <SkeletonBodyText lines={3} />
      </div>
    </TitledCard>
  )
}

function useOrderLine(live: Program, draft: Program): string[] {
  const { t } = useTranslation('program')
  const format = useFormat()
  const shop = useShop()
  const { now } = useProgram()
  const amount = exampleAmount(shop.currency)
  const [before, after] = [live, draft].map((document) => plainWorth(document, shop, amount, now))
  if (before === undefined || after === undefined || before === null || after === null) return []
  if (before === after) return []
  return [
    t('effect.order', {
      amount: format.money(amount),
      before: format.number(before),
      after: format.points(after, draft.pointName),
    }),
  ]
}

function useTierLine(live: Program, draft: Program, { tiers, members }: PublishEffect): string[] {
  const { t } = useTranslation('program')
  const format = useFormat()
  if (tiers.kind === 'same') return []
  if (tiers.kind === 'too-many') return [t('effect.tiersTooMany', { members: format.number(members) })]
  const counts = movedLevels(live, draft, tiers).map(({ id, name, before, after }) =>
    t('effect.level', {
      name: id === '' ? t('preview.noTier') : inLocale(name ?? {}, format.language),
      before: format.number(before),
      after: format.number(after),
    }),
  )
  const moved = t('effect.tiers', { count: tiers.moved, number: format.number(tiers.moved) })
  return [counts.length > 0 ? t('effect.levels', { moved, levels: counts.join(', ') }) : moved]
}

/** Levels on which another number of members stands afterwards, from the top; last those below the first. */
function movedLevels(live: Program, draft: Program, tiers: Extract<TierEffect, { kind: 'judged' }>) {
  const names = new Map(
    [...live.tiers.levels, ...draft.tiers.levels].map(({ id, name }) => [id, name] as const),
  )
  return [...[...names.keys()].reverse(), '']
    .map((id) => ({ id, name: names.get(id), before: tiers.before[id] ?? 0, after: tiers.after[id] ?? 0 }))
    .filter(({ before, after }) => before !== after)
}

/** For each reward that costs another number of points, is new, has other terms or is offered no more. */
function useRewardLines(live: Program, draft: Program, { canAfford }: PublishEffect): string[] {
  const { t } = useTranslation('program')
  const format = useFormat()
  const offered = (document: Program, id: string) =>
    document.rewards.find((reward) => reward.id === id && reward.active)
  const ids = new Set([...draft.rewards, ...live.rewards].map(({ id }) => id))
  const line = (was: Reward | undefined, is: Reward | undefined): string | null => {
    const shown = is ?? was
    const [before, after] = [was, is].map((reward) => reward && priceOf(reward).least)
    if (!shown || before === after) return null
    const has = (reward: Reward) => canAfford[priceOf(reward).least] ?? 0
    const values = {
      name: innerQuotes(inLocale(shown.name, format.language)),
      count: has(shown),
      number: format.number(has(shown)),
      before: was ? format.number(has(was)) : '',
    }
    if (!is) return t('effect.rewardGone', values)
    return was ? t('effect.rewardChanged', values) : t('effect.rewardNew', values)
  }
  const terms = (was: Reward | undefined, is: Reward | undefined): string | null =>
    was && is && otherTerms(was, is)
      ? t('effect.rewardTerms', { name: innerQuotes(inLocale(is.name, format.language)) })
      : null
  return [...ids].flatMap((id) => {
    const [was, is] = [offered(live, id), offered(draft, id)]
    return [line(was, is), terms(was, is)].filter((text) => text !== null)
  })
}

function useWorthLine(live: Program, draft: Program, { points }: PublishEffect): string[] {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { currency } = useShop()
  const [was, is] = [live, draft].map(({ rewards }) => bestWorth(rewards, currency))
  if (!was || !is) return []
  const [before, after] = [was, is].map((reward) => pointsWorth(points, reward))
  if (before === undefined || after === undefined || before === after) return []
  return [
    t(hasOpenWorth(draft.rewards) ? 'effect.worthWithPercent' : 'effect.worth', {
      points: format.points(points, draft.pointName),
      before: format.minor(before),
      after: format.minor(after),
      name: innerQuotes(inLocale(is.reward.name, format.language)),
    }),
  ]
}
