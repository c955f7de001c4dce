import { Badge, BlockStack, Box, Button, Card, InlineStack, Page, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import type { ProgramVersion } from '../../../loyalty/program/program-store.ts'
import { EmptyCard } from '../../empty-card.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useFormat } from '../../use-format.ts'
import { useAskedIntent } from '../draft/use-asked-intent.tsx'
import { type Intent, useDraftIntent } from '../draft/use-draft-intent.ts'
import { useDraft, useProgram } from '../draft/use-program.ts'
import { ChangeList, ContentList } from './change-list.tsx'

/** What was published when, and the way back to it. */
export function HistoryPage({ versions }: { versions: ProgramVersion[] }) {
  const { t } = useTranslation('program')
  const { revision } = useDraft()
  const format = useFormat()
  const restore = useRestore()
  return (
    <Page
      title={t('history.title')}
      subtitle={t('history.subtitle')}
      backAction={{ content: t('title'), url: '/app/program' }}
    >
      <BlockStack gap="400">
        {restore.lost && <LostBanner why={restore.lost} repeatable />}
        {versions.length === 0 && <EmptyCard title={t('history.emptyTitle')} text={t('history.emptyText')} />}
        {versions.map((version, index) => {
          const previous = versions[index + 1]
          return (
            <Card key={version.version}>
              <BlockStack gap="200">
                <InlineStack align="space-between" blockAlign="center" gap="200">
                  <InlineStack align="start" gap="200" blockAlign="center">
                    <Text as="h2" variant="headingMd">
                      {t('history.version', { version: version.version })}
                    </Text>
                    {index === 0 && <Badge tone="success">{t('badge.live')}</Badge>}
                  </InlineStack>
                  {index > 0 && (
                    <Button
                      loading={restore.busy}
                      onClick={() =>
                        restore.restore({ intent: 'restore', revision, version: version.version })
                      }
                      accessibilityLabel={`${t('history.version', { version: version.version })}: ${t('history.restore')}`}
                    >
                      {t('history.restore')}
                    </Button>
                  )}
                </InlineStack>
                <Text as="p" tone="subdued">
                  {t('history.published', {
                    at: format.dateTime(version.publishedAt),
                    from: format.dateTime(version.effectiveFrom),
                  })}
                </Text>
                {version.note && <Text as="p">{t('history.note', { note: innerQuotes(version.note) })}</Text>}
                {previous ? (
                  <ChangeList before={previous.document} after={version.document} />
                ) : (
                  <>
                    <Text as="p">{t('history.first')}</Text>
                    <ContentList document={version.document} />
                  </>
                )}
              </BlockStack>
            </Card>
          )
        })}
        <Box paddingBlockEnd="400" />
      </BlockStack>
      {restore.dialog}
    </Page>
  )
}

/** Takes the place of the draft: after a question where it has something that is published nowhere. */
function useRestore() {
  const { t } = useTranslation('program')
  const { changed } = useProgram()
  const result = { goTo: '/app/program/publish', said: t('history.restored') }
  const { send, busy, lost } = useDraftIntent(result)
  const question = useAskedIntent({
    ...result,
    title: t('history.restoreTitle'),
    text: t('history.restoreText'),
    action: t('history.restore'),
  })
  const restore = (intent: Intent) => (changed ? question.ask(intent) : send(intent))
  return { restore, busy: busy || question.busy, lost, dialog: question.dialog }
}
