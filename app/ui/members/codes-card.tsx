import { Badge, BlockStack, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/read-member-page.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

const TONES: Partial<Record<string, 'success' | 'critical'>> = { ready: 'success', uncovered: 'critical' }

/** What is reserved for rewards, and whether each code can be used. */
export function CodesCard({ codes }: Pick<MemberPageView, 'codes'>) {
  const { t } = useTranslation('members')
  const format = useFormat()
  return (
    <TitledCard title={t('codes.heading')}>
      {codes.length === 0 && (
        <Text as="p" tone="subdued">
          {t('codes.empty')}
        </Text>
      )}
      {codes.map((code) => (
        <BlockStack key={code.id} gap="050">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="span" fontWeight="semibold">
              {code.rewardName}
            </Text>
            <Badge tone={TONES[code.status] ?? 'attention'}>{t(`codes.status.${code.status}`)}</Badge>
          </InlineStack>
          <Text as="p">
            <code>{code.code}</code> · {format.points(code.cost)}
          </Text>
          <Text as="p" variant="bodySm" tone="subdued">
            {code.status === 'ready' || code.status === 'preparing'
              ? t('codes.until', { date: format.date(new Date(code.endsAt)) })
              : t(`codes.${code.status}`, { order: code.orderName })}
          </Text>
        </BlockStack>
      ))}
    </TitledCard>
  )
}
