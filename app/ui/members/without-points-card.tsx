import { BlockStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/surfaces/read-member-page.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

/** Orders that the history has no line of, because they never earned anything, each with the reason. */
export function WithoutPointsCard({ withoutPoints }: Pick<MemberPageView, 'withoutPoints'>) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const { orders, more } = withoutPoints
  if (orders.length === 0) return null
  return (
    <TitledCard title={t('withoutPoints.heading')}>
      {orders.map(({ id, name, placedAt, reasons, gone }) => (
        <BlockStack key={id} gap="050">
          <Text as="p" fontWeight="medium">
            {t('withoutPoints.order', { name })}
          </Text>
          <Text as="p" variant="bodySm" tone="subdued">
            {format.date(new Date(placedAt))}
          </Text>
          {reasons.map((reason) => (
            <Text as="p" key={reason}>
              {reason}
            </Text>
          ))}
          {!gone && (
            <Link url={`shopify://admin/orders/${id}`} target="_top">
              {t('withoutPoints.open', { name })}
            </Link>
          )}
        </BlockStack>
      ))}
      {more && (
        <Text as="p" variant="bodySm" tone="subdued">
          {t('withoutPoints.more')}
        </Text>
      )}
    </TitledCard>
  )
}
