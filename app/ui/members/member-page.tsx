import { Banner, BlockStack, Layout, Page, Text } from '@shopify/polaris'
import { ExternalIcon } from '@shopify/polaris-icons'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/surfaces/read-member-page.ts'
import { useReadAgain } from '../kit/use-read-again.ts'
import { useFormat } from '../use-format.ts'
import { useShop } from '../use-shop.ts'
import { BalanceCard } from './balance-card.tsx'
import { type AdjustForm, sentAdjustment } from './changes/adjust-form.ts'
import { AdjustModal } from './changes/adjust-modal.tsx'
import { CodesCard } from './codes-card.tsx'
import { DebtBanner } from './debt-banner.tsx'
import { HistoryCard } from './history-card.tsx'
import { LapsesCard } from './lapses-card.tsx'
import { LotsCard } from './lots-card.tsx'
import { TierCard } from './tier-card.tsx'
import { WithoutPointsCard } from './without-points-card.tsx'

export interface MemberPageProps {
  member: MemberPageView
  /** Null when Shopify does not answer or the customer is gone. */
  contact: { name: string; email: string | null } | null
  gone: boolean
  merged: boolean
}

/** All about one member: what there is, where it came from, and why every point. */
export function MemberPage({ member, contact, gone, merged }: MemberPageProps) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const { adjusting, open, dialog } = useAdjusting(member.customerId)
  const number = t('page.customerNumber', { number: member.customerId })
  const since = member.since && t('page.since', { date: format.date(new Date(member.since)) })
  return (
    <Page
      title={contact?.name ?? number}
      subtitle={[contact?.email, contact ? number : null, since].filter(Boolean).join(' · ')}
      backAction={{ content: t('list.title'), url: '/app/members' }}
      primaryAction={{ content: t('page.adjust'), onAction: open }}
      secondaryActions={
        gone
          ? []
          : [
              {
                content: t('page.openInShopify'),
                icon: ExternalIcon,
                url: `shopify://admin/customers/${member.customerId}`,
                target: '_top',
              },
            ]
      }
    >
      <BlockStack gap="400">
        {merged && (
          <Banner tone="info">
            <Text as="p">{t('page.merged')}</Text>
          </Banner>
        )}
        {gone && (
          <Banner tone="warning">
            <Text as="p">{t('page.gone')}</Text>
          </Banner>
        )}
        {!gone && contact === null && (
          <Banner tone="warning" title={t('list.offlineTitle')}>
            <Text as="p">{t('list.offlineText')}</Text>
          </Banner>
        )}
        <DebtBanner member={member} />
        <Layout>
          <Layout.Section>
            <BlockStack gap="400">
              <BalanceCard member={member} />
              <LapsesCard lapses={member.lapses} />
              <HistoryCard key={member.customerId} member={member} />
              <WithoutPointsCard withoutPoints={member.withoutPoints} />
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <BlockStack gap="400">
              <TierCard tier={member.tier} />
              <CodesCard codes={member.codes} />
              <LotsCard lots={member.lots} />
            </BlockStack>
          </Layout.Section>
        </Layout>
      </BlockStack>
      {adjusting && <AdjustModal balance={member.balance} givenNow={member.givenNow} {...dialog} />}
    </Page>
  )
}

/** What was typed and sent without an answer is there again when the dialog is opened again, after a reload as well. */
function useAdjusting(customerId: string) {
  const { domain } = useShop()
  const { readAgain } = useReadAgain()
  const [adjusting, setAdjusting] = useState(false)
  const [kept, setKept] = useState<AdjustForm | null>(null)
  const sent = useMemo(() => sentAdjustment(domain, customerId), [domain, customerId])
  const open = () => {
    setKept((known) => known ?? sent.read())
    setAdjusting(true)
  }
  const onClose = useCallback(
    (unanswered: AdjustForm | null) => {
      setAdjusting(false)
      setKept(unanswered)
      // The history below may have the answer.
      if (unanswered) void readAgain()
    },
    [readAgain],
  )
  return { adjusting, open, dialog: { kept, sent, onClose } }
}
