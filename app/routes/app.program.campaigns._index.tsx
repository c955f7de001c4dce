import {
  Badge,
  BlockStack,
  Box,
  Button,
  Card,
  ChoiceList,
  InlineStack,
  Link,
  Page,
  Text,
} from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { type Campaign, inLocale, type Program } from '../domain/program.ts'
import { campaignStatus, scopeText, tiersText, windowText } from '../ui/program/describe.ts'
import { EmptyCard } from '../ui/program/empty-card.tsx'
import { useDraftIntent } from '../ui/program/use-draft-intent.ts'
import { useDraft, useProgram, useTitles } from '../ui/program/use-program.ts'
import { useFormat } from '../ui/use-format.ts'

const TONES = { running: 'success', planned: 'info', over: undefined } as const

export default function Campaigns() {
  const { t } = useTranslation('program')
  const { now } = useProgram()
  const { campaigns } = useDraft().document
  const order = { running: 0, planned: 1, over: 2 }
  const sorted = [...campaigns].sort((a, b) => order[campaignStatus(a, now)] - order[campaignStatus(b, now)])
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
          <Card padding="0">
            <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {sorted.map((campaign, index) => (
                <li key={campaign.id}>
                  <Box
                    padding="400"
                    {...(index > 0 && { borderBlockStartWidth: '025', borderColor: 'border-secondary' })}
                  >
                    <CampaignRow campaign={campaign} />
                  </Box>
                </li>
              ))}
            </ul>
          </Card>
        )}
        <StackingCard />
        <Box paddingBlockEnd="400" />
      </BlockStack>
    </Page>
  )
}

function CampaignRow({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { now } = useProgram()
  const { document } = useDraft()
  const titles = useTitles()
  const format = useFormat()
  const status = campaignStatus(campaign, now)
  const name = inLocale(campaign.name, format.language)
  const onlyTiers = tiersText(t, campaign.tiers, document, format)
  return (
    <InlineStack align="space-between" blockAlign="start" gap="200">
      <BlockStack gap="100">
        <InlineStack align="start" gap="200" blockAlign="center">
          <Text as="h3" variant="headingSm">
            <Link url={`/app/program/campaigns/${campaign.id}`} removeUnderline>
              {name}
            </Link>
          </Text>
          <Badge tone={TONES[status]}>{t(`campaigns.status.${status}`)}</Badge>
        </InlineStack>
        <Text as="p">
          {t('campaigns.sentence', {
            factor: format.decimal(campaign.multiplier),
            scope: scopeText(t, campaign.scope, titles),
          })}
          {onlyTiers && `, ${onlyTiers}`}
        </Text>
        <Text as="p" tone="subdued">
          {windowText(t, campaign.window, format)}
        </Text>
      </BlockStack>
      <Button
        variant="tertiary"
        url={`/app/program/campaigns/new?copy=${campaign.id}`}
        accessibilityLabel={`${name}: ${common('action.duplicate')}`}
      >
        {common('action.duplicate')}
      </Button>
    </InlineStack>
  )
}

/** How several campaigns on one item meet. Saved at once: there is nothing else to fill in. */
function StackingCard() {
  const { t } = useTranslation('program')
  const { document, revision } = useDraft()
  const { send, busy } = useDraftIntent(undefined, t('saved'))
  return (
    <Card>
      <BlockStack gap="300">
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
