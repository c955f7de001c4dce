import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CausePayment } from '../../../loyalty/causes/cause-payments.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useJsonChange, useNews } from '../../kit/use-change.ts'
import { useFormat } from '../../use-format.ts'
import type { PayAnswer } from './pay-answer.ts'

/** An entry that was wrong is taken back by its opposite. */
export function CorrectDialog({ payment, onClose }: { payment: CausePayment; onClose: () => void }) {
  const { t } = useTranslation(['members', 'common'])
  const format = useFormat()
  const shopify = useAppBridge()
  const { send, busy, answer, lost } = useJsonChange<PayAnswer>()
  useNews(answer, (heard) => {
    if (!heard.ok) return
    shopify.toast.show(t('causes.correct.done'))
    onClose()
  })
  const correct = () => void send({ intent: 'correct', id: Number(payment.id) })
  const of = { amount: format.money(payment.amount), date: format.day(payment.paidOn) }
  return (
    <Dialog
      onClose={() => !busy && onClose()}
      title={t('causes.correct.title')}
      primaryAction={{
        content: t('causes.correct.save'),
        destructive: true,
        loading: busy,
        onAction: correct,
      }}
      secondaryActions={[{ content: t('common:action.cancel'), disabled: busy, onAction: onClose }]}
    >
      <Dialog.Section>
        <BlockStack gap="300">
          {lost && <LostBanner why={lost} repeatable />}
          {answer && !answer.ok && (
            <div role="alert">
              <Banner tone="critical">
                <Text as="p">{t(`causes.refused.${answer.refused}`)}</Text>
              </Banner>
            </div>
          )}
          <Text as="p">{t('causes.correct.text', of)}</Text>
        </BlockStack>
      </Dialog.Section>
    </Dialog>
  )
}
