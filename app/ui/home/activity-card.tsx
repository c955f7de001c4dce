import { BlockStack, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Activity } from '../../loyalty/read-figures.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

/** What the book wrote last. Names stay in Shopify; the link leads to the member. */
export function ActivityCard({ activity }: { activity: Activity[] }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  return (
    <TitledCard title={t('activity.title')}>
      {activity.length === 0 && (
        <Text as="p" tone="subdued">
          {t('activity.none')}
        </Text>
      )}
      {activity.map((entry) => (
        <InlineStack key={entry.postingId} align="space-between" blockAlign="start" gap="200" wrap={false}>
          <BlockStack>
            <Text as="p">{what(entry, t)}</Text>
            <Text as="p" variant="bodySm" tone="subdued">
              {format.dateTime(entry.at)}
              {entry.customerId && (
                <>
                  {' · '}
                  <Link url={`/app/members/${entry.customerId}`}>{t('activity.member')}</Link>
                </>
              )}
            </Text>
          </BlockStack>
          <Text as="p" fontWeight="semibold" numeric>
            {format.signedPoints(entry.points)}
          </Text>
        </InlineStack>
      ))}
    </TitledCard>
  )
}

function what(entry: Activity, t: ReturnType<typeof useTranslation<'home'>>['t']): string {
  if (entry.kind === 'order' && entry.orderName) {
    return t(entry.points < 0 ? 'activity.orderBack' : 'activity.order', { name: entry.orderName })
  }
  return t(`activity.kind.${entry.kind}`, { defaultValue: t('activity.kind.other') })
}
