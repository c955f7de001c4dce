import { BlockStack, Box, Button, Card, ChoiceList, Page, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../../domain/document/local-text.ts'
import type { Campaign } from '../../../domain/earning/campaigns.ts'
import type { Program } from '../../../domain/program/program.ts'
import { EmptyCard } from '../../empty-card.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useFormat } from '../../use-format.ts'
import { campaignText } from '../describe.ts'
import { IssueBanner } from '../draft/issue-banner.tsx'
import { useDraftIntent } from '../draft/use-draft-intent.ts'
import { useDraft, useTitles } from '../draft/use-program.ts'
import { CampaignBadges, useCampaignStatus } from '../item-badges.tsx'
import { ItemList } from '../item-list.tsx'

const ORDER = { running: 0, planned: 1, draft: 2, over: 3 }

export function CampaignsPage() {
  const { t } = useTranslation('program')
  const { campaigns } = useDraft().document
  const itemOf = useItemOf()
  const statusOf = useCampaignStatus()
  const sorted = [...campaigns].sort((a, b) => ORDER[statusOf(a)] - ORDER[statusOf(b)])
  return (
    <Page
      title={t('campaigns.title')}
      subtitle={t('campaigns.subtitle')}
      backAction={{ content: t('title'), url: '/app/program' }}
      primaryAction={{ content: t('campaigns.new'), url: '/app/program/campaigns/new' }}
    >
      <BlockStack gap="400">
        {sorted.length === 0 ? (
          <EmptyCard title={t('campaigns.emptyTitle')} text={t('campaigns.emptyText')}>
            <Button url="/app/program/campaigns/new">{t('campaigns.new')}</Button>
          </EmptyCard>
        ) : (
          <ItemList items={sorted.map(itemOf)} url="/app/program/campaigns" />
        )}
        <StackingCard />
        <Box paddingBlockEnd="400" />
      </BlockStack>
    </Page>
  )
}

function useItemOf() {
  const { t } = useTranslation('program')
  const { document } = useDraft()
  const titles = useTitles()
  const format = useFormat()
  return (campaign: Campaign) => {
    return {
      id: campaign.id,
      name: inLocale(campaign.name, format.language),
      badge: <CampaignBadges campaign={campaign} />,
      sentence: campaignText(t, campaign, { document, titles, format }),
      terms: campaign.window.start || campaign.window.end ? [] : [t('window.always')],
    }
  }
}

/** How several campaigns on one item meet. Saved at once: there is nothing else to fill in. */
function StackingCard() {
  const { t } = useTranslation('program')
  const { document, revision } = useDraft()
  const { send, busy, lost, issues } = useDraftIntent({ said: t('saved') })
  return (
    <Card>
      <BlockStack gap="300">
        {lost && <LostBanner why={lost} repeatable />}
        {issues.length > 0 && <IssueBanner issues={issues} document={document} />}
        <ChoiceList
          title={t('stacking.title')}
          disabled={busy}
          selected={[document.stacking]}
          onChange={([stacking]) =>
            send({ intent: 'save', revision, patch: { stacking: stacking as Program['stacking'] } })
          }
          choices={(['highest', 'multiply', 'add'] as const).map((rule) => ({
            value: rule,
            label: t(`stacking.${rule}.label`),
            helpText: t(`stacking.${rule}.example`),
          }))}
        />
        <Text as="p" tone="subdued">
          {t('stacking.tier')}
        </Text>
      </BlockStack>
    </Card>
  )
}
