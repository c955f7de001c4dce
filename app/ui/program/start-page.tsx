import { BlockStack, Button, Card, EmptyState, Page, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { useDraftIntent } from './use-draft-intent.ts'

/** Nothing is there yet: begin with a program that works, and change it afterwards. */
export function StartPage() {
  const { t } = useTranslation('program')
  const { send, busy } = useDraftIntent()
  return (
    <Page title={t('title')}>
      <Card>
        <EmptyState
          heading={t('start.title')}
          image=""
          action={{ content: t('start.action'), loading: busy, onAction: () => send({ intent: 'start' }) }}
        >
          <BlockStack gap="200">
            <Text as="p">{t('start.text')}</Text>
            <Text as="p" tone="subdued">
              {t('start.contents')}
            </Text>
          </BlockStack>
        </EmptyState>
      </Card>
    </Page>
  )
}

export function StartButton() {
  const { t } = useTranslation('program')
  const { send, busy } = useDraftIntent('/app/program')
  return (
    <Button variant="primary" loading={busy} onClick={() => send({ intent: 'start' })}>
      {t('start.action')}
    </Button>
  )
}
