import { Badge, BlockStack, Box, Button, Card, InlineStack, Link, Page, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale, type Reward } from '../domain/program.ts'
import { rewardText, tiersText, worthText } from '../ui/program/describe.ts'
import { EmptyCard } from '../ui/program/empty-card.tsx'
import { useDraft } from '../ui/program/use-program.ts'
import { useFormat } from '../ui/use-format.ts'

export default function Rewards() {
  const { t } = useTranslation('program')
  const { rewards } = useDraft().document
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
        <Card padding="0">
          <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
            {rewards.map((reward, index) => (
              <li key={reward.id}>
                <Box
                  padding="400"
                  {...(index > 0 && { borderBlockStartWidth: '025', borderColor: 'border-secondary' })}
                >
                  <RewardRow reward={reward} />
                </Box>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Box paddingBlockEnd="800" />
    </Page>
  )
}

function RewardRow({ reward }: { reward: Reward }) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { document } = useDraft()
  const format = useFormat()
  const name = inLocale(reward.name, format.language)
  const conditions = [
    reward.minimumSpend && t('reward.from', { amount: format.money(reward.minimumSpend) }),
    t('reward.valid', { count: reward.validDays }),
    reward.oncePerMember && t('reward.once'),
    tiersText(t, reward.tiers, document, format),
  ].filter(Boolean)
  return (
    <InlineStack align="space-between" blockAlign="start" gap="200">
      <BlockStack gap="100">
        <InlineStack align="start" gap="200" blockAlign="center">
          <Text as="h3" variant="headingSm">
            <Link url={`/app/program/rewards/${reward.id}`} removeUnderline>
              {name}
            </Link>
          </Text>
          {reward.active ? (
            <Badge tone="success">{t('rewards.on')}</Badge>
          ) : (
            <Badge>{t('rewards.off')}</Badge>
          )}
        </InlineStack>
        <Text as="p">
          {t('rewards.sentence', {
            what: rewardText(t, reward, format),
            points: format.points(reward.cost, document.pointName),
          })}
        </Text>
        <Text as="p" tone="subdued">
          {conditions.join(' · ')}
        </Text>
        <Text as="p" tone="subdued">
          {worthText(t, reward, document, format)}
        </Text>
      </BlockStack>
      <Button
        variant="tertiary"
        url={`/app/program/rewards/new?copy=${reward.id}`}
        accessibilityLabel={`${name}: ${common('action.duplicate')}`}
      >
        {common('action.duplicate')}
      </Button>
    </InlineStack>
  )
}
