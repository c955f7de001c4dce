import { Button, Page, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { EmptyCard } from '../../empty-card.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useDraftIntent } from './use-draft-intent.ts'

/** Nothing is there yet: begin with a program that works, and change it afterwards. */
export function StartPage() {
  const { t } = useTranslation('program')
  const { send, busy, lost } = useDraftIntent()
  return (
    <Page title={t('title')}>
      <EmptyCard title={t('start.title')} text={t('start.text')}>
        <Text as="p" tone="subdued" alignment="center">
          {t('start.contents')}
        </Text>
        {lost && <LostBanner why={lost} repeatable />}
        <Button variant="primary" loading={busy} onClick={() => send({ intent: 'start' })}>
          {t('start.action')}
        </Button>
      </EmptyCard>
    </Page>
  )
}
