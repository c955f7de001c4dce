import { Badge, Banner, BlockStack, Card, InlineStack, Link, Select, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CodesView, FindingView, ReconciliationView } from '../../loyalty/upkeep/read-operations.ts'
import { EmptyCard } from '../empty-card.tsx'
import { LostBanner } from '../kit/lost-banner.tsx'
import { useChange } from '../kit/use-change.ts'
import { useFormat } from '../use-format.ts'
import { CodesInShopifyCard } from './codes-in-shopify-card.tsx'
import { LeftOrders } from './left-orders.tsx'
import { Progress } from './progress.tsx'
import { SectionPage } from './section-page.tsx'
import { usePolling } from './use-polling.ts'

interface Props {
  runs: ReconciliationView[]
  codes: CodesView
  asked: boolean
  codesAsked: boolean
}

/** What reading the changed orders found, run by run, and how the codes compared. */
export function ReconciliationPage({ runs, codes, asked, codesAsked }: Props) {
  const { t } = useTranslation('operations')
  const change = useChange()
  const [days, setDays] = useState('7')
  const running = runs.find(({ finishedAt }) => !finishedAt)
  const busy = change.busy || running !== undefined || asked
  usePolling(running !== undefined || asked || codes.running || codesAsked)
  return (
    <SectionPage
      title={t('reconciliation.title')}
      intro={t('reconciliation.intro')}
      primaryAction={{
        content: t('reconciliation.now'),
        loading: busy,
        onAction: () =>
          void change.submit(
            { check: 'orders', days: Number(days) },
            { method: 'post', encType: 'application/json' },
          ),
      }}
    >
      {change.lost && <LostBanner why={change.lost} repeatable />}
      <Card>
        <BlockStack gap="300">
          <Select
            label={t('reconciliation.back')}
            options={['1', '7', '30', '60'].map((value) => ({
              value,
              label: t('reconciliation.days', { count: Number(value) }),
            }))}
            value={days}
            onChange={setDays}
            disabled={busy}
            helpText={t('reconciliation.backHelp')}
          />
          {busy && (
            <Text as="p">
              {t(running ? 'reconciliation.running' : 'reconciliation.queued', {
                count: running?.checked ?? 0,
              })}
            </Text>
          )}
        </BlockStack>
      </Card>
      <CodesInShopifyCard codes={codes} asked={codesAsked} />
      {runs.length === 0 ? (
        <EmptyCard title={t('reconciliation.emptyTitle')} text={t('reconciliation.emptyText')} />
      ) : (
        <BlockStack gap="300">
          {runs.map((run) => (
            <RunCard key={run.id} run={run} />
          ))}
        </BlockStack>
      )}
    </SectionPage>
  )
}

function RunCard({ run }: { run: ReconciliationView }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { checked, repaired, left, findings, error, finishedAt, madeUp } = run
  const ending = madeUp ? 'madeUp' : error === 'interrupted' ? 'interrupted' : 'failed'
  const preparing = { count: run.total ?? 0, number: format.number(run.total ?? 0) }
  const more = repaired + left - findings.length
  const leftOrders = findings.flatMap(({ problem, ...order }) => (problem ? { ...order, problem } : []))
  const told = t(left > 0 ? 'reconciliation.toldLeft' : 'reconciliation.told', {
    left: t('leftOrders.some', { count: left, number: format.number(left) }),
    checked: t('reconciliation.checked', { count: checked, number: format.number(checked) }),
    repaired: t('reconciliation.repaired', { count: repaired, number: format.number(repaired) }),
  })
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <BlockStack gap="100">
            <Text as="h2" variant="headingSm">
              {format.dateTime(new Date(run.startedAt))}
            </Text>
            <Text as="p" variant="bodySm" tone="subdued">
              {t(`reconciliation.kind.${run.kind}`)} ·{' '}
              {t('reconciliation.since', { at: format.dateTime(new Date(run.readFrom)) })}
            </Text>
          </BlockStack>
          <StateBadge run={run} />
        </InlineStack>
        {finishedAt ? (
          <Text as="p">{told}</Text>
        ) : (
          <Progress
            id={`run-${run.id}`}
            done={checked}
            total={run.total ?? 0}
            text={run.preparing ? t('reconciliation.preparing', preparing) : told}
          />
        )}
        {error && finishedAt && (
          <Banner tone={madeUp ? 'info' : 'warning'}>
            <Text as="p">{t(`reconciliation.${ending}`)}</Text>
          </Banner>
        )}
        {leftOrders.length > 0 && <LeftOrders orders={leftOrders} />}
        {findings.length > leftOrders.length && (
          <Repairs findings={findings.filter(({ problem }) => problem === null)} />
        )}
        {more > 0 && findings.length > 0 && (
          <Text as="p" tone="subdued">
            {t('reconciliation.more', { count: more })}
          </Text>
        )}
      </BlockStack>
    </Card>
  )
}

function StateBadge({ run: { finishedAt, error, madeUp, repaired, left } }: { run: ReconciliationView }) {
  const { t } = useTranslation('operations')
  if (!finishedAt) return <Badge tone="info">{t('state.running')}</Badge>
  if (error && madeUp) return <Badge>{t('state.madeUp')}</Badge>
  if (error) return <Badge tone="critical">{t('state.failed')}</Badge>
  if (left > 0) return <Badge tone="warning">{t('state.failed')}</Badge>
  if (repaired > 0) return <Badge tone="attention">{t('state.repaired')}</Badge>
  return <Badge tone="success">{t('state.fine')}</Badge>
}

function Repairs({ findings }: { findings: FindingView[] }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  return (
    <BlockStack gap="200" as="ul">
      {findings.map(({ orderId, name, why, before, after }) => (
        <li key={orderId} style={{ listStyle: 'none' }}>
          <InlineStack gap="200">
            <Link url={`shopify://admin/orders/${orderId}`} target="_top">
              {name}
            </Link>
            {why !== 'left' && <Text as="span">{t(`reconciliation.why.${why}`)}</Text>}
            <Text as="span" tone="subdued">
              {before === null
                ? t('reconciliation.fromNothing', { after: format.points(after) })
                : t('reconciliation.fromTo', { before: format.number(before), after: format.points(after) })}
            </Text>
          </InlineStack>
        </li>
      ))}
    </BlockStack>
  )
}
