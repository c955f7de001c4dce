import { isRouteErrorResponse, useRevalidator } from '@remix-run/react'
import { Banner, BlockStack, Page, Text } from '@shopify/polaris'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { titled } from './page-titles.ts'

/** A page that could not be shown: what happened, and a way on. Details stay in the server's log. */
export function PageError({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const { revalidate, state } = useRevalidator()
  const missing = isRouteErrorResponse(error) && error.status === 404
  const retry = missing
    ? { content: t('error.home'), url: '/app' }
    : { content: t('error.retry'), onAction: revalidate, loading: state === 'loading' }
  const title = t(missing ? 'error.missingTitle' : 'error.title')
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
          <Text as="p">{t(missing ? 'error.missingText' : 'error.text')}</Text>
        </BlockStack>
      </Banner>
    </Page>
  )
}
