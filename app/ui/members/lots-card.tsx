import { BlockStack, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/surfaces/read-member-page.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

/** A card is no ledger: the history has every line. */
const SHOWN = 8

/** Points that can be spent, by where they were earned, in the order in which they will be spent. */
export function LotsCard({ lots }: Pick<MemberPageView, 'lots'>) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const rest = lots.length - SHOWN
  return (
    <TitledCard title={t('lots.heading')}>
      {lots.length === 0 && (
        <Text as="p" tone="subdued">
          {t('lots.empty')}
        </Text>
      )}
      {lots.slice(0, SHOWN).map((lot) => (
        <BlockStack key={lot.lotId} gap="050">
          <InlineStack align="space-between" gap="200">
            <Text as="span" fontWeight="semibold">
              {lot.orderName ? t('lots.order', { order: lot.orderName }) : (lot.from ?? t('lots.other'))}
            </Text>
            <Text as="span">
              {t('lots.left', {
                remaining: format.number(lot.remaining),
                earned: format.number(lot.earned),
              })}
            </Text>
          </InlineStack>
          <Text as="p" variant="bodySm" tone="subdued">
            {[
              t('lots.earned', { date: format.date(new Date(lot.earnedAt)) }),
              lot.expiresOn
                ? t('lots.expires', { date: format.date(noonOf(lot.expiresOn)) })
                : t('lots.never'),
              lot.held > 0 ? t('lots.held', { points: format.points(lot.held) }) : null,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </BlockStack>
      ))}
      {rest > 0 && (
        <Text as="p" tone="subdued">
          {t('lots.more', { count: rest })}
        </Text>
      )}
    </TitledCard>
  )
}

/** A calendar date has no time of day; noon UTC lies on that date in nearly every zone of the world. */
function noonOf(date: string): Date {
  return new Date(`${date}T12:00:00Z`)
}
