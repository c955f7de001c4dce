import { BlockStack, Box, Page, type PageProps, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageText } from '../page-text.tsx'

interface Props {
  title: string
  /** One sentence: what this page is for. */
  intro: string
  primaryAction?: PageProps['primaryAction']
  secondaryActions?: PageProps['secondaryActions']
  /** Where "back" leads; the section's first page by default. */
  back?: { content: string; url: string }
  children: ReactNode
}

/** A page of the section "Operations". */
export function SectionPage({ title, intro, primaryAction, secondaryActions, back, children }: Props) {
  const { t } = useTranslation('operations')
  return (
    <Page
      title={title}
      backAction={back ?? { content: t('title'), url: '/app/operations' }}
      {...(primaryAction && { primaryAction })}
      {...(secondaryActions && { secondaryActions })}
    >
      <BlockStack gap="400">
        <PageText>
          <Text as="p" tone="subdued">
            {intro}
          </Text>
        </PageText>
        {children}
        <Box paddingBlockEnd="800" />
      </BlockStack>
    </Page>
  )
}
