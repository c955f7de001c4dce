import { Badge, BlockStack, Card, InlineStack, Layout, Link, List, Page, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../domain/document/local-text.ts'
import { useFormat } from '../use-format.ts'
import {
  campaignStatus,
  campaignText,
  earningTexts,
  expiryText,
  ladderText,
  rewardSentence,
  sourceTerms,
} from './describe.ts'
import { useDraft, useProgram, useTitles } from './draft/use-program.ts'
import { useCampaignStatus, useIsDraft } from './item-badges.tsx'
import { PreviewCard } from './preview-card.tsx'
import { PublishBanner } from './publish/publish-banner.tsx'
import { LadderPicture } from './tiers/ladder-picture.tsx'

export function OverviewPage() {
  const { t } = useTranslation('program')
  const { live, changed } = useProgram()
  const { document } = useDraft()
  const format = useFormat()
  return (
    <Page
      title={inLocale(document.name, format.language)}
      titleMetadata={
        changed ? (
          <Badge tone="attention">{t(live ? 'badge.draft' : 'badge.new')}</Badge>
        ) : (
          <Badge tone="success">{t('badge.live')}</Badge>
        )
      }
      subtitle={
        live
          ? t('liveSince', { version: live.version, date: format.dateTime(live.publishedAt) })
          : t('notLive')
      }
      primaryAction={changed ? { content: t('publish.review'), url: '/app/program/publish' } : undefined}
      secondaryActions={live ? [{ content: t('history.title'), url: '/app/program/history' }] : []}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <PublishBanner />
            <EarningPart />
            <SourcesPart />
            <CampaignsPart />
            <TiersPart />
            <RewardsPart />
            <RulesPart />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <PreviewCard document={document} />
        </Layout.Section>
      </Layout>
    </Page>
  )
}

/** One card of the overview. The link names what it opens, for those who hear links out of their place. */
function Part({
  title,
  to,
  action,
  children,
}: {
  title: string
  to: string
  action: string
  children: ReactNode
}) {
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          <Link url={to} accessibilityLabel={`${title}: ${action}`}>
            {action}
          </Link>
        </InlineStack>
        {children}
      </BlockStack>
    </Card>
  )
}

function EarningPart() {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { document } = useDraft()
  const format = useFormat()
  const [rate, counts] = earningTexts(t, document, format)
  return (
    <Part title={t('earning.title')} to="/app/program/earning" action={common('action.edit')}>
      <Text as="p">{rate}</Text>
      <Text as="p" tone="subdued">
        {counts}
      </Text>
    </Part>
  )
}

function SourcesPart() {
  const { t: sources } = useTranslation('sources')
  const { t: common } = useTranslation()
  const { document } = useDraft()
  const format = useFormat()
  const on = document.sources.filter(({ active }) => active)
  return (
    <Part title={sources('title')} to="/app/program/sources" action={common('action.edit')}>
      {on.length === 0 ? (
        <Text as="p" tone="subdued">
          {sources('none')}
        </Text>
      ) : (
        <List>
          {on.map((one) => (
            <List.Item key={one.source}>{sourceTerms(sources, one, document, format)}</List.Item>
          ))}
        </List>
      )}
    </Part>
  )
}

function CampaignsPart() {
  const { t } = useTranslation('program')
  const { now } = useProgram()
  const { document } = useDraft()
  const titles = useTitles()
  const format = useFormat()
  const statusOf = useCampaignStatus()
  const open = document.campaigns.filter((campaign) => campaignStatus(campaign, now) !== 'over')
  return (
    <Part title={t('campaigns.title')} to="/app/program/campaigns" action={t('campaigns.all')}>
      {open.length === 0 ? (
        <Text as="p" tone="subdued">
          {t('campaigns.none')}
        </Text>
      ) : (
        <List>
          {open.slice(0, 5).map((campaign) => (
            <List.Item key={campaign.id}>
              <Link url={`/app/program/campaigns/${campaign.id}`}>
                {inLocale(campaign.name, format.language)}
              </Link>
              : {campaignText(t, campaign, { document, titles, format })}
              {statusOf(campaign) === 'draft' && ` (${t('badge.new')})`}
            </List.Item>
          ))}
        </List>
      )}
    </Part>
  )
}

function TiersPart() {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { tiers } = useDraft().document
  return (
    <Part title={t('tiers.title')} to="/app/program/tiers" action={common('action.edit')}>
      {tiers.levels.length === 0 ? (
        <Text as="p" tone="subdued">
          {t('tiers.none')}
        </Text>
      ) : (
        <>
          <Text as="p">{ladderText(t, tiers)}</Text>
          <LadderPicture ladder={tiers} />
        </>
      )}
    </Part>
  )
}

function RewardsPart() {
  const { t } = useTranslation('program')
  const { document } = useDraft()
  const isDraft = useIsDraft()
  const format = useFormat()
  return (
    <Part title={t('rewards.title')} to="/app/program/rewards" action={t('rewards.all')}>
      {document.rewards.length === 0 ? (
        <Text as="p" tone="subdued">
          {t('rewards.none')}
        </Text>
      ) : (
        <List>
          {document.rewards.map((reward) => (
            <List.Item key={reward.id}>
              <Link url={`/app/program/rewards/${reward.id}`}>{inLocale(reward.name, format.language)}</Link>:{' '}
              {rewardSentence(t, reward, document, format)}
              {isDraft(reward) && ` (${t('badge.new')})`}
              {!reward.active && ` (${t('rewards.off')})`}
            </List.Item>
          ))}
        </List>
      )}
    </Part>
  )
}

function RulesPart() {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { document } = useDraft()
  const format = useFormat()
  const name = document.pointName[format.language]
  return (
    <Part title={t('rules.title')} to="/app/program/rules" action={common('action.edit')}>
      <List>
        <List.Item>{t('rules.called', { one: name.one, many: name.many })}</List.Item>
        <List.Item>{t('rules.pendingFor', { count: document.returnWindowDays })}</List.Item>
        <List.Item>{expiryText(t, document.expiry)}</List.Item>
      </List>
    </Part>
  )
}
