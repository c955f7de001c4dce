import { BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/surfaces/read-member-page.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

/** Points that are about to lapse, and whether the member knows. Nothing when there are none. */
export function LapsesCard({ lapses }: Pick<MemberPageView, 'lapses'>) {
  const { t } = useTranslation('members')
  const format = useFormat()
  if (lapses.length === 0) return null
  return (
    <TitledCard title={t('lapses.heading')}>
      {lapses.map(({ on, points, toldAt }) => (
        <BlockStack key={on} gap="050">
          <Text as="p" fontWeight="semibold">
            {t('lapses.line', { points: format.points(points), date: format.day(on) })}
          </Text>
          <Text as="p" variant="bodySm" tone="subdued">
            {toldAt === null ? t('lapses.untold') : t('lapses.told', { date: format.date(toldAt) })}
          </Text>
        </BlockStack>
      ))}
      <Text as="p" variant="bodySm" tone="subdued">
        {t('lapses.shopOnly')}
      </Text>
    </TitledCard>
  )
}
