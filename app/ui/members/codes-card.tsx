import { Badge, BlockStack, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/read-member-page.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

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
            <Badge tone={code.status === 'ready' ? 'success' : 'attention'}>
              {t(code.status === 'ready' ? 'codes.ready' : 'codes.preparing')}
            </Badge>
          </InlineStack>
          <Text as="p">
            <code>{code.code}</code> · {format.points(code.cost)}
          </Text>
          <Text as="p" variant="bodySm" tone="subdued">
            {t('codes.until', { date: format.date(new Date(code.endsAt)) })}
          </Text>
        </BlockStack>
      ))}
    </TitledCard>
  )
}
