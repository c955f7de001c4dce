import { BlockStack, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ToldActivity } from '../../loyalty/numbers/read-activity.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

/** What the book wrote last. Names stay in Shopify; the link leads to the member. */
export function ActivityCard({ activity }: { activity: ToldActivity[] }) {
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
            <Text as="p" breakWord>
              {entry.text}
            </Text>
            <Text as="p" variant="bodySm" tone="subdued">
              {t('activity.booked', { at: format.dateTime(entry.bookedAt) })}
              {format.date(entry.at) !== format.date(entry.bookedAt) &&
                ` · ${t('activity.happened', { date: format.date(entry.at) })}`}
              {entry.customerId && (
                <>
                  {' · '}
                  <Link url={`/app/members/${entry.customerId}`}>{t('activity.member')}</Link>
                </>
              )}
            </Text>
          </BlockStack>
          <Text as="p" fontWeight="semibold" numeric>
            <span style={{ whiteSpace: 'nowrap' }}>{format.signedPoints(entry.points)}</span>
          </Text>
        </InlineStack>
      ))}
    </TitledCard>
  )
}
