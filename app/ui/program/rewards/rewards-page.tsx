import { Box, Button, Page } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../../domain/document/local-text.ts'
import type { Reward } from '../../../domain/rewards/kinds.ts'
import { EmptyCard } from '../../empty-card.tsx'
import { useFormat } from '../../use-format.ts'
import { rewardConditions, rewardSentence, worthText } from '../describe.ts'
import { useDraft, useTitles } from '../draft/use-program.ts'
import { RewardBadges } from '../item-badges.tsx'
import { ItemList } from '../item-list.tsx'

export function RewardsPage() {
  const { t } = useTranslation('program')
  const { rewards } = useDraft().document
  const itemOf = useItemOf()
  return (
    <Page
      title={t('rewards.title')}
      subtitle={t('rewards.subtitle')}
      backAction={{ content: t('title'), url: '/app/program' }}
      primaryAction={{ content: t('rewards.new'), url: '/app/program/rewards/new' }}
    >
      {rewards.length === 0 ? (
        <EmptyCard title={t('rewards.emptyTitle')} text={t('rewards.emptyText')}>
          <Button url="/app/program/rewards/new">{t('rewards.new')}</Button>
        </EmptyCard>
      ) : (
        <ItemList items={rewards.map(itemOf)} url="/app/program/rewards" />
      )}
      <Box paddingBlockEnd="800" />
    </Page>
  )
}

function useItemOf() {
  const { t } = useTranslation('program')
  const { document } = useDraft()
  const format = useFormat()
  const titles = useTitles()
  return (reward: Reward) => {
    const conditions = rewardConditions(t, reward, { document, titles, format })
    return {
      id: reward.id,
      name: inLocale(reward.name, format.language),
      badge: <RewardBadges reward={reward} />,
      sentence: rewardSentence(t, reward, document, format),
      terms: [conditions.join(' · '), worthText(t, reward, document, format)],
    }
  }
}
