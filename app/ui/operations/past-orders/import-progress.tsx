import { Banner, BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ImportView } from '../../../loyalty/upkeep/read-operations.ts'
import { useFormat } from '../../use-format.ts'
import { Progress } from '../progress.tsx'

interface Props {
  run: ImportView
  busy: boolean
  onCancel: () => void
}

/** How far the orders are read, reckoned or taken back. */
export function ImportProgress({ run, busy, onCancel }: Props) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const undoing = run.status === 'undoing'
  const done = undoing ? run.undone : run.checked
  const total = undoing ? run.given + run.undone : Math.max(run.total ?? 0, run.checked)
  const numbers = { done: format.number(done), total: format.number(total) }
  const preparing = { count: run.total ?? 0, number: format.number(run.total ?? 0) }
  return (
    <Card>
      <BlockStack gap="400">
        <Progress
          id="import-state"
          done={done}
          total={total}
          text={
            run.preparing
              ? t('pastOrders.preparing', preparing)
              : t(`pastOrders.${run.status as 'estimating' | 'running' | 'undoing'}`, numbers)
          }
        />
        <Text as="p" tone="subdued">
          {t(undoing ? 'pastOrders.undoingText' : 'pastOrders.runningText')}
        </Text>
        {run.status === 'estimating' && <Text as="p">{t('pastOrders.estimatingText')}</Text>}
        {run.error && (
          <Banner tone="warning">
            <Text as="p">{t('pastOrders.stalled')}</Text>
          </Banner>
        )}
        {!undoing && (
          <InlineStack>
            <Button onClick={onCancel} loading={busy}>
              {t('pastOrders.cancel')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  )
}
