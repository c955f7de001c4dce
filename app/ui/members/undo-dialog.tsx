import { useAppBridge } from '@shopify/app-bridge-react'
import { BlockStack, Text } from '@shopify/polaris'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../kit/dialog.tsx'
import { LostBanner } from '../kit/lost-banner.tsx'
import { useChange } from '../kit/use-change.ts'
import { type AdjustAnswer, refusalText } from './adjust-answer.ts'

/** Takes an adjustment back by an opposite one, after a question. */
export function UndoDialog({ postingId, onClose }: { postingId: number; onClose: () => void }) {
  const { t } = useTranslation(['members', 'common'])
  // Only effects may look at what it has: on the server there is nothing behind it.
  const shopify = useAppBridge()
  const { submit, busy, answer, lost } = useChange<AdjustAnswer>()
  useEffect(() => {
    if (!answer) return
    if (answer.ok) shopify.toast.show(t('adjust.undone'))
    else shopify.toast.show(t(refusalText(answer.refused)), { isError: true })
    onClose()
  }, [answer, onClose, t, shopify])
  return (
    <Dialog
      onClose={onClose}
      title={t('adjust.undoTitle')}
      primaryAction={{
        content: t('history.undo'),
        loading: busy,
        onAction: () => void submit({ intent: 'undo', postingId: String(postingId) }, { method: 'post' }),
      }}
      secondaryActions={[{ content: t('common:action.cancel'), onAction: onClose }]}
    >
      <Dialog.Section>
        <BlockStack gap="300">
          {lost && <LostBanner why={lost} repeatable />}
          <Text as="p">{t('adjust.undoText')}</Text>
        </BlockStack>
      </Dialog.Section>
    </Dialog>
  )
}
