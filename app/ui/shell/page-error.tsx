import { useRevalidator } from '@remix-run/react'
import { Banner, BlockStack, Page, Text } from '@shopify/polaris'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '../error-words.ts'
import { titled } from '../page-titles.ts'

/** A page that could not be shown: what happened, and a way on. Details stay in the server's log. */
export function PageError({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const { revalidate, state } = useRevalidator()
  const { key, missing } = wordsOf(error)
  const retry = missing
    ? { content: t('error.home'), url: '/app' }
    : { content: t('error.retry'), onAction: revalidate, loading: state === 'loading' }
  const title = t(`error.${key}Title`)
  useEffect(() => {
    const before = document.title
    document.title = titled(title)
    return () => {
      document.title = before
    }
  }, [title])
  return (
    <Page title={title}>
      <Banner tone={missing ? 'warning' : 'critical'} action={retry}>
        <BlockStack gap="100">
          <Text as="p">{t(`error.${key}Text`)}</Text>
        </BlockStack>
      </Banner>
    </Page>
  )
}
