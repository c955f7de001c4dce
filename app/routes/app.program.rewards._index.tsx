import { Box, Button, Page } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../domain/document/local-text.ts'
import type { Reward } from '../domain/rewards/kinds.ts'
import { EmptyCard } from '../ui/empty-card.tsx'
import { rewardConditions, rewardText, worthText } from '../ui/program/describe.ts'
import { useDraft } from '../ui/program/draft/use-program.ts'
import { RewardBadges } from '../ui/program/item-badges.tsx'
import { ItemList } from '../ui/program/item-list.tsx'
import { useFormat } from '../ui/use-format.ts'

export default function Rewards() {
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
  return (reward: Reward) => {
    const conditions = rewardConditions(t, reward, document, format)
    return {
      id: reward.id,
      name: inLocale(reward.name, format.language),
      badge: <RewardBadges reward={reward} />,
      sentence: t('rewards.sentence', {
        what: rewardText(t, reward, format),
        points: format.points(reward.cost, document.pointName),
      }),
      terms: [conditions.join(' · '), worthText(t, reward, document, format)],
    }
  }
}
