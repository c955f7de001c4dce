import { BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CauseView } from '../../../loyalty/pages/open-causes.ts'
import { useFormat } from '../../use-format.ts'

export const CAUSES = '/app/members/causes'

/** Given, paid, still to be paid: never more than was entered. */
export function CauseFigures({ one }: { one: CauseView }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  return (
    <BlockStack gap="100">
      <Text as="p">
        {t('causes.given', { amount: format.money(one.given), points: format.points(one.points) })}
      </Text>
      <Text as="p">{t('causes.paid', { amount: format.money(one.paid) })}</Text>
      <Text as="p" fontWeight="semibold">
        {t('causes.left', { amount: format.money(one.left) })}
      </Text>
      {one.beyond !== null && (
        <Text as="p" tone="subdued">
          {t('causes.beyond', { amount: format.money(one.beyond) })}
        </Text>
      )}
    </BlockStack>
  )
}
