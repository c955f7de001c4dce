import { Button, Page } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { EmptyCard } from '../../empty-card.tsx'

/** An address of something that the draft does not have, or no longer. */
export function MissingPage({ list }: { list: 'campaigns' | 'rewards' }) {
  const { t } = useTranslation('program')
  const url = `/app/program/${list}`
  return (
    <Page title={t('missing.title')} backAction={{ content: t(`${list}.title`), url }}>
      <EmptyCard title={t('missing.heading')} text={t('missing.text')}>
        <Button url={url}>{t(`${list}.title`)}</Button>
      </EmptyCard>
    </Page>
  )
}
