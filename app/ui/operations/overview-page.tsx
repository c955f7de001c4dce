import { Badge, BlockStack, Box, Button, Card, InlineGrid, InlineStack, Page, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { BatchView } from '../../loyalty/imports/read-batch.ts'
import type { AuditView, ImportView, ReconciliationView } from '../../loyalty/upkeep/read-operations.ts'
import { PageText } from '../page-text.tsx'
import { useFormat } from '../use-format.ts'
import { takenKey } from './files/taken-key.ts'
import { stuckText } from './stuck-text.ts'

export interface OverviewProps {
  stuck: { quarantined: number; waiting: number }
  reconciliation: ReconciliationView | null
  /** Codes that only a person can put right in Shopify. */
  codesToSee: number
  audit: AuditView | null
  pastOrders: ImportView | null
  batch: BatchView | null
  requests: number
}

type Tone = 'success' | 'critical' | 'attention' | 'info' | undefined

/** Whether everything runs, at a glance, and the ways to look deeper. */
export function OverviewPage(props: OverviewProps) {
  const { t } = useTranslation('operations')
  const states = useStates(props)
  return (
    <Page title={t('title')}>
      <BlockStack gap="400">
        <PageText>
          <Text as="p" tone="subdued">
            {t('intro')}
          </Text>
        </PageText>
        <InlineGrid columns={{ xs: 1, md: 2 }} gap="400">
          {states.map(({ area, url, badge, tone, text }) => (
            <Card key={area}>
              <BlockStack gap="300">
                <InlineStack align="space-between" blockAlign="center" gap="200">
                  <Text as="h2" variant="headingMd">
                    {t(`${area}.title`)}
                  </Text>
                  {badge && <Badge {...(tone && { tone })}>{badge}</Badge>}
                </InlineStack>
                <Text as="p">{text}</Text>
                <InlineStack>
                  <Button url={url} accessibilityLabel={`${t(`${area}.open`)}: ${t(`${area}.title`)}`}>
                    {t(`${area}.open`)}
                  </Button>
                </InlineStack>
              </BlockStack>
            </Card>
          ))}
        </InlineGrid>
        <Box paddingBlockEnd="800" />
      </BlockStack>
    </Page>
  )
}

interface State {
  area: 'deliveries' | 'reconciliation' | 'audit' | 'pastOrders' | 'bulk' | 'privacy'
  url: string
  badge: string | null
  tone: Tone
  text: string
}

function useStates(props: OverviewProps): State[] {
  const { stuck, reconciliation, codesToSee, audit, pastOrders, batch, requests } = props
  const { t } = useTranslation('operations')
  const format = useFormat()
  const at = (date: Date | string) => format.dateTime(new Date(date))
  const url = (path: string) => `/app/operations/${path}`
  const fine = { badge: t('state.fine'), tone: 'success' as Tone }
  const running = { badge: t('state.running'), tone: 'info' as Tone }
  const failed = { badge: t('state.failed'), tone: 'critical' as Tone }
  const none = { badge: null, tone: undefined }
  const states: State[] = []
  states.push({
    area: 'deliveries',
    url: url('deliveries'),
    ...(stuck.quarantined > 0
      ? { badge: t('deliveries.count', { count: stuck.quarantined }), tone: 'critical' as Tone }
      : fine),
    text: stuck.quarantined + stuck.waiting === 0 ? t('deliveries.allDone') : stuckText(t, stuck),
  })
  states.push({
    area: 'reconciliation',
    url: url('reconciliation'),
    ...(codesToSee > 0
      ? { badge: t('codes.toSee', { count: codesToSee }), tone: 'attention' as Tone }
      : !reconciliation
        ? none
        : !reconciliation.finishedAt
          ? running
          : reconciliation.error || reconciliation.left > 0
            ? failed
            : fine),
    text: reconciliation
      ? t(reconciliation.left > 0 ? 'reconciliation.lastLeft' : 'reconciliation.last', {
          left: t('leftOrders.some', {
            count: reconciliation.left,
            number: format.number(reconciliation.left),
          }),
          at: at(reconciliation.startedAt),
          checked: t('reconciliation.checked', {
            count: reconciliation.checked,
            number: format.number(reconciliation.checked),
          }),
          repaired: t('reconciliation.repaired', {
            count: reconciliation.repaired,
            number: format.number(reconciliation.repaired),
          }),
        })
      : t('reconciliation.never'),
  })
  const broken = audit?.violations ?? 0
  states.push({
    area: 'audit',
    url: url('audit'),
    ...(!audit ? none : !audit.finishedAt ? running : audit.error || broken > 0 ? failed : fine),
    text: !audit
      ? t('audit.never')
      : !audit.finishedAt
        ? t('audit.running')
        : audit.error
          ? t('audit.failedText')
          : broken > 0
            ? t('audit.broken', { count: broken, number: format.number(broken) })
            : t('audit.lastFine', { at: at(audit.finishedAt) }),
  })
  states.push({
    area: 'pastOrders',
    url: url('past-orders'),
    ...(!pastOrders
      ? none
      : pastOrders.status === 'running'
        ? running
        : pastOrders.status === 'done'
          ? fine
          : none),
    text: pastOrders
      ? t(takenKey(pastOrders), { count: pastOrders.taken, number: format.number(pastOrders.taken) })
      : t('pastOrders.never'),
  })
  states.push({
    area: 'bulk',
    url: url('bulk'),
    ...(batch?.status === 'running' || batch?.status === 'checking' ? running : none),
    text: batch ? t('bulk.last', { name: batch.fileName, at: at(batch.createdAt) }) : t('bulk.never'),
  })
  states.push({ area: 'privacy', url: url('privacy'), ...none, text: t('privacy.kept', { count: requests }) })
  return states
}
