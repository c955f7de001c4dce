import { BlockStack, Box, Card, Link, Page, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CausesView, CauseView } from '../../../loyalty/pages/open-causes.ts'
import { EmptyCard } from '../../empty-card.tsx'
import { PageText } from '../../page-text.tsx'
import { CAUSES, CauseFigures } from './cause-figures.tsx'
import { PaymentsPage } from './payments-page.tsx'

/** Good causes: what members gave, what was paid out of it, and what is still to be paid. */
export function CausesPage({ causes, shown, today }: CausesView) {
  const { t } = useTranslation('members')
  if (shown) return <PaymentsPage key={shown.cause.id} shown={shown} today={today} />
  return (
    <Page title={t('causes.title')} backAction={{ content: t('list.title'), url: '/app/members' }}>
      <BlockStack gap="400">
        <PageText>
          <Text as="p" tone="subdued">
            {t('causes.intro')}
          </Text>
        </PageText>
        {causes.length === 0 ? (
          <EmptyCard title={t('causes.empty')} text={t('causes.emptyText')} />
        ) : (
          <BlockStack gap="300" as="ul">
            {causes.map((one) => (
              <li key={one.id} style={{ listStyle: 'none' }}>
                <CauseCard one={one} />
              </li>
            ))}
          </BlockStack>
        )}
        <Box paddingBlockEnd="800" />
      </BlockStack>
    </Page>
  )
}

function CauseCard({ one }: { one: CauseView }) {
  const { t } = useTranslation('members')
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm" breakWord>
          {one.name}
        </Text>
        {!one.offered && (
          <Text as="p" tone="subdued" variant="bodySm">
            {t('causes.former')}
          </Text>
        )}
        <CauseFigures one={one} />
        <Text as="p">
          <Link
            url={`${CAUSES}?cause=${encodeURIComponent(one.id)}`}
            accessibilityLabel={t('causes.paymentsOf', { cause: one.name })}
          >
            {t('causes.payments')}
          </Link>
        </Text>
      </BlockStack>
    </Card>
  )
}
