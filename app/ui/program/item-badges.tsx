import { Badge, InlineStack } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { sameDocument } from '../../domain/document/same-document.ts'
import type { Campaign } from '../../domain/earning/campaigns.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { type CampaignStatus, campaignStatus } from './describe.ts'
import { useProgram } from './draft/use-program.ts'

/** What shoppers get of an item of the draft: nothing before it is published, then what the published version says. */
interface Standing<Item> {
  /** As it is published; undefined: not yet. */
  live: Item | undefined
  /** The draft says something else. */
  changed: boolean
}

function standingOf<Item extends { id: string }>(item: Item, published: Item[] | undefined): Standing<Item> {
  const live = published?.find((other) => other.id === item.id)
  return { live, changed: live !== undefined && !sameDocument(live, item) }
}

const TONES = { running: 'success', planned: 'info', over: undefined } as const

export function CampaignBadges({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('program')
  const { live: version, now } = useProgram()
  const { live, changed } = standingOf(campaign, version?.document.campaigns)
  if (!live) return <DraftBadge />
  const status = campaignStatus(live, now)
  return (
    <InlineStack gap="100">
      <Badge tone={TONES[status]}>{t(`campaigns.status.${status}`)}</Badge>
      {changed && <ChangedBadge />}
    </InlineStack>
  )
}

export function RewardBadges({ reward }: { reward: Reward }) {
  const { t } = useTranslation('program')
  const { live: version } = useProgram()
  const { live, changed } = standingOf(reward, version?.document.rewards)
  if (!live) return <DraftBadge />
  return (
    <InlineStack gap="100">
      {live.active ? <Badge tone="success">{t('rewards.on')}</Badge> : <Badge>{t('rewards.off')}</Badge>}
      {changed && <ChangedBadge />}
    </InlineStack>
  )
}

/** "draft" before shoppers get anything of it. */
export function useCampaignStatus(): (campaign: Campaign) => CampaignStatus | 'draft' {
  const { live, now } = useProgram()
  return (campaign) => {
    const standing = standingOf(campaign, live?.document.campaigns)
    return standing.live ? campaignStatus(standing.live, now) : 'draft'
  }
}

/** Whether shoppers get nothing of it yet. */
export function useIsDraft(): (reward: Reward) => boolean {
  const { live } = useProgram()
  return (reward) => standingOf(reward, live?.document.rewards).live === undefined
}

function DraftBadge() {
  const { t } = useTranslation('program')
  return <Badge tone="attention">{t('badge.new')}</Badge>
}

function ChangedBadge() {
  const { t } = useTranslation('program')
  return <Badge tone="attention">{t('badge.changed')}</Badge>
}
