import { BlockStack, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ImportView, ProblemView } from '../../loyalty/upkeep/read-operations.ts'
import { useFormat } from '../use-format.ts'
import { reasonText } from './reason-text.ts'

interface Props {
  orders: { orderId: string; name: string; problem: ProblemView }[]
}

/** Orders that could not be brought into the book, each with its reason. */
export function LeftOrders({ orders }: Props) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const at = (instant = '') => (instant === '' ? instant : format.dateTime(new Date(instant)))
  return (
    <BlockStack gap="200" as="ul">
      {orders.map(({ orderId, name, problem: { reason, sentence } }) => (
        <li key={orderId} style={{ listStyle: 'none' }}>
          <InlineStack gap="200">
            {orderId !== '0' && (
              <Link url={`shopify://admin/orders/${orderId}`} target="_top">
                {name || orderId}
              </Link>
            )}
            <Text as="span">
              {reason.code === 'other'
                ? t('leftOrders.unexpected', { sentence })
                : reasonText(t, { ...reason, from: at(reason.from), until: at(reason.until) })}
            </Text>
          </InlineStack>
        </li>
      ))}
    </BlockStack>
  )
}

/** How many orders an import could not take over, and which; nothing when it took them all. */
export function LeftOfImport({ run: { left, problems } }: { run: ImportView }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  if (left === 0) return null
  return (
    <BlockStack gap="100">
      <Text as="p">{t('leftOrders.ofImport', { count: left, number: format.number(left) })}</Text>
      <LeftOrders orders={problems} />
    </BlockStack>
  )
}
