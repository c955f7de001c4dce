import { Banner, BlockStack, List, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/surfaces/read-member-page.ts'
import { useFormat } from '../use-format.ts'

/** That a member owes points, what follows from it, and which lines of the history it comes from. */
export function DebtBanner({ member }: { member: Pick<MemberPageView, 'balance' | 'debt'> }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const { balance, debt } = member
  if (debt === null) return null
  return (
    <Banner tone="critical" title={t('debt.title', { points: format.points(balance.debt) })}>
      <BlockStack gap="200">
        <Text as="p">{t('debt.text')}</Text>
        <Text as="p">{t('debt.from')}</Text>
        <List>
          {debt.lines.map(({ postingId, at, title, points }) => (
            <List.Item key={postingId}>
              {t('debt.line', { title, date: format.date(new Date(at)), points: format.points(points) })}
            </List.Item>
          ))}
          {debt.older > 0 && <List.Item>{t('debt.older', { points: format.points(debt.older) })}</List.Item>}
        </List>
      </BlockStack>
    </Banner>
  )
}
