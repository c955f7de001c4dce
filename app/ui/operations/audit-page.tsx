import { Badge, Banner, BlockStack, Card, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { AuditFinding } from '../../loyalty/audit/audit-ledger.ts'
import type { AuditView } from '../../loyalty/upkeep/read-operations.ts'
import { EmptyCard } from '../empty-card.tsx'
import { LostBanner } from '../kit/lost-banner.tsx'
import { useChange } from '../kit/use-change.ts'
import { useFormat } from '../use-format.ts'
import { SectionPage } from './section-page.tsx'
import { usePolling } from './use-polling.ts'

/** Every rule of points accounting, with what the last check over the whole book found. */
export function AuditPage({ audits, asked }: { audits: AuditView[]; asked: boolean }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const change = useChange()
  const running = audits.some(({ finishedAt }) => !finishedAt)
  usePolling(running || asked)
  const busy = change.busy || running || asked
  const shown = audits.find(({ findings }) => findings !== null)
  const latest = audits.find(({ finishedAt }) => finishedAt)
  const broken = shown?.violations ?? 0
  return (
    <SectionPage
      title={t('audit.title')}
      intro={t('audit.intro')}
      primaryAction={{
        content: t('audit.now'),
        loading: busy,
        onAction: () => void change.submit({}, { method: 'post', encType: 'application/json' }),
      }}
    >
      {change.lost && <LostBanner why={change.lost} repeatable />}
      <div role="status">{busy && <Text as="p">{t('audit.running')}</Text>}</div>
      {latest?.error && (
        <Banner tone="warning">
          <Text as="p">{t('audit.failedText')}</Text>
        </Banner>
      )}
      {shown?.finishedAt ? (
        <>
          <Banner
            tone={broken > 0 ? 'critical' : 'success'}
            title={
              broken > 0
                ? t('audit.broken', { count: broken, number: format.number(broken) })
                : t('audit.allFine')
            }
          >
            <Text as="p">
              {t('audit.at', {
                at: format.dateTime(new Date(shown.finishedAt)),
                seconds: format.decimal(
                  ((+new Date(shown.finishedAt) - +new Date(shown.startedAt)) / 1000).toFixed(1),
                ),
              })}
            </Text>
            {broken > 0 && <Text as="p">{t('audit.brokenHelp')}</Text>}
          </Banner>
          <Card>
            <BlockStack gap="300" as="ul">
              {(shown.findings ?? []).map((finding) => (
                <li key={finding.invariant} style={{ listStyle: 'none' }}>
                  <Rule finding={finding} />
                </li>
              ))}
            </BlockStack>
          </Card>
        </>
      ) : (
        !busy && <EmptyCard title={t('audit.emptyTitle')} text={t('audit.emptyText')} />
      )}
    </SectionPage>
  )
}

function Rule({ finding }: { finding: AuditFinding }) {
  const { t, i18n } = useTranslation('operations')
  const { invariant, name, violations, examples } = finding
  const key = `audit.rule.${invariant}`
  return (
    <BlockStack gap="100">
      <InlineStack align="space-between" gap="200" wrap={false} blockAlign="start">
        <Text as="p">
          {invariant}. {i18n.exists(`operations:${key}`) ? t(key) : name}
        </Text>
        <Badge tone={violations > 0 ? 'critical' : 'success'}>
          {violations > 0 ? t('audit.violations', { count: violations }) : t('state.kept')}
        </Badge>
      </InlineStack>
      {examples.map((example) => (
        <Text key={example} as="p" variant="bodySm" tone="critical">
          {example}
        </Text>
      ))}
    </BlockStack>
  )
}
